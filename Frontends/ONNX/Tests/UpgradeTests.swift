import Foundation
import Graph
import Support
import Tensor
import Testing

/// The older forms of operators, each brought to the newest.
@Suite struct UpgradeTests {
  struct Case: Sendable {
    var opset: Int
    var node: [Field]
    var lines: [String]

    init(
      _ opset: Int, _ op: String, _ inputs: [String] = ["x"], _ outputs: [String] = ["y"],
      _ attributes: KeyValuePairs<String, Attribute> = [:], to lines: [String]
    ) {
      self.opset = opset
      node = ONNXFrontendTests.node(
        op, inputs, outputs, attributes: attributes.map { attribute($0.key, $0.value) })
      self.lines = lines
    }
  }

  static let cases: [Case] = [
    Case(
      12, "Squeeze", ["x"], ["y"], ["axes": .ints([0, 1])],
      to: [
        "const %n.axes: int64 2 = [0, 1]",
        #"%y = Squeeze "n"(%x, %n.axes)"#,
      ]),
    Case(
      12, "Squeeze",
      to: [
        #"%y = Squeeze "n"(%x)"#
      ]),
    Case(
      13, "Squeeze", ["x", "i"],
      to: [
        #"%y = Squeeze "n"(%x, %i)"#
      ]),
    Case(
      7, "Unsqueeze", ["x"], ["y"], ["axes": .ints([0])],
      to: [
        "const %n.axes: int64 1 = [0]",
        #"%y = Unsqueeze "n"(%x, %n.axes)"#,
      ]),
    Case(
      10, "Clip", ["x"], ["y"], ["min": .float(0), "max": .float(6)],
      to: [
        "const %n.min: float scalar = [0.0]",
        "const %n.max: float scalar = [6.0]",
        #"%y = Clip "n"(%x, %n.min, %n.max)"#,
      ]),
    Case(
      7, "Clip", ["x"], ["y"], ["max": .float(6)],
      to: [
        "const %n.max: float scalar = [6.0]",
        #"%y = Clip "n"(%x, _, %n.max)"#,
      ]),
    Case(
      11, "Clip", ["x", "", "f"],
      to: [
        #"%y = Clip "n"(%x, _, %f)"#
      ]),
    Case(
      10, "Pad", ["x"], ["y"], ["pads": .ints([0, 1, 0, 1]), "value": .float(2)],
      to: [
        "const %n.pads: int64 4 = [0, 1, 0, 1]",
        "const %n.value: float scalar = [2.0]",
        #"%y = Pad "n"(%x, %n.pads, %n.value)"#,
      ]),
    Case(
      9, "Slice", ["x"], ["y"], ["starts": .ints([1]), "ends": .ints([2])],
      to: [
        "const %n.starts: int64 1 = [1]",
        "const %n.ends: int64 1 = [2]",
        #"%y = Slice "n"(%x, %n.starts, %n.ends)"#,
      ]),
    Case(
      7, "Slice", ["x"], ["y"], ["starts": .ints([1]), "ends": .ints([2]), "axes": .ints([0])],
      to: [
        "const %n.starts: int64 1 = [1]",
        "const %n.ends: int64 1 = [2]",
        "const %n.axes: int64 1 = [0]",
        #"%y = Slice "n"(%x, %n.starts, %n.ends, %n.axes)"#,
      ]),
    Case(
      12, "ReduceSum", ["x"], ["y"], ["axes": .ints([1]), "keepdims": .int(0)],
      to: [
        "const %n.axes: int64 1 = [1]",
        #"%y = ReduceSum "n"(%x, %n.axes) {keepdims = 0}"#,
      ]),
    Case(
      17, "ReduceMean", ["x"], ["y"], ["axes": .ints([1])],
      to: [
        "const %n.axes: int64 1 = [1]",
        #"%y = ReduceMean "n"(%x, %n.axes)"#,
      ]),
    Case(
      18, "ReduceMax", ["x", "i"],
      to: [
        #"%y = ReduceMax "n"(%x, %i)"#
      ]),
    Case(
      12, "Split", ["x"], ["y", "z"], ["axis": .int(1), "split": .ints([1, 2])],
      to: [
        "const %n.split: int64 2 = [1, 2]",
        #"%y, %z = Split "n"(%x, %n.split) {axis = 1}"#,
      ]),
    Case(
      12, "Split", ["x"], ["y", "z"],
      to: [
        #"%y, %z = Split "n"(%x) {num_outputs = 2}"#
      ]),
    Case(
      17, "Split", ["x", "i"], ["y", "z"],
      to: [
        #"%y, %z = Split "n"(%x, %i)"#
      ]),
    Case(
      9, "TopK", ["x"], ["v", "y"], ["k": .int(2)],
      to: [
        "const %n.k: int64 1 = [2]",
        #"%v, %y = TopK "n"(%x, %n.k)"#,
      ]),
    Case(
      7, "Dropout", ["x"], ["y"], ["ratio": .float(0.5)],
      to: [
        "const %n.ratio: float scalar = [0.5]",
        #"%y = Dropout "n"(%x, %n.ratio)"#,
      ]),
    Case(
      7, "Upsample", ["x"], ["y"], ["scales": .floats([1, 1, 2, 2])],
      to: [
        "const %n.scales: float 4 = [1.0, 1.0, 2.0, 2.0]",
        #"%y = Resize "n"(%x, _, %n.scales)"#
          + #" {coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"}"#,
      ]),
    Case(
      9, "Upsample", ["x", "f"], ["y"], ["mode": .string("linear")],
      to: [
        #"%y = Resize "n"(%x, _, %f)"#
          + #" {coordinate_transformation_mode = "asymmetric", mode = "linear","#
          + #" nearest_mode = "floor"}"#
      ]),
    Case(
      10, "Resize", ["x", "f"],
      to: [
        #"%y = Resize "n"(%x, _, %f)"#
          + #" {coordinate_transformation_mode = "asymmetric", nearest_mode = "floor"}"#
      ]),
    Case(
      11, "Resize", ["x", "e", "e", "i"],
      to: [
        #"%y = Resize "n"(%x, _, _, %i)"#
      ]),
    Case(
      10, "Scatter", ["x", "i", "f"],
      to: [
        #"%y = ScatterElements "n"(%x, %i, %f)"#
      ]),
    Case(
      15, "RoiAlign", ["x", "f", "i"],
      to: [
        #"%y = RoiAlign "n"(%x, %f, %i)"#
          + #" {coordinate_transformation_mode = "output_half_pixel"}"#
      ]),
    Case(
      19, "GridSample", ["x", "f"], ["y"], ["mode": .string("bicubic")],
      to: [
        #"%y = GridSample "n"(%x, %f) {mode = "cubic"}"#
      ]),
    Case(
      19, "DFT", ["x"],
      to: [
        "const %n.axis: int64 scalar = [1]",
        #"%y = DFT "n"(%x, _, %n.axis)"#,
      ]),
    Case(
      8, "BatchNormalization", ["x", "f", "f", "f", "f"], ["y", "m", "v", "sm", "sv"],
      ["spatial": .int(1)],
      to: [
        #"%y = BatchNormalization "n"(%x, %f, %f, %f, %f)"#
      ]),
    Case(
      13, "Softmax",
      to: [
        #"%y = Softmax "n"(%x)"#
      ]),
    Case(
      12, "Softmax",
      to: [
        #"%y = Softmax "n"(%x)"#
      ]),
    Case(
      11, "LogSoftmax", ["x"], ["y"], ["axis": .int(-1)],
      to: [
        #"%y = LogSoftmax "n"(%x)"#
      ]),
    Case(
      11, "Softmax", ["x"], ["y"], ["axis": .int(0)],
      to: [
        #"%n.Flatten = Flatten(%x) {axis = 0} from ["n"]"#,
        #"%n.Softmax = Softmax(%n.Flatten) from ["n"]"#,
        #"%n.Shape = Shape(%x) from ["n"]"#,
        #"%y = Reshape "n"(%n.Softmax, %n.Shape)"#,
      ]),
    Case(
      20, "GroupNormalization", ["x", "f", "f"], ["y"],
      ["num_groups": .int(2), "epsilon": .float(0.5)],
      to: [
        "const %n.groups: int64 3 = [0, 2, -1]",
        #"%n.Reshape = Reshape(%x, %n.groups) from ["n"]"#,
        #"%n.InstanceNormalization = InstanceNormalization(%n.Reshape, %f, %f)"#
          + #" {epsilon = 0.5} from ["n"]"#,
        #"%n.Shape = Shape(%x) from ["n"]"#,
        #"%y = Reshape "n"(%n.InstanceNormalization, %n.Shape)"#,
      ]),
    Case(
      6, "Add", ["x", "f"],
      to: [
        #"%y = Add "n"(%x, %f)"#
      ]),
    Case(
      6, "Mul", ["x", "f"], ["y"], ["broadcast": .int(1)],
      to: [
        #"%y = Mul "n"(%x, %f)"#
      ]),
    Case(
      6, "Greater", ["x", "f"], ["y"], ["broadcast": .int(1), "axis": .int(0)],
      to: [
        "const %n.axis: int64 1 = [0]",
        "const %n.none: int64 1 = [0]",
        #"%n.Shape = Shape(%f) from ["n"]"#,
        #"%n.Shape_1 = Shape(%n.Shape) from ["n"]"#,
        #"%n.Shape_2 = Shape(%x) from ["n"]"#,
        #"%n.Shape_3 = Shape(%n.Shape_2) from ["n"]"#,
        #"%n.Sub = Sub(%n.Shape_3, %n.axis) from ["n"]"#,
        #"%n.Sub_1 = Sub(%n.Sub, %n.Shape_1) from ["n"]"#,
        #"%n.Max = Max(%n.Sub_1, %n.none) from ["n"]"#,
        #"%n.ConstantOfShape = ConstantOfShape(%n.Max) {value = int64 1 [1]} from ["n"]"#,
        #"%n.Concat = Concat(%n.Shape, %n.ConstantOfShape) {axis = 0} from ["n"]"#,
        #"%n.Reshape = Reshape(%f, %n.Concat) from ["n"]"#,
        #"%y = Greater "n"(%x, %n.Reshape)"#,
      ]),
    Case(
      5, "Relu", ["x"], ["y"], ["consumed_inputs": .ints([0])],
      to: [
        #"%y = Relu "n"(%x)"#
      ]),
    Case(
      4, "Reshape", ["x"], ["y"], ["shape": .ints([3, 2]), "consumed_inputs": .ints([0])],
      to: [
        "const %n.shape: int64 2 = [3, 2]",
        #"%y = Reshape "n"(%x, %n.shape)"#,
      ]),
    Case(
      5, "Cast", ["x"], ["y"], ["to": .string("INT64")],
      to: [
        #"%y = Cast "n"(%x) {to = 7}"#
      ]),
    Case(
      1, "Pad", ["x"], ["y"], ["paddings": .ints([0, 1, 0, 1])],
      to: [
        "const %n.pads: int64 4 = [0, 1, 0, 1]",
        #"%y = Pad "n"(%x, %n.pads)"#,
      ]),
    Case(
      3, "Concat", ["x", "x"],
      to: [
        #"%y = Concat "n"(%x, %x) {axis = 1}"#
      ]),
    Case(
      5, "Selu", ["x"], ["y"], ["alpha": .float(2)],
      to: [
        #"%y = Selu "n"(%x) {alpha = 2.0, gamma = 1.0507}"#
      ]),
    Case(
      1, "GlobalLpPool", ["x"], ["y"], ["p": .float(3)],
      to: [
        #"%y = GlobalLpPool "n"(%x) {p = 3}"#
      ]),
    Case(
      1, "Split", ["x", "i"], ["y", "z"],
      to: [
        "const %n.split: int64 2 = [1, 2]",
        #"%y, %z = Split "n"(%x, %n.split)"#,
      ]),
    Case(
      6, "BatchNormalization", ["x", "f", "f", "f", "f"], ["y", "m", "v"], ["is_test": .int(1)],
      to: [
        #"%y = BatchNormalization "n"(%x, %f, %f, %f, %f)"#
      ]),
    Case(
      6, "Dropout", ["x"], ["y"], ["is_test": .int(1)],
      to: [
        #"%y = Dropout "n"(%x)"#
      ]),
    Case(
      6, "Gemm", ["x", "x", "f"], ["y"], ["broadcast": .int(1)],
      to: [
        #"%y = Gemm "n"(%x, %x, %f)"#
      ]),
    Case(
      6, "Upsample", ["x"], ["y"],
      ["mode": .string("bilinear"), "height_scale": .float(2), "width_scale": .float(3)],
      to: [
        "const %n.scales: float 4 = [1.0, 1.0, 2.0, 3.0]",
        #"%y = Resize "n"(%x, _, %n.scales)"#
          + #" {coordinate_transformation_mode = "asymmetric", mode = "linear","#
          + #" nearest_mode = "floor"}"#,
      ]),
    Case(
      18, "OptionalGetElement",
      to: [
        #"%y = Identity "n"(%x)"#
      ]),
  ]

