extension Tensor {
  /// Slices along the first axis.
  ///
  /// - Precondition: the rank is not zero and the range lies in the first axis.
  public func rows(_ rows: Range<Int>) -> Tensor {
    let sliced = Shape([rows.count] + shape.sizes.dropFirst())
    let stride = shape.strides[0]
    let range = (rows.lowerBound * stride)..<(rows.upperBound * stride)
    switch elements {
    case .floats(let floats): return Tensor(type, sliced, .floats(Array(floats[range])))
    case .doubles(let doubles): return Tensor(type, sliced, .doubles(Array(doubles[range])))
    case .ints(let ints): return Tensor(type, sliced, .ints(Array(ints[range])))
    }
  }

  /// Tensors of one type, and one shape but for the first axis, one after another along that axis;
  /// scalars become a vector.
  ///
  /// - Precondition: there is at least one.
  public init(joining parts: [Tensor]) {
    let first = parts[0]
    let rows = parts.reduce(0) { $0 + ($1.shape.sizes.first ?? 1) }
    let shape = Shape([rows] + first.shape.sizes.dropFirst())
    switch first.elements {
    case .floats: self.init(first.type, shape, .floats(parts.flatMap(\.floats)))
    case .doubles: self.init(first.type, shape, .doubles(parts.flatMap(\.doubles)))
    case .ints: self.init(first.type, shape, .ints(parts.flatMap(\.ints)))
    }
  }
}
