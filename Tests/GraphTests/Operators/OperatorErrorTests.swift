import Graph
import OrderedCollections
import Tensor
import Testing

/// Every message of the element-wise, reducing, shaping and moving operators.
@Suite struct OperatorErrorTests {
  typealias Example = (
    op: String, inputs: [Tensor?], attributes: OrderedDictionary<String, Attribute>, message: String
  )

  private static let matrix = Tensor.counting([2, 3])
  private static let scalar = Tensor([], floats: [1])
  private static let image = Tensor.counting([1, 1, 2, 2])

  static let examples: [Example] =
    typeErrors + shapeErrors + sizeErrors + resizeErrors + indexErrors + equationErrors
    + samplingErrors + signalErrors

  private static let typeErrors: [Example] = [
    ("Add", [matrix], [:], "found 1 inputs, expected 2"),
    ("Add", [nil, matrix], [:], "found 0 inputs, expected 2"),
    ("Relu", [matrix, matrix], [:], "found 2 inputs, expected 1"),
    ("Max", [], [:], "found 0 inputs, expected at least 1"),
    ("Max", [matrix, nil], [:], "an input is left out, expected all of them"),
    ("Clip", [], [:], "found 0 inputs, expected 1 to 3"),
    (
      "Add", [matrix, .integers(1)], [:], "found float and int64, expected one element type"
    ),
    ("Sqrt", [.integers(1)], [:], "found int64, expected a floating-point type"),
    ("And", [matrix, matrix], [:], "found float, expected bool"),
    (
      "Mod", [matrix, matrix], [:],
      "attribute fmod: found 0, expected 1 for floating-point numbers"
    ),
    (
      "Cast", [matrix], ["to": .int(8)],
      "attribute to: found 8, expected the code of a supported element type"
    ),
    ("Gather", [matrix, matrix], [:], "found indices of float, expected int32 or int64"),
    ("Reshape", [matrix, matrix], [:], "the shape input: found float, expected int64"),
    (
      "Constant", [], ["value_string": .string("a")], "attribute value_string is not supported"
    ),
    ("Constant", [], [:], "found 0 values, expected one attribute"),
    (
      "Dropout", [matrix, nil, Tensor([], ints: [1], type: .bool)], [:],
      "the training_mode input: found true, expected false"
    ),
  ]