  static func bytes(_ opset: Int, _ node: [Field]) -> Data {
    model(
      opset: opset, nodes: [node],
      initializers: [ints("i", [1, 2]), floats("f", [1, 2]), floats("e", [])],
      inputs: [value("x")])
  }

  @Test(arguments: cases.indices)
  func upgrades(_ index: Int) throws {
    let test = Self.cases[index]
    #expect(try lines(Self.bytes(test.opset, test.node)) == test.lines)
  }

  @Test(arguments: [
    "L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "SumSquare",
  ])
  func upgradesReductions(_ name: String) throws {
    let reduction = node("Reduce\(name)", attributes: [attribute("axes", .ints([1]))])
    #expect(
      try lines(Self.bytes(17, reduction)) == [
        "const %n.axes: int64 1 = [1]", #"%y = Reduce\#(name) "n"(%x, %n.axes)"#,
      ])
  }

  @Test func partsOfAnUpgradeNameTheirOrigin() throws {
    let softmax = node("Softmax", attributes: [attribute("axis", .int(0))])
    let graph = try read(Self.bytes(11, softmax))
    #expect(graph.nodes.map(\.name) == ["n.Flatten", "n.Softmax", "n.Shape", "n"])
    #expect(graph.nodes.allSatisfy { $0.origins == ["n"] })
  }

  static let faulty: [(opset: Int, node: [Field], error: String)] = [
    (
      12, node("Squeeze", attributes: [attribute("axes", .int(1))]),
      "operator Squeeze (opset 12): attribute axes: found int, expected ints"
    ),
    (
      12, node("Squeeze", ["x", "i"]), "operator Squeeze (opset 12): found 2 inputs, expected 1"
    ),
    (
      8, node("BatchNormalization", attributes: [attribute("spatial", .int(0))]),
      "operator BatchNormalization (opset 8): attribute spatial other than 1 is not supported"
    ),
    (10, node("Resize"), "operator Resize (opset 10): found 1 inputs, expected 2"),
    (
      10, node("Upsample", ["x", "f"]), "operator Upsample (opset 10) is not supported"
    ),
    (
      20, node("GroupNormalization", ["x", "f", "f"]),
      "operator GroupNormalization (opset 20): attribute num_groups: found none above 0, expected one"
    ),
    (
      6, node("BatchNormalization", ["x", "f", "f", "f", "f"], ["y", "m", "v"]),
      "operator BatchNormalization (opset 6): attribute is_test: found 0, expected 1 (inference)"
    ),
    (
      5, node("Cast", attributes: [attribute("to", .string("STRING"))]),
      "operator Cast (opset 5): attribute to: element type STRING is not supported"
    ),
    (
      1, node("LpPool", attributes: [attribute("p", .float(1.5))]),
      "operator LpPool (opset 1): attribute p: found 1.5, expected a whole number"
    ),
    (
      1, node("Split", ["x", "x"]),
      "operator Split (opset 1): the split input: found no constant of whole numbers, expected one"
    ),
    (
      22,
      node(
        "NegativeLogLikelihoodLoss", ["x", "i"],
        attributes: [attribute("reduction", .string("max"))]),
      "operator NegativeLogLikelihoodLoss (opset 22): attribute reduction: found \"max\", "
        + #"expected one of "none", "sum", "mean""#
    ),
    (
      12, node("Softmax", ["x", "x"]), "operator Softmax (opset 12): found 2 inputs, expected 1"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (opset, node, error) = Self.faulty[index]
    #expect(errors(Self.bytes(opset, node)) == ["m.onnx: node \"n\": error: \(error)"])
  }
}
