import Tensor

// What the shape rules of convolutions, products, pooling and normalizations check, each with its
// message.

extension Operator.Types {
  /// The shape of an input, which every node must give, of floats and of a rank in `ranks`.
  func floats(
    _ index: Int, _ name: String, rank ranks: ClosedRange<Int>
  ) throws(OperatorError) -> Shape {
    let type = type(index)
    guard type.element.isFloatingPoint else {
      throw OperatorError("input \(name): found \(type.element.rawValue), expected floats")
    }
    return try type.shape.checked(name, rank: ranks)
  }

  /// The same of integers of 8 bits.
  func bytes(
    _ index: Int, _ name: String, rank ranks: ClosedRange<Int>
  ) throws(OperatorError) -> Shape {
    let type = type(index)
    guard type.element == .int8 || type.element == .uint8 else {
      throw OperatorError(
        "input \(name): found \(type.element.rawValue), expected int8 or uint8")
    }
    return try type.shape.checked(name, rank: ranks)
  }

  /// Checks that an input is a vector of `count` floats, if it is there.
  func vector(_ index: Int, _ name: String, count: Int) throws(OperatorError) {
    guard let type = optional(index) else { return }
    guard type.element.isFloatingPoint, type.shape.sizes == [count] else {
      throw OperatorError("input \(name): found \(type), expected \(count) floats")
    }
  }
}

extension Shape {
  /// The shape itself, of an input by name, if its rank is in `ranks`.
  fileprivate func checked(
    _ name: String, rank ranks: ClosedRange<Int>
  ) throws(OperatorError) -> Shape {
    guard ranks.contains(rank) else {
      let expected = ranks.count == 1 ? "rank" : "at least rank"
      throw OperatorError(
        "input \(name): found \(self), expected \(expected) \(ranks.lowerBound)")
    }
    return self
  }
}

extension Operator.Call {
  /// The one number of an input; nil where it is left out.
  func number(_ index: Int, _ name: String) throws(OperatorError) -> Float? {
    guard let tensor = optional(index) else { return nil }
    guard tensor.count == 1, tensor.type.isFloatingPoint else {
      let type = TensorType(tensor.type, tensor.shape)
      throw OperatorError("the \(name) input: found \(type), expected one float")
    }
    return tensor.floats[0]
  }
}

extension Attributes {
  /// An attribute of `count` integers, all from `lower` up; `value` where it is absent.
  func perAxis(
    _ name: String, count: Int, default value: Int, from lower: Int
  ) throws(OperatorError) -> [Int] {
    guard let values = ints(name), !values.isEmpty else {
      return [Int](repeating: value, count: count)
    }
    guard values.count == count else {
      throw OperatorError("attribute \(name): found \(values.count) values, expected \(count)")
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
      "\(what): found \(value), expected \(range.lowerBound) to \(range.upperBound)")
  }
}

/// The product of counts, added to others; an error where it would overflow.
func countMultiplications(adding sum: Int = 0, _ factors: Int...) throws(OperatorError) -> Int {
  guard let product = Shape(checking: factors)?.count, sum + product <= Shape.mostElements else {
    throw OperatorError("these shapes take more multiplications than can be counted")
  }
  return sum + product
}

extension Work {
  /// Multiplications, each added to a sum.
  static func products(_ count: Int) -> Work { (.multiply + .add) * count }
}
