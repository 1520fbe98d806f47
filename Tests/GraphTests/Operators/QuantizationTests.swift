import Graph
import OrderedCollections
import Tensor
import Testing

/// What ONNX's conformance cases leave out of quantization, products of integers and bits.
@Suite struct QuantizationTests {
  typealias Example = (
    op: String, inputs: [Tensor?], attributes: OrderedDictionary<String, Attribute>, message: String
  )

  private static let scalar = Tensor([], floats: [0.5])
  private static let bytes = Tensor([2, 2], ints: [1, 2, 3, 4], type: .uint8)
  private static let zero = Tensor([], ints: [1], type: .uint8)

  /// A factor, its scale and its zero point.
  private static let quantized: [Tensor?] = [bytes, scalar, zero]

  private static let image = Tensor([1, 1, 1, 3], ints: [0, 255, 255], type: .uint8)

  @Test func scalesOfBlocksThatDoNotDivideTheAxis() throws {
    let x = Tensor([1, 3], floats: [2, 4, 9])
    let scales = Tensor([1, 2], floats: [2, 3])
    let attributes: OrderedDictionary<String, Attribute> = ["block_size": .int(2)]
    let y = try call("QuantizeLinear", [x, scales], attributes)[0]
    #expect(y == Tensor([1, 3], ints: [1, 2, 3], type: .uint8))
    #expect(try call("DequantizeLinear", [y, scales], attributes)[0] == x)
  }

  @Test func quantizesToTheTypeThatIsAskedFor() throws {
    let code = Int64(ElementType.int4.code)
    let y = try call(
      "QuantizeLinear", [.vector(-9, 0.75, 5, .nan), Self.scalar], ["output_dtype": .int(code)])
    #expect(y[0] == .integers(-8, 2, 7, 0, type: .int4))
    #expect(try call("QuantizeLinear", [.vector(1e30), Self.scalar])[0].ints == [255])
    let half = Tensor([], floats: [0.5], type: .float16)
    let halves = try call("DequantizeLinear", [.integers(5, type: .int32), half])
    #expect(halves[0] == Tensor([1], floats: [2.5], type: .float16))
  }

  @Test func dynamicRangeOfZerosAndOfNothing() throws {
    let zeros = try call("DynamicQuantizeLinear", [.vector(0, 0)], outputs: 3)
    #expect(zeros[0] == .integers(0, 0, type: .uint8))
    #expect(zeros[1] == Tensor([], floats: [1]))
    #expect(zeros[2] == Tensor([], ints: [0], type: .uint8))
    let nothing = try call("DynamicQuantizeLinear", [Tensor([0], floats: [])], outputs: 3)
    #expect(nothing[0].count == 0)
  }