  private static let shapeErrors: [Example] = [
    ("Add", [matrix, .vector(1, 2)], [:], "shapes 2x3 and 2 cannot be broadcast together"),
    (
      "PRelu", [.vector(1), .vector(1, 2)], [:], "the slope's shape 2 does not broadcast to 1"
    ),
    ("Clip", [matrix, .vector(1, 2)], [:], "found a bound of shape 2, expected one element"),
    ("Softmax", [matrix], ["axis": .int(2)], "found axis 2, expected -2 to 1"),
    ("Softmax", [scalar], [:], "found axis -1 of a scalar"),
    ("ReduceSum", [matrix, .integers(1, -1)], [:], "axis 1 is named twice"),
    ("ArgMax", [Tensor([0], floats: [])], [:], "axis 0 has no elements"),
    ("TopK", [matrix, .integers(4)], [:], "found k 4, expected 0 to 3, the size of axis 1"),
    ("TopK", [matrix, .integers(1, 2)], [:], "the k input: found 2 elements, expected 1"),
    (
      "Concat", [matrix, .vector(1)], ["axis": .int(0)],
      "found shapes 2x3 and 1, expected one rank"
    ),
    (
      "Concat", [matrix, .counting([2, 2])], ["axis": .int(0)],
      "found shapes 2x3 and 2x2, expected them equal but for axis 0"
    ),
    (
      "Split", [matrix, .integers(3)], [:], "found parts [3], expected 1 that add up to 2"
    ),
    (
      "Split", [matrix], ["num_outputs": .int(2)], "attribute num_outputs: found 2, expected 1"
    ),
    (
      "Slice", [matrix, .integers(0), .integers(1, 2)], [:],
      "found 1 starts, 2 ends, 1 axes and 1 steps, expected as many of each"
    ),
    (
      "Slice", [matrix, .integers(0), .integers(1), .integers(1), .integers(0)], [:],
      "found step 0 along axis 1, expected one above or below 0"
    ),
    (
      "Transpose", [matrix], ["perm": .ints([0, 0])],
      "attribute perm: found [0, 0], expected an order of 2 axes"
    ),
    ("Squeeze", [matrix, .integers(0)], [:], "axis 0 has size 2, expected 1"),
    ("Unsqueeze", [matrix, .integers(4)], [:], "found axis 4, expected -3 to 2"),
    ("Flatten", [matrix], ["axis": .int(3)], "found axis 3, expected -2 to 2"),
    (
      "Reshape", [matrix, .integers(4, -1)], [:],
      "found shape [4, -1] for an input of shape 2x3, expected 6 elements"
    ),
    (
      "Reshape", [matrix, .integers(1, 1, 0)], [:],
      "found shape [1, 1, 0] for an input of shape 2x3, expected a 0 only in the place of one of its "
        + "sizes"
    ),
    (
      "Reshape", [matrix, Tensor([1, 1], ints: [6])], [:],
      "the shape input: found shape 1x1, expected one axis"
    ),
    ("Gather", [matrix, .integers(2)], [:], "found index 2, expected -2 to 1"),
    (
      "GatherElements", [matrix, .integers(0)], [:],
      "found indices of shape 1 into data of shape 2x3"
    ),
    (
      "GatherND", [matrix, .integers(0, 0, 0)], [:], "found 3 indices a row, expected 1 to 2"
    ),
    (
      "GatherND", [matrix, .integers(0)], ["batch_dims": .int(1)],
      "found data 2x3 and indices 1 with batch_dims 1, expected as many equal axes in front"
    ),
    ("Trilu", [.vector(1)], [:], "found shape 1, expected at least 2 axes"),
    ("DepthToSpace", [matrix], ["blocksize": .int(2)], "found shape 2x3, expected 4 axes"),
    (
      "DepthToSpace", [image], ["blocksize": .int(2)],
      "found 1 channels, expected a multiple of 4"
    ),
    (
      "SpaceToDepth", [image], ["blocksize": .int(3)],
      "found shape 1x1x2x2, expected planes of blocks of size 3"
    ),
    (
      "SpaceToDepth", [image], ["blocksize": .int(0)],
      "attribute blocksize: found 0, expected 1 to 16384"
    ),
    (
      "OneHot", [.integers(1), scalar, scalar], [:],
      "the values input: found shape scalar, expected 2 elements"
    ),
    (
      "OneHot", [.integers(1), .integers(-2), .integers(0, 1)], [:],
      "the depth input: found [-2], expected one number, 0 or more"
    ),
    ("Pad", [matrix, .integers(1, 1)], [:], "found 2 pads, expected 4"),
    (
      "Pad", [.vector(1), .integers(0, 0), .integers(1, 2)], [:],
      "found float and int64, expected one element type"
    ),
    (
      "Pad", [Tensor([0], floats: []), .integers(1, 1)], ["mode": .string("edge")],
      "an axis without elements cannot be padded by edge"
    ),
  ]

  private static let sizeErrors: [Example] = [
    (
      "Add", [.counting([20_000, 1]), .counting([20_000])], [:],
      "the result has shape 20000x20000, expected at most 268435456 elements"
    ),
    (
      "ConstantOfShape", [.integers(.max, 2)], [:],
      "found sizes [9223372036854775807, 2], expected none negative and at most 268435456 elements"
    ),
    (
      "Expand", [matrix, .integers(-1, 3)], [:],
      "found sizes [-1, 3], expected none negative and at most 268435456 elements"
    ),
    (
      "Tile", [matrix, .integers(.max, 1)], [:],
      "found 9223372036854775807 repeats of an axis of size 2, expected 0 or more, and at most "
        + "268435456 elements"
    ),
    ("Tile", [matrix, .integers(1)], [:], "found 1 repeats, expected 2"),
    (
      "Pad", [.vector(1), .integers(.min, 0)], [:],
      "found a pad of -9223372036854775808, expected at most 268435456"
    ),
    (
      "Range", [.integers(0), .integers(.max), .integers(1)], [:],
      "found a range from 0.0 to 9.223372036854776e+18 by 1.0, expected at most 268435456 elements"
    ),
    (
      "Range", [.integers(0), .integers(1), .integers(0)], [:],
      "found a range from 0.0 to 1.0 by 0.0, expected at most 268435456 elements"
    ),
    (
      "Range", [.integers(0, 1), .integers(1), .integers(0)], [:],
      "the start input: found 2 elements, expected 1"
    ),
  ]

