import Tensor

/// What shape rules read: types by position, and the values of inputs that decide a shape.
extension Operator.Types {
  /// Throws unless as many inputs and outputs are there as the operator wants.
  func check(
    inputs range: ClosedRange<Int>, outputs: ClosedRange<Int>
  ) throws(OperatorError) {
    let given = inputs.prefix(range.lowerBound).prefix { $0 != nil }.count
    guard given == range.lowerBound, inputs.count <= range.upperBound else {
      throw OperatorError(
        "found \(given < range.lowerBound ? given : inputs.count) inputs, "
          + "expected \(described(range))")
    }
    guard outputs.contains(outputCount) else {
      throw OperatorError("found \(outputCount) outputs, expected \(described(outputs))")
    }
    for case let input? in self.inputs where input.shape.rank > Operator.maximumRank {
      throw OperatorError(
        "found an input of \(input.shape.rank) axes, expected at most \(Operator.maximumRank)")
    }
    // No element stands behind such a size, so it is the one thing that nothing else bounds.
    for case let input? in self.inputs
    where input.shape.count == 0 && input.shape.extent > Operator.maximumElements {
      throw OperatorError("found an empty input of shape \(input.shape), expected smaller sizes")
    }
  }

  private func described(_ range: ClosedRange<Int>) -> String {
    if range.lowerBound == range.upperBound { return "\(range.lowerBound)" }
    if range.upperBound == .max { return "at least \(range.lowerBound)" }
    return "\(range.lowerBound) to \(range.upperBound)"
  }

  /// The type of an input that every node must give.
  func type(_ index: Int) -> TensorType { inputs[index]! }

  func shape(_ index: Int) -> Shape { type(index).shape }

  func element(_ index: Int) -> ElementType { type(index).element }

  /// The type of an input that may be left out.
  func optional(_ index: Int) -> TensorType? { index < inputs.count ? inputs[index] : nil }

  /// The value of an input that decides the shape of the result; nil where it is left out.
  func known(_ index: Int, _ name: String) throws(OperatorError) -> Tensor? {
    guard optional(index) != nil else { return nil }
    guard index < known.count, let tensor = known[index] else {
      throw OperatorError("the \(name) input is not known at compile time")
    }
    return tensor
  }

  /// The integers of an input that decides the shape of the result; nil where it is left out.
  func ints(_ index: Int, _ name: String) throws(OperatorError) -> [Int]? {
    guard let tensor = try known(index, name) else { return nil }
    guard case .ints(let ints) = tensor.elements else {
      throw OperatorError("the \(name) input: found \(tensor.type.rawValue), expected int64")
    }
    guard tensor.shape.rank <= 1 else {
      throw OperatorError("the \(name) input: found shape \(tensor.shape), expected one axis")
    }
    return ints.map { Int($0) }
  }

  /// The one integer of an input that decides the shape of the result; nil where it is left out.
  func int(_ index: Int, _ name: String) throws(OperatorError) -> Int? {
    guard let ints = try ints(index, name) else { return nil }
    guard ints.count == 1 else {
      throw OperatorError("the \(name) input: found \(ints.count) elements, expected 1")
    }
    return ints[0]
  }

  /// The axis that an attribute names, counted from the first.
  func axis(_ name: String = "axis", rank: Int) throws(OperatorError) -> Int {
    try normalized(attributes.int(name), rank: rank)
  }

  /// Throws unless an input holds floating-point numbers.
  func requireFloatingPoint(_ index: Int = 0) throws(OperatorError) {
    guard element(index).isFloatingPoint else {
      throw OperatorError("found \(element(index).rawValue), expected a floating-point type")
    }
  }

  /// Throws unless all given inputs among `indices` have one element type; returns it.
  @discardableResult
  func commonElement(_ indices: some Sequence<Int>) throws(OperatorError) -> ElementType {
    let found = indices.compactMap { optional($0)?.element }
    for element in found where element != found[0] {
      throw OperatorError(
        "found \(found[0].rawValue) and \(element.rawValue), expected one element type")
    }
    return found[0]
  }
}

/// The axis counted from the first, where a negative one counts from the last.
func normalized(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
  guard axis >= -rank, axis < rank else {
    throw OperatorError(
      rank == 0
        ? "found axis \(axis) of a scalar"
        : "found axis \(axis), expected \(-rank) to \(rank - 1)")
  }
  return axis < 0 ? axis + rank : axis
}

/// Axes counted from the first; none may be named twice.
func normalized(_ axes: [Int], rank: Int) throws(OperatorError) -> [Int] {
  guard axes.count <= Operator.maximumRank else {
    throw OperatorError("found \(axes.count) axes, expected at most \(Operator.maximumRank)")
  }
  var result: [Int] = []
  for axis in axes {
    let axis = try normalized(axis, rank: rank)
    guard !result.contains(axis) else { throw OperatorError("axis \(axis) is named twice") }
    result.append(axis)
  }
  return result
}

/// The shape of sizes that came from input.
func checkedShape(_ sizes: [Int]) throws(OperatorError) -> Shape {
  guard let shape = Shape(checking: sizes), shape.extent <= Operator.maximumElements else {
    throw OperatorError(
      "found sizes \(sizes), expected none negative and at most "
        + "\(Operator.maximumElements) elements"
    )
  }
  return shape
}

/// The shape that two shapes broadcast to.
func broadcastShape(_ a: Shape, _ b: Shape) throws(OperatorError) -> Shape {
  guard let shape = a.broadcast(with: b) else {
    throw OperatorError("shapes \(a) and \(b) cannot be broadcast together")
  }
  return shape
}
