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

  /// The tensor as version 1.0, little-endian, in C order; `bfloat16`, which NumPy has not, as
  /// `float32`.
  public static func write(_ tensor: Tensor) -> Data {
    let tensor =
      tensor.type == .bfloat16 ? Tensor(tensor.shape, floats: tensor.floats) : tensor
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

extension Tensor {
  /// The transpose of all axes: what turns Fortran order into C order.
  fileprivate func reversingAxes() -> Tensor {
    let target = Shape(shape.sizes.reversed())
    switch elements {
    case .floats(let floats):
      return Tensor(type, target, .floats(transposed(floats)))
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
