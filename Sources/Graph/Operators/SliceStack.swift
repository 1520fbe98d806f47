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
    sizes.insert(1, at: try normalized(axis, rank: sizes.count + 1))
    let parts = (isReversed ? slices.reversed() : slices).map { $0.reshaped(Shape(sizes)) }
    return .concatenated(parts, along: try normalized(axis, rank: sizes.count))
  }
}
