import Foundation
import Graph
import Support
import Tensor
import Testing

/// Every element type in every field that may hold it.
@Suite struct TensorTests {
  /// Raw elements stay in the file; wherever they are in it, they are found.
  @Test func rawElementsLieAnywhere() throws {
    let first = tensor("w", type: 1, [300], .bytes(9, elements(300, from: 1)))
    // Of a field that comes twice, the last counts.
    let second =
      [Field.bytes(9, Data([1, 2, 3])), .bytes(9, elements(2, from: 7)), .string(8, "v")]
      + [.int(2, 1), .packedInts(1, [2])]
    let third = tensor("e", type: 1, [0], .bytes(9, Data()))
    let file = model(
      nodes: [node("Concat", ["w", "v", "e"], attributes: [attribute("axis", .int(0))])],
      initializers: [first, second, third], extra: [.string(2, "a producer")])
    for file in [file, (Data([1, 2, 3]) + file).dropFirst(3)] {
      let graph = try read(file)
      #expect(
        graph.values.elements.prefix(3).map { $0.constant?.tensor.floats } == [
          (1...300).map { Float($0) }, [7, 8], [],
        ])
    }
  }

  private func elements(_ count: Int, from first: Int) -> Data {
    Data((first..<first + count).flatMap { littleEndian(Float($0).bitPattern) })
  }

  struct Encoding: CustomStringConvertible, Sendable {
    var type: ElementType
    var code: Int64
    /// A field of TensorProto and its content for the two elements.
    var field: @Sendable () -> Field
    var elements: Tensor.Elements
    var description: String { type.rawValue }
  }

  static let ones: [Float] = [1, -2.5]
  /// Doubles that no float is.
  static let precise: [Double] = [0.1, -1e300]

  static let raw: [Encoding] = [
    Encoding(type: .float, code: 1, field: bytes(ones.map(\.bitPattern)), elements: .floats(ones)),
    Encoding(
      type: .double, code: 11, field: bytes(precise.map(\.bitPattern)),
      elements: .doubles(precise)),
    Encoding(
      type: .float16, code: 10, field: bytes([0x3C00, 0xC100] as [UInt16]),
      elements: .floats(ones)),
    Encoding(
      type: .bfloat16, code: 16, field: bytes([0x3F80, 0xC020] as [UInt16]),
      elements: .floats(ones)),
    Encoding(
      type: .int8, code: 3, field: bytes([-128, 127] as [Int8]), elements: .ints([-128, 127])),
    Encoding(type: .uint8, code: 2, field: bytes([0, 255] as [UInt8]), elements: .ints([0, 255])),
    Encoding(
      type: .int16, code: 5, field: bytes([-300, 300] as [Int16]), elements: .ints([-300, 300])),
    Encoding(
      type: .uint16, code: 4, field: bytes([1, 65535] as [UInt16]), elements: .ints([1, 65535])),
    Encoding(
      type: .int32, code: 6, field: bytes([-70000, 7] as [Int32]), elements: .ints([-70000, 7])),
    Encoding(
      type: .uint32, code: 12, field: bytes([.max, 7] as [UInt32]),
      elements: .ints([Int64(UInt32.max), 7])),
    Encoding(
      type: .int64, code: 7, field: bytes([.min, .max] as [Int64]), elements: .ints([.min, .max])),
    Encoding(
      type: .uint64, code: 13, field: bytes([.max, 1] as [UInt64]), elements: .ints([-1, 1])),
    Encoding(type: .bool, code: 9, field: bytes([0, 1] as [UInt8]), elements: .ints([0, 1])),
    Encoding(
      type: .float8e4m3fn, code: 17, field: bytes([0x38, 0xC2] as [UInt8]), elements: .floats(ones)),
    Encoding(
      type: .float8e4m3fnuz, code: 18, field: bytes([0x40, 0xCA] as [UInt8]),
      elements: .floats(ones)),
    Encoding(
      type: .float8e5m2, code: 19, field: bytes([0x3C, 0xC1] as [UInt8]), elements: .floats(ones)),
    Encoding(
      type: .float8e5m2fnuz, code: 20, field: bytes([0x40, 0xC5] as [UInt8]),
      elements: .floats(ones)),
    Encoding(type: .uint4, code: 21, field: bytes([0xF1] as [UInt8]), elements: .ints([1, 15])),
    Encoding(type: .int4, code: 22, field: bytes([0x78] as [UInt8]), elements: .ints([-8, 7])),
  ]

  static let typed: [Encoding] = [
    Encoding(type: .float, code: 1, field: { .packedFloats(4, ones) }, elements: .floats(ones)),
    Encoding(
      type: .double, code: 11, field: { .packedDoubles(10, precise) },
      elements: .doubles(precise)),
    Encoding(
      type: .float16, code: 10, field: { .packedInts(5, [0x3C00, 0xC100]) }, elements: .floats(ones)
    ),
    Encoding(
      type: .bfloat16, code: 16, field: { .packedInts(5, [0x3F80, 0xC020]) },
      elements: .floats(ones)),
    Encoding(
      type: .int8, code: 3, field: { .packedInts(5, [-128, 127]) }, elements: .ints([-128, 127])),
    Encoding(
      type: .uint8, code: 2, field: { .packedInts(5, [0, 255]) }, elements: .ints([0, 255])),
    Encoding(
      type: .int16, code: 5, field: { .packedInts(5, [-300, 300]) }, elements: .ints([-300, 300])),
    Encoding(
      type: .uint16, code: 4, field: { .packedInts(5, [1, 65535]) }, elements: .ints([1, 65535])),
    Encoding(
      type: .int32, code: 6, field: { .packedInts(5, [-70000, 7]) }, elements: .ints([-70000, 7])),
    Encoding(
      type: .uint32, code: 12, field: { .packedInts(11, [Int64(UInt32.max), 7]) },
      elements: .ints([Int64(UInt32.max), 7])),
    Encoding(
      type: .int64, code: 7, field: { .packedInts(7, [.min, .max]) },
      elements: .ints([.min, .max])),
    Encoding(
      type: .uint64, code: 13, field: { .packedInts(11, [-1, 1]) }, elements: .ints([-1, 1])),
    Encoding(type: .bool, code: 9, field: { .packedInts(5, [0, 1]) }, elements: .ints([0, 1])),
    Encoding(
      type: .float8e5m2, code: 19, field: { .packedInts(5, [0x3C, 0xC1]) }, elements: .floats(ones)),
    Encoding(
      type: .uint4, code: 21, field: { .packedInts(5, [0xF1]) }, elements: .ints([1, 15])),
    Encoding(type: .int4, code: 22, field: { .packedInts(5, [-8]) }, elements: .ints([-8, -1])),
  ]

  static func bytes<Integer: FixedWidthInteger & Sendable>(
    _ integers: [Integer]
  ) -> @Sendable () -> Field {
    { .bytes(9, Data(integers.flatMap { littleEndian($0) })) }
  }

  @Test(arguments: raw + typed)
  func reads(_ encoding: Encoding) throws {
    let message = tensor("y", type: encoding.code, [2], encoding.field())
    #expect(
      try constant(model(initializers: [message]))
        == Tensor(encoding.type, [2], encoding.elements))
  }

  @Test func readsUnpackedFieldsAndScalars() throws {
    let unpacked = tensor("y", type: 1, [2, 1], .float(4, 3), .float(4, 4))
    #expect(try constant(model(initializers: [unpacked])) == Tensor([2, 1], floats: [3, 4]))
    let scalar: [Field] = [.string(8, "y"), .int(2, 7), .int(7, 5)]
    #expect(try constant(model(initializers: [scalar])) == Tensor([], ints: [5]))
    let empty = tensor("y", type: 1, [0])
    #expect(try constant(model(initializers: [empty])) == Tensor([0], floats: []))
  }

  static let faulty: [(message: [Field], error: String)] = [
    (tensor("y", type: 8, [0]), "element type string is not supported"),
    (tensor("y", type: 0, [0]), "element type undefined is not supported"),
    (tensor("y", type: 23, [0]), "element type float4e2m1 is not supported"),
    (tensor("y", type: 17, [1], .packedInts(5, [256])), "found element 256, expected a byte"),
    (
      tensor("y", type: 22, [3], .bytes(9, Data(count: 3))), "found 3 bytes, expected 2 for int4 3"
    ),
    (tensor("y", type: 99, [0]), "found element type 99, expected one of ONNX"),
    (
      tensor("y", type: 1, [-1]),
      "found sizes [-1], expected none below zero and a product that fits"
    ),
    (
      tensor("y", type: 1, [1 << 40, 1 << 40], .bytes(9, Data())),
      "found sizes [1099511627776, 1099511627776], expected none below zero and a product that fits"
    ),
    (
      tensor("y", type: 1, [2], .bytes(9, Data(count: 7))),
      "found 7 bytes, expected 8 for float 2"
    ),
    (
      tensor("y", type: 1, [1 << 40], .bytes(9, Data(count: 4))),
      "found 4 bytes, expected 4398046511104 for float 1099511627776"
    ),
    (tensor("y", type: 1, [2], .packedFloats(4, [1])), "found 1 elements, expected 2 for 2"),
    (tensor("y", type: 1, [2], .packedInts(7, [1, 2])), "found 0 elements, expected 2 for 2"),
    (
      tensor("y", type: 3, [2], .packedInts(5, [1, 300])),
      "found element 300, expected a value of int8"
    ),
    (tensor("y", type: 9, [1], .packedInts(5, [2])), "found element 2, expected a value of bool"),
    (
      tensor("y", type: 10, [1], .packedInts(5, [65536])),
      "found element 65536, expected the 16 bits of a float"
    ),
    (
      tensor("y", type: 1, [1], .message(3, [.int(1, 0)]), .packedFloats(4, [1])),
      "tensors in segments are not supported"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (message, error) = Self.faulty[index]
    #expect(
      errors(model(initializers: [message])) == ["m.onnx: value \"y\": error: \(error)"])
  }
}

