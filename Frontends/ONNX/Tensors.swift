import Foundation
import Graph
import Support
import Tensor

extension ElementType {
  /// The names of TensorProto.DataType, by code.
  private static let names = [
    "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool",
    "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16", "float8e4m3fn",
    "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1", "float8e8m0",
    "uint2", "int2",
  ]

  /// The element type of a TensorProto.DataType.
  static func code(_ code: Int32) throws(Malformed) -> ElementType {
    guard let name = names.indices.contains(Int(code)) ? names[Int(code)] : nil else {
      throw Malformed("found element type \(code), expected one of ONNX")
    }
    guard let type = ElementType(rawValue: name) else {
      throw Malformed("element type \(name) is not supported")
    }
    return type
  }

  /// The TensorProto.DataType of an element type.
  var code: Int32 { Int32(Self.names.firstIndex(of: rawValue)!) }
}

/// Turns tensor messages into tensors.
struct TensorReader {
  var externalFiles: ExternalFiles
  /// What sparse tensors may still unfold into.
  var unfolding = UnfoldingLimit()

  /// The tensor, from whichever of its fields holds the elements.
  mutating func tensor(_ message: TensorMessage) throws(Malformed) -> Tensor {
    let type = try ElementType.code(message.type)
    let shape = try Self.shape(message.dims)
    guard !message.isSegment else { throw Malformed("tensors in segments are not supported") }
    if let raw = message.raw, !raw.isEmpty, message.hasTypedElements {
      throw Malformed("found raw data and typed elements, expected one of them")
    }
    if message.isExternal {
      let bytes = try externalFiles.bytes(message.external, count: type.bytes(shape.count))
      return try Self.decode(bytes, type, shape)
    }
    if let raw = message.raw, !raw.isEmpty || !message.hasTypedElements {
      return try Self.decode(raw, type, shape)
    }
    return try Self.tensor(type, shape, fields: message)
  }

  static func shape(_ dims: [Int64]) throws(Malformed) -> Shape {
    guard let shape = Shape(checking: dims.map { Int($0) }) else {
      throw Malformed("found sizes \(dims), expected none below zero and a product that fits")
    }
    return shape
  }

  private static func decode(
    _ raw: Data, _ type: ElementType, _ shape: Shape
  ) throws(Malformed) -> Tensor {
    guard let tensor = Tensor(decoding: raw, as: type, shape: shape) else {
      throw Malformed(
        "found \(raw.count) bytes, expected \(type.bytes(shape.count)) for "
          + "\(type.rawValue) \(shape)"
      )
    }
    InputFile.release(raw)
    return tensor
  }

  /// The tensor from the field that ONNX assigns to its type.
  private static func tensor(
    _ type: ElementType, _ shape: Shape, fields message: TensorMessage
  ) throws(Malformed) -> Tensor {
    switch type {
    case .float:
      return try tensor(type, shape, .floats(message.floats))
    case .double:
      return try tensor(type, shape, .doubles(message.doubles))
    case .float16:
      let halves = try bits(message.int32s).map { Float(Float16(bitPattern: $0)) }
      return try tensor(type, shape, .floats(halves))
    case .bfloat16:
      let brains = try bits(message.int32s).map { Float(bitPattern: UInt32($0) << 16) }
      return try tensor(type, shape, .floats(brains))
    case .int64:
      return try tensor(type, shape, .ints(message.int64s))
    case .uint32, .uint64:
      let ints = message.uint64s.map { Int64(bitPattern: $0) }
      return try tensor(type, shape, .ints(ints))
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .uint4, .int4:
      return try decode(bytes(message.int32s), type, shape)
    case .int8, .int16, .int32, .uint8, .uint16, .bool:
      return try tensor(type, shape, .ints(message.int32s.map { Int64($0) }))
    }
  }

  private static func tensor(
    _ type: ElementType, _ shape: Shape, _ elements: Tensor.Elements
  ) throws(Malformed) -> Tensor {
    guard elements.count == shape.count else {
      throw Malformed("found \(elements.count) elements, expected \(shape.count) for \(shape)")
    }
    if case .ints(let ints) = elements, let wrong = ints.first(where: { type.wrap($0) != $0 }) {
      throw Malformed("found element \(wrong), expected a value of \(type.rawValue)")
    }
    return Tensor(type, shape, elements)
  }

  /// Bytes, one in each integer; those of negative numbers may come with their sign.
  private static func bytes(_ ints: [Int32]) throws(Malformed) -> Data {
    if let wrong = ints.first(where: { !(-0x80...0xFF).contains($0) }) {
      throw Malformed("found element \(wrong), expected a byte")
    }
    return Data(ints.map { UInt8(truncatingIfNeeded: $0) })
  }

  /// 16-bit patterns, one in each integer.
  private static func bits(_ ints: [Int32]) throws(Malformed) -> [UInt16] {
    if let wrong = ints.first(where: { UInt16(exactly: $0) == nil }) {
      throw Malformed("found element \(wrong), expected the 16 bits of a float")
    }
    return ints.map { UInt16($0) }
  }
}

extension TensorMessage {
  fileprivate var hasTypedElements: Bool {
    !(floats.isEmpty && doubles.isEmpty && int32s.isEmpty && int64s.isEmpty && uint64s.isEmpty)
  }
}

// MARK: - Sparse tensors

extension TensorReader {
  /// A sparse tensor (coordinates and values) as a dense one, if ``UnfoldingLimit`` admits it.
  mutating func dense(_ message: SparseTensorMessage) throws(Malformed) -> Tensor {
    guard message.values.count == 1, message.indices.count == 1 else {
      throw Malformed(
        "found \(message.values.count) tensors of values and \(message.indices.count) of indices, "
          + "expected one of each")
    }
    let values = try tensor(message.values[0])
    let indices = try tensor(message.indices[0])
    let shape = try Self.shape(message.dims)
    guard values.shape.rank == 1 else {
      throw Malformed("found values of shape \(values.shape), expected one axis")
    }
    let positions = try Self.positions(indices, count: values.count, in: shape)
    if let problem = SparseTensor.problem(positions, in: shape) { throw Malformed(problem) }
    guard shape.count <= Operator.maximumElements else {
      throw Malformed(
        "found \(shape.count) elements, expected at most \(Operator.maximumElements)")
    }
    guard unfolding.admits(shape, values: values.count) else {
      throw Malformed("found \(values.count) values for \(shape), expected at least one in 1024")
    }
    return SparseTensor(shape, positions: positions, values: values).dense
  }

  /// The row-major positions that the indices mean: they are these, or lie along each axis.
  private static func positions(
    _ indices: Tensor, count: Int, in shape: Shape
  ) throws(Malformed) -> [Int64] {
    guard indices.type == .int64 else {
      throw Malformed("found indices of \(indices.type.rawValue), expected int64")
    }
    if indices.shape == [count] { return indices.ints }
    guard indices.shape == [count, shape.rank] else {
      throw Malformed(
        "found indices of shape \(indices.shape), expected \(count) or \(count)x\(shape.rank)")
    }
    var positions: [Int64] = []
    positions.reserveCapacity(count)
    for row in 0..<count {
      var position: Int64 = 0
      for (axis, size) in shape.sizes.enumerated() {
        let index = indices.ints[row * shape.rank + axis]
        guard (0..<Int64(size)).contains(index) else {
          throw Malformed("found index \(index), expected 0 ..< \(size)")
        }
        position = position * Int64(size) + index
      }
      positions.append(position)
    }
    return positions
  }
}
