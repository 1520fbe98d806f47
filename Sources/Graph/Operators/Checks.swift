import Tensor

// What shape rules check, each with its message.

extension Operator.Types {
  /// The type of an input that a node must name.
  func required(_ index: Int, _ name: String) throws(OperatorError) -> TensorType {
    guard let type = optional(index) else {
      throw OperatorError("input \(name) is missing")
    }
    return type
  }

  /// The type of an input that must be of floats and have a rank in `ranks`.
  func floats(
    _ index: Int, _ name: String, rank ranks: ClosedRange<Int>
  ) throws(OperatorError) -> TensorType {
    let type = try required(index, name)
    guard type.element.isFloatingPoint else {
      throw OperatorError("input \(name): found \(type.element.rawValue), expected floats")
    }
    guard ranks.contains(type.shape.rank) else {
      let expected = ranks.count == 1 ? "rank" : "at least rank"
      throw OperatorError(
        "input \(name): found \(type.shape), expected \(expected) \(ranks.lowerBound)")
    }
    return type
  }

  /// Checks that an input is a vector of `count` floats, if it is there.
  func vector(_ index: Int, _ name: String, count: Int) throws(OperatorError) {
    guard let type = optional(index) else { return }
    guard type.element.isFloatingPoint, type.shape.sizes == [count] else {
      throw OperatorError("input \(name): found \(type), expected \(count) floats")
    }
  }
}

extension Operator.Call {
  /// The elements of an input of floats; nil where it is left out.
  func floats(_ index: Int) -> [Float]? {
    index < inputs.count ? inputs[index]?.floats : nil
  }
}

extension Attributes {
  /// An attribute of one integer for each of `rank` axes, all from `lower` up; `default` where it is
  /// absent.
  func perAxis(
    _ name: String, rank: Int, default value: Int, from lower: Int
  ) throws(OperatorError) -> [Int] {
    guard let values = ints(name), !values.isEmpty else {
      return [Int](repeating: value, count: rank)
    }
    guard values.count == rank else {
      throw OperatorError("attribute \(name): found \(values.count) values, expected \(rank)")
    }
    try check(values, "attribute \(name)", in: lower...Window.limit)
    return values
  }
}

/// Checks that every value lies in `range`.
func check(
  _ values: [Int], _ what: String, in range: ClosedRange<Int>
) throws(OperatorError) {
  for value in values where !range.contains(value) {
    throw OperatorError(
      "\(what): found \(value), expected \(range.lowerBound) ... \(range.upperBound)")
  }
}

/// An axis counted from the front, from one that may be counted from the back.
func normalized(axis: Int, rank: Int) throws(OperatorError) -> Int {
  guard (-rank..<rank).contains(axis) else {
    throw OperatorError("attribute axis: found \(axis), expected \(-rank) ..< \(rank)")
  }
  return axis < 0 ? axis + rank : axis
}

extension Shape {
  /// The shape of something that will be computed, from sizes that follow from input; of at most
  /// 2^30 elements, so that a small file cannot ask for all memory.
  init(ofResult sizes: [Int]) throws(OperatorError) {
    guard let shape = Shape(checking: sizes), shape.count <= Window.limit else {
      let sizes = sizes.map(String.init).joined(separator: "x")
      throw OperatorError("the result would be \(sizes), more than \(Window.limit) elements")
    }
    self = shape
  }
}

/// The product of counts; an error where it would overflow.
func countMultiplications(_ factors: Int...) throws(OperatorError) -> Int {
  guard let product = Shape(checking: factors)?.count else {
    throw OperatorError("the product of these shapes takes too many multiplications to count")
  }
  return product
}
