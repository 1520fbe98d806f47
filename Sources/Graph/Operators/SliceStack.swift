import Tensor

/// Tensors of one type that become the slices of one.
struct SliceStack {
  private var slices: [Tensor] = []

  /// - Throws: that a slice is not of the type of those before.
  mutating func append(_ slice: Tensor) throws(OperatorError) {
    if let first = slices.first, first.type != slice.type || first.shape != slice.shape {
      throw OperatorError(
        "found slices of \(first.type.rawValue) \(first.shape) and \(slice.type.rawValue) "
          + "\(slice.shape), expected one type")
    }
    guard (slices.count + 1) * slice.count <= Operator.maximumElements else {
      throw OperatorError(
        "found \(slices.count + 1) slices of \(slice.shape), expected at most "
          + "\(Operator.maximumElements) elements")
    }
    slices.append(slice)
  }

  /// All slices along an axis, in their order or from the last. Nothing stacked is an empty vector of floats.
  func tensor(axis: Int = 0, isReversed: Bool = false) throws(OperatorError) -> Tensor {
    guard let first = slices.first else { return Tensor([0], floats: []) }
    var sizes = first.shape.sizes
    let axis = try normalized(axis, rank: sizes.count + 1)
    sizes.insert(slices.count, at: axis)
    let shape = Shape(sizes)
    let inner = sizes[(axis + 1)...].reduce(1, *)
    let order = isReversed ? slices.reversed() : slices
    func joined<Element>(_ elements: (Tensor) -> [Element]) -> [Element] {
      let all = order.map(elements)
      return (0..<(inner == 0 ? 0 : first.count / inner)).flatMap { outer in
        all.flatMap { $0[outer * inner..<(outer + 1) * inner] }
      }
    }
    return first.type.isFloatingPoint
      ? Tensor(shape, floats: joined(\.floats), type: first.type)
      : Tensor(shape, ints: joined(\.ints), type: first.type)
  }
}