/// Sparse initializers, in both forms of their indices.
@Suite struct SparseTensorTests {
  static func sparse(_ values: [Field], _ indices: [Field], _ dims: [Int64]) -> [Field] {
    [.message(1, values), .message(2, indices), .packedInts(3, dims)]
  }

  static let pair = floats("y", [5, 7])

  @Test func unfolds() throws {
    let linear = Self.sparse(Self.pair, ints("", [1, 5]), [2, 3])
    let expected = Tensor([2, 3], floats: [0, 5, 0, 0, 0, 7])
    #expect(try constant(model(sparse: [linear])) == expected)
    let coordinates = tensor("", type: 7, [2, 2], .packedInts(7, [0, 1, 1, 2]))
    #expect(try constant(model(sparse: [Self.sparse(Self.pair, coordinates, [2, 3])])) == expected)
    let integers = Self.sparse(ints("y", [4]), ints("", [2]), [3])
    #expect(try constant(model(sparse: [integers])) == Tensor([3], ints: [0, 0, 4]))
    let none = Self.sparse(floats("y", []), ints("", []), [2])
    #expect(try constant(model(sparse: [none])) == Tensor([2], floats: [0, 0]))
  }

  static let faulty: [(message: [Field], error: String)] = [
    (
      [.message(1, pair)],
      "found 1 tensors of values and 0 of indices, expected one of each"
    ),
    (sparse(pair, ints("", [1, 6]), [2, 3]), "found index 6, expected 0 ..< 6"),
    (sparse(pair, ints("", [-1, 1]), [2, 3]), "found index -1, expected 0 ..< 6"),
    (
      sparse(pair, ints("", [1, 1]), [2, 3]),
      "found indices out of order or twice, expected them ascending"
    ),
    (
      sparse(pair, ints("", [3, 1]), [2, 3]),
      "found indices out of order or twice, expected them ascending"
    ),
    (
      sparse(pair, tensor("", type: 7, [2, 2], .packedInts(7, [0, 1, 1, 3])), [2, 3]),
      "found index 3, expected 0 ..< 3"
    ),
    (sparse(pair, ints("", [1]), [2, 3]), "found indices of shape 1, expected 2 or 2x2"),
    (sparse(pair, floats("", [1, 2]), [2, 3]), "found indices of float, expected int64"),
    (
      sparse(tensor("y", type: 1, [1, 1], .packedFloats(4, [1])), ints("", [1]), [2]),
      "found values of shape 1x1, expected one axis"
    ),
    (
      sparse(pair, ints("", [1, 2]), [1 << 31]),
      "found 2147483648 elements, expected at most 268435456"
    ),
    (
      sparse(pair, ints("", [1, 2]), [1 << 24]),
      "found 2 values for 16777216, expected at least one in 1024"
    ),
  ]

  @Test(arguments: faulty.indices)
  func refuses(_ index: Int) {
    let (message, error) = Self.faulty[index]
    #expect(errors(model(sparse: [message])) == ["m.onnx: value \"y\": error: \(error)"])
  }

  @Test func limitsWhatAllUnfoldToTogether() {
    let half = (0..<3).map { Self.sparse(floats("v\($0)", []), ints("", []), [3 << 20]) }
    #expect(
      errors(model(sparse: half, outputs: ["v0"])) == [
        "m.onnx: value \"v2\": error: found 0 values for 3145728, expected at least one in 1024"
      ])
  }
}