  /// A zero point for each row and each column, and sums beyond what floats hold.
  @Test func integersByRowAndColumn() throws {
    let rows = Tensor.integers(1, 2, type: .uint8)
    let columns = Tensor([1, 2], ints: [3, 4], type: .uint8)
    let product = try call("MatMulInteger", [Self.bytes, Self.bytes, rows, columns])[0]
    #expect(product == Tensor([2, 2], ints: [0, 0, -2, -2], type: .int32))
    let long = Tensor([1, 40_000], ints: [Int64](repeating: 255, count: 40_000), type: .uint8)
    let sum = try call("MatMulInteger", [long, long.reshaped([40_000, 1])])[0]
    #expect(sum.ints == [Int64(Int32(truncatingIfNeeded: 40_000 * 255 * 255))])
    let stack = Tensor([2, 1, 2], ints: [1, 2, 3, 4], type: .int8)
    let vector = Tensor.integers(1, -1, type: .int8)
    #expect(
      try call("MatMulInteger", [stack, vector])[0]
        == Tensor([2, 1], ints: [-1, -1], type: .int32))
  }

  /// Two groups, a zero point and a scale for each kernel, padding that is no number, and a bias.
  @Test func convolutionsOfGroups() throws {
    let x = Tensor([1, 2, 2], ints: [1, 2, 3, 4], type: .uint8)
    let w = Tensor([2, 1, 2], ints: [2, 3, 4, 5], type: .uint8)
    let attributes: OrderedDictionary<String, Attribute> = [
      "group": .int(2), "pads": .ints([0, 1]),
    ]
    let zeros = Tensor.integers(1, 2, type: .uint8)
    let sums = try call("ConvInteger", [x, w, Self.zero, zeros], attributes)[0]
    #expect(sums == Tensor([1, 2, 2], ints: [2, 1, 13, 6], type: .int32))
    let result = try call(
      "QLinearConv",
      [
        x, Self.scalar, Self.zero, w, .vector(2, 4), zeros, scale(1), Self.zero,
        .integers(10, -100, type: .int32),
      ], attributes)[0]
    #expect(result == Tensor([1, 2, 2], ints: [13, 12, 0, 0], type: .uint8))
  }

  private func scale(_ value: Float) -> Tensor { Tensor([1], floats: [value]) }

  @Test func castsOfNarrowTypes() throws {
    func cast(_ tensor: Tensor, _ to: ElementType, _ saturate: Int64 = 1) throws -> Tensor {
      try call("Cast", [tensor], ["to": .int(Int64(to.code)), "saturate": .int(saturate)])[0]
    }
    #expect(try cast(.integers(300, -9), .uint4).ints == [12, 7])
    #expect(try cast(.integers(8, -9), .int4).ints == [-8, 7])
    #expect(try cast(.vector(99, -99, 1.5), .int4).ints == [7, -8, 1])
    #expect(try cast(.integers(500, 17), .float8e4m3fn).floats == [448, 16])
    #expect(try cast(.vector(-1e6), .float8e5m2, 0).floats == [-.infinity])
    #expect(try cast(.vector(1e6), .float16).floats == [.infinity])
    let like = Tensor([2, 3, 0], ints: [], type: .uint4)
    #expect(try call("CastLike", [.vector(3.7), like])[0] == .integers(3, type: .uint4))
  }

  @Test func bits() throws {
    func shift(_ a: Tensor, _ b: Tensor, _ direction: String) throws -> [Int64] {
      try call("BitShift", [a, b], ["direction": .string(direction)])[0].ints
    }
    let all = Tensor.integers(-1, type: .uint64)
    #expect(try shift(all, .integers(63, type: .uint64), "RIGHT") == [1])
    #expect(try shift(all, .integers(64, type: .uint64), "RIGHT") == [0])
    #expect(try shift(all, all, "LEFT") == [0])
    let byte = Tensor.integers(255, type: .uint8)
    #expect(try shift(byte, .integers(4, 200, type: .uint8), "LEFT") == [240, 0])
    #expect(try call("BitwiseNot", [byte])[0] == .integers(0, type: .uint8))
    #expect(try call("BitwiseNot", [.integers(5, type: .int8)])[0] == .integers(-6, type: .int8))
    #expect(try call("BitwiseXor", [all, .integers(1, type: .uint64)])[0].ints == [-2])
  }

  @Test func kindsOfFloats() throws {
    let x = Tensor.vector(-.infinity, 1, .infinity, .nan)
    #expect(try call("IsNaN", [x])[0] == .integers(0, 0, 0, 1, type: .bool))
    #expect(try call("IsInf", [x])[0].ints == [1, 0, 1, 0])
    #expect(try call("IsInf", [x], ["detect_negative": .int(0)])[0].ints == [0, 0, 1, 0])
  }

  static let examples: [Example] = typeErrors + shapeErrors

  private static let typeErrors: [Example] = [
    (
      "QuantizeLinear", [bytes, scalar], [:], "input x: found uint8, expected floats or int32"
    ),
    (
      "QuantizeLinear", [scalar, scalar, scalar], [:],
      "the type of y: found float, expected integers of up to 16 bits or 8-bit floats"
    ),
    (
      "QuantizeLinear", [scalar, scalar, zero], ["output_dtype": .int(3)],
      "attribute output_dtype: found 3, expected the code of uint8, the type of the zero point"
    ),
    (
      "QuantizeLinear", [scalar, scalar], ["output_dtype": .int(99)],
      "attribute output_dtype: found 99, expected the code of an element type"
    ),
    (
      "DequantizeLinear", [.integers(1), scalar], [:],
      "input x: found int64, expected integers of up to 32 bits or 8-bit floats"
    ),
    ("DequantizeLinear", [zero, zero], [:], "input x_scale: found uint8, expected floats"),
    (
      "DequantizeLinear", [.integers(1, type: .int8), scalar, zero], [:],
      "found int8 and uint8, expected one element type"
    ),
    ("MatMulInteger", [scalar, scalar], [:], "input a: found float, expected int8 or uint8"),
    (
      "MatMulInteger", [bytes, bytes, .integers(1, type: .int8)], [:],
      "input a_zero_point: found int8, expected uint8 as input a has"
    ),
    (
      "QLinearMatMul", quantized + quantized + [scalar, scalar], [:],
      "input y_zero_point: found float, expected int8 or uint8"
    ),
    ("BitwiseAnd", [scalar, scalar], [:], "found float, expected an integer type"),
    (
      "BitShift", [.integers(1), .integers(1)], ["direction": .string("LEFT")],
      "found int64, expected an unsigned integer type"
    ),
    (
      "BitShift", [zero, zero], ["direction": .string("UP")],
      #"attribute direction: found "UP", expected one of "LEFT", "RIGHT""#
    ),
    ("IsNaN", [zero], [:], "found uint8, expected a floating-point type"),
  ]

  private static let shapeErrors: [Example] = [
    (
      "QuantizeLinear", [.counting([2, 3]), .vector(1, 2)], [:],
      "input y_scale: found shape 2, expected a scalar or 3, the size of axis 1"
    ),
    (
      "QuantizeLinear", [.counting([2, 3]), scalar, .integers(1, 2, type: .uint8)], [:],
      "input y_zero_point: found shape 2, expected scalar like the scale"
    ),
    (
      "DequantizeLinear", [bytes, .vector(1, 2)], ["block_size": .int(2)],
      "input x_scale: found shape 2, expected 2x1 for blocks of 2 along axis 1"
    ),
    (
      "DequantizeLinear", [bytes, .vector(1, 2)], ["block_size": .int(-1)],
      "attribute block_size: found -1, expected 1 to 1073741824"
    ),
    (
      "MatMulInteger", [bytes, bytes, .integers(1, 2, 3, type: .uint8)], [:],
      "input a_zero_point: found shape 3, expected one element or 2x1 for input a of shape 2x2"
    ),
    (
      "ConvInteger", [image, image, .integers(1, 2, type: .uint8)], [:],
      "input x_zero_point: found shape 2, expected one element"
    ),
    ("ConvInteger", [bytes, bytes], [:], "input x: found 2x2, expected at least rank 3"),
    (
      "QLinearMatMul", quantized + quantized + [.vector(1, 2), zero], [:],
      "input y_scale: found shape 2, expected one element"
    ),
    (
      "QLinearConv",
      [image, scalar, zero, image, scalar, zero, scalar, zero, .integers(1, 2, type: .int32)], [:],
      "input B: found int32 2, expected int32 1"
    ),
  ]

  @Test(arguments: examples.indices)
  func message(_ index: Int) {
    let example = Self.examples[index]
    #expect(refusal(example.op, example.inputs, example.attributes) == example.message)
  }
}