  private static let resizeErrors: [Example] = [
    ("Resize", [image], [:], "found both or none of scales and sizes, expected one of them"),
    (
      "Resize", [image, nil, .vector(1, 1)], [:],
      "the scales input: found 2 elements, expected 4"
    ),
    (
      "Resize", [image, nil, .vector(1, 1, 0, 1)], [:],
      "found scale 0.0 of axis 2, expected one above 0 that gives at most 268435456 elements"
    ),
    (
      "Resize", [image, nil, .vector(1, 1, .nan, 1)], [:],
      "found scale nan of axis 2, expected one above 0 that gives at most 268435456 elements"
    ),
    (
      "Resize", [image, nil, nil, .integers(1, 1, -1, 1)], [:],
      "found size -1.0, expected 0 to 268435456"
    ),
    (
      "Resize", [Tensor([0], floats: []), nil, nil, .integers(2, type: .int64)], [:],
      "an axis without elements cannot be resized to 2"
    ),
    (
      "Resize", [image, nil, nil, .integers(1, 1, 4, 4)],
      ["coordinate_transformation_mode": .string("tf_crop_and_resize")],
      "the roi input is left out, expected it for tf_crop_and_resize"
    ),
    (
      "Resize", [.integers(1, type: .uint8), nil, nil, .integers(2)], ["mode": .string("linear")],
      "found uint8, expected a floating-point type"
    ),
  ]

  private static let indexErrors: [Example] = [
    (
      "ScatterElements", [matrix, Tensor([1, 1], ints: [0]), .vector(1)], [:],
      "the updates input: found shape 1, expected 1x1"
    ),
    (
      "ScatterND", [matrix, Tensor([1, 1], ints: [2]), .counting([1, 3])], [:],
      "found index 2, expected -2 to 1"
    ),
    (
      "ScatterND", [matrix, .integers(0), .integers(1)], [:],
      "found float and int64, expected one element type"
    ),
    (
      "Compress", [matrix, .integers(1, 0)], [:],
      "the condition input: found int64 2, expected at most 6 of bool"
    ),
    (
      "Compress", [matrix, .integers(1, 0, 1, type: .bool)], ["axis": .int(0)],
      "the condition input: found bool 3, expected at most 2 of bool"
    ),
    ("EyeLike", [.vector(1)], [:], "found shape 1, expected 2 axes"),
    (
      "EyeLike", [matrix], ["dtype": .int(8)],
      "attribute dtype: found 8, expected the code of a supported element type"
    ),
    (
      "CenterCropPad", [matrix, .integers(1)], [:], "the shape input: found 1 sizes, expected 2"
    ),
    (
      "CenterCropPad", [matrix, .integers(1, -1)], [:],
      "the shape input: found -1, expected 0 to 268435456"
    ),
    ("Det", [matrix], [:], "input X: found 2x3, expected square matrices"),
  ]

  private static func equation(_ text: String) -> OrderedDictionary<String, Attribute> {
    ["equation": .string(text)]
  }

  private static let equationErrors: [Example] = [
    (
      "Einsum", [matrix], equation("ij,jk->ik"),
      "attribute equation: found \"ij,jk->ik\", expected 1 terms and at most one ->"
    ),
    (
      "Einsum", [matrix], equation("i"),
      "attribute equation: found term \"i\" for an input of shape 2x3"
    ),
    (
      "Einsum", [matrix], equation("i1"),
      "attribute equation: found term \"i1\", expected letters and at most one ellipsis"
    ),
    (
      "Einsum", [matrix], equation("ij->ik"),
      "attribute equation: found the result \"ik\", expected labels of the terms, each once"
    ),
    (
      "Einsum", [matrix], equation("ii"),
      "attribute equation: found sizes 2 and 3 for one label"
    ),
    ("Einsum", [.integers(1)], equation("i"), "found int64, expected a floating-point type"),
  ]

