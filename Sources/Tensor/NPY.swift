public import Foundation
public import Support

/// NumPy's file format for one array, after numpy.lib.format: a magic string, a version, a header
/// that is a Python dictionary, and the elements.
public enum NPY {
  /// Reads versions 1.0 to 3.0, either byte order, C or Fortran order, and the types `f2 f4 f8`,
  /// `i1`...`i8`, `u1`...`u8` and `b1`.
  ///
  /// - Throws: what is wrong and at which byte.
  public static func read(_ data: Data) throws(Failure) -> Tensor {
    var reader = ByteReader(data)
    let header = try NPYHeader(&reader)
    let start = reader.place
    var raw = try reader.take(reader.remaining)
    let expected = header.shape.count * header.type.size
    guard raw.count == expected else {
      throw .data(
        at: start,
        "found \(raw.count) bytes of elements, expected \(expected) for "
          + "\(header.type.rawValue) \(header.shape)")
    }
    if header.isBigEndian { raw = swapped(raw, size: header.type.size) }
    let sizes = header.isFortranOrder ? header.shape.sizes.reversed() : header.shape.sizes
    guard let tensor = Tensor(decoding: raw, as: header.type, shape: Shape(sizes)) else {
      preconditionFailure("the size was checked")
    }
    return header.isFortranOrder ? tensor.reversingAxes() : tensor
  }

  /// The tensor as version 1.0, little-endian, in C order; a type that NumPy has not as the next
  /// wider one: `bfloat16` and 8-bit floats as `float32`, 4-bit integers as 8-bit ones.
  public static func write(_ tensor: Tensor) -> Data {
    let tensor = Tensor(tensor.type.heldByNumPy, tensor.shape, tensor.elements)
    var writer = ByteWriter()
    NPYHeader(type: tensor.type, shape: tensor.shape).write(to: &writer)
    writer.append(tensor.encoded())
    return writer.data
  }

  /// The bytes with those of each element in the other order.
  private static func swapped(_ raw: Data, size: Int) -> Data {
    let bytes = [UInt8](raw)
    return Data(bytes.indices.map { bytes[$0 - $0 % size + size - 1 - $0 % size] })
  }
}

extension ElementType {
  /// The type itself where NumPy has it, else the next wider one.
  fileprivate var heldByNumPy: ElementType {
    switch self {
    case .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz: .float
    case .uint4: .uint8
    case .int4: .int8
    default: self
    }
  }
}

extension Tensor {
  /// The transpose of all axes: what turns Fortran order into C order.
  fileprivate func reversingAxes() -> Tensor {
    let target = Shape(shape.sizes.reversed())
    switch elements {
    case .floats(let floats):
      return Tensor(type, target, .floats(transposed(floats)))
    case .doubles(let doubles):
      return Tensor(type, target, .doubles(transposed(doubles)))
    case .ints(let ints):
      return Tensor(type, target, .ints(transposed(ints)))
    }
  }

  private func transposed<Element>(_ elements: [Element]) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(count)
    // The index into `elements` of the next element of the result, counted axis by axis; the last
    // axis of the result is the first of `self`.
    let strides = shape.strides
    var index = [Int](repeating: 0, count: shape.rank)
    var position = 0
    for _ in 0..<count {
      result.append(elements[position])
      for axis in 0..<shape.rank {
        index[axis] += 1
        position += strides[axis]
        if index[axis] < shape[axis] { break }
        position -= index[axis] * strides[axis]
        index[axis] = 0
      }
    }
    return result
  }
}