  private static let samplingErrors: [Example] = [
    (
      "GridSample", [image, .counting([1, 2, 2, 3])], [:],
      "found X 1x1x2x2 and grid 1x2x2x3, expected positions of 1 to 3 axes for each image"
    ),
    (
      "AffineGrid", [.counting([1, 2, 3]), .integers(2, 1, 2, 2)], [:],
      "found theta 1x2x3 and size [2, 1, 2, 2], expected maps of 2 or 3 axes for each image"
    ),
    (
      "RoiAlign", [image, .counting([1, 4]), .integers(1)], [:], "found index 1, expected -1 to 0"
    ),
    (
      "RoiAlign", [image, Tensor([1, 4], floats: [0, 0, 1e9, 1]), .integers(0)], [:],
      "found a region from 0.0 to 1e+09, expected at most 256 samples a bin"
    ),
    (
      "NonMaxSuppression", [.counting([1, 2, 4]), .counting([1, 1, 3])], [:],
      "found boxes 1x2x4 and scores 1x1x3, expected 4 numbers and a score of each class "
        + "for each box"
    ),
    (
      "MaxUnpool", [image, Tensor([1, 1, 2, 2], ints: [0, 1, 2, 99])],
      ["kernel_shape": .ints([2, 2])], "found index 99, expected 0 to 8"
    ),
    (
      "MaxUnpool", [image, Tensor([1, 1, 2, 2], ints: [0, 1, 2, 3]), .integers(1, 1, 2, 3)],
      ["kernel_shape": .ints([2, 2])],
      "the output_shape input: found [1, 1, 2, 3], expected at least [1, 1, 3, 3]"
    ),
    (
      "Col2Im", [.counting([1, 3, 4]), .integers(3, 3), .integers(2, 2)], [:],
      "input: found 1x3x4, expected a multiple of 4 rows and 4 columns"
    ),
    (
      "DeformConv", [image, .counting([1, 1, 2, 2]), .counting([1, 8, 1, 2])], [:],
      "input offset: found float 1x8x1x2, expected floats of shape 1x8x1x1"
    ),
  ]

  private static let signalErrors: [Example] = [
    (
      "HannWindow", [.integers(-1)], [:],
      "found sizes [-1], expected none negative and at most 268435456 elements"
    ),
    (
      "MelWeightMatrix",
      [.integers(8), .integers(16), .integers(8000), .vector(0), .vector(8000)], [:],
      "found edges of 0.0 and 8000.0 hertz at a rate of 8000, expected a band from 0 hertz to half "
        + "the rate"
    ),
    ("DFT", [matrix], [:], "found shape 2x3, expected a last axis of size 1 or 2"),
    (
      "DFT", [.counting([4, 2])], ["onesided": .int(1)],
      "found shape 4x2, expected a last axis of size 1"
    ),
    (
      "DFT", [.counting([4, 2]), nil, .integers(1)], [:],
      "found axis 1, expected one before that of the parts"
    ),
    (
      "STFT", [.counting([1, 4, 1]), .integers(1), nil, .integers(5)], [:],
      "found frames of 5 samples in a signal of 4"
    ),
    (
      "STFT", [.counting([1, 4, 1]), .integers(0)], [:],
      "the frame_step input: found 0, expected 1 to 268435456"
    ),
  ]

  @Test(arguments: examples.indices)
  func message(_ index: Int) {
    let example = Self.examples[index]
    #expect(refusal(example.op, example.inputs, example.attributes) == example.message)
  }

  @Test func unknownSizes() throws {
    let op = try #require(Operator.named("Reshape"))
    let types = Operator.Types(
      inputs: [TensorType(.float, [6]), TensorType(.int64, [2])], known: [nil, nil],
      attributes: try Attributes([:], specs: op.attributes), outputCount: 1)
    #expect(throws: OperatorError("the shape input is not known at compile time")) {
      try op.infer(types)
    }
  }

  @Test func outputsBeyondThoseThereAre() {
    #expect(refusal("Relu", [Self.matrix], outputs: 2) == "found 2 outputs, expected 1")
  }
}
