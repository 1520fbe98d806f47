import Tensor

/// Comparisons, and arithmetic of `bool`.
extension Operator {
  static let logic: [Operator] = [
    comparison("Equal", "a == b", ints: { $0 == $1 }, doubles: { $0 == $1 }) {
      $0 == $1
    },
    comparison("Less", "a < b", ints: { $0 < $1 }, doubles: { $0 < $1 }) {
      $0 < $1
    },
    comparison("LessOrEqual", "a <= b", ints: { $0 <= $1 }, doubles: { $0 <= $1 }) {
      $0 <= $1
    },
    comparison("Greater", "a > b", ints: { $0 > $1 }, doubles: { $0 > $1 }) {
      $0 > $1
    },
    comparison("GreaterOrEqual", "a >= b", ints: { $0 >= $1 }, doubles: { $0 >= $1 }) {
      $0 >= $1
    },
    connective("And", "both", of: bools) { $0 & $1 },
    connective("Or", "either or both", of: bools) { $0 | $1 },
    connective("Xor", "either but not both", of: bools) { $0 ^ $1 },
    negation("Not", "negation of a bool", of: bools) { $0 ^ 1 },
    choice,
  ]

  @inline(__always)
  private static func comparison(
    _ name: String, _ summary: String, ints: @escaping @Sendable (Int64, Int64) -> Bool,
    doubles: @escaping @Sendable (Double, Double) -> Bool,
    floats: @escaping @Sendable (Float, Float) -> Bool
  ) -> Operator {
    Operator(
      name, summary, inputs: 2...2, work: .compare,
      infer: { types throws(OperatorError) in
        [TensorType(.bool, try broadcastRule(types)[0].shape)]
      },
      compute: { call, types in
        let (a, b) = (call.tensor(0), call.tensor(1))
        let walk = Walk(types[0].shape, broadcasting: [a.shape, b.shape])
        let result =
          switch a.elements {
          case .floats(let a): walk.map(a, b.floats) { floats($0, $1) ? Int64(1) : 0 }
          case .doubles(let a): walk.map(a, b.doubles) { doubles($0, $1) ? Int64(1) : 0 }
          case .ints: walk.map(a.ordered, b.ordered) { ints($0, $1) ? Int64(1) : 0 }
          }
        return [Tensor(types[0].shape, ints: result, type: .bool)]
      })
  }

  /// Throws unless the elements of the first input are of the type that an operator takes.
  typealias ElementRule = @Sendable (Types) throws(OperatorError) -> Void

  private static let bools: ElementRule = { types throws(OperatorError) in
    try types.requireBool(0)
  }

  /// A function of the bits of two elements of one type, with broadcasting.
  @inline(__always)
  static func connective(
    _ name: String, _ summary: String, of rule: @escaping ElementRule,
    ints: @escaping @Sendable (Int64, Int64) -> Int64
  ) -> Operator {
    Operator(
      name, summary, inputs: 2...2, work: .compare,
      infer: { types throws(OperatorError) in
        try rule(types)
        return try broadcastRule(types)
      },
      compute: { call, types in
        [combined(call.tensor(0), call.tensor(1), types[0], ints: ints, floats: { a, _ in a })]
      })
  }

  /// A function of the bits of each element.
  @inline(__always)
  static func negation(
    _ name: String, _ summary: String, of rule: @escaping ElementRule,
    ints: @escaping @Sendable (Int64) -> Int64
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1, work: .compare,
      infer: { types throws(OperatorError) in
        try rule(types)
        return [types.type(0)]
      },
      compute: { call, _ in [mapped(call.tensor(0), ints: ints, floats: { $0 })] })
  }

  private static let choice = Operator(
    "Where", "an element of the second input where the first is true, else of the third",
    inputs: 3...3, work: .compare,
    infer: { types throws(OperatorError) in
      try types.requireBool(0)
      let element = try types.commonElement(1...2)
      let shape = try broadcastShape(types.shape(1), types.shape(2))
      return [TensorType(element, try broadcastShape(types.shape(0), shape))]
    },
    compute: { call, types in
      let (condition, a, b) = (call.tensor(0), call.tensor(1), call.tensor(2))
      let shape = types[0].shape
      let walk = Walk(shape, broadcasting: [condition.shape, a.shape, b.shape])
      let result: Tensor.Elements =
        switch a.elements {
        case .floats(let a): .floats(chosen(condition.ints, a, b.floats, walk))
        case .doubles(let a): .doubles(chosen(condition.ints, a, b.doubles, walk))
        case .ints(let a): .ints(chosen(condition.ints, a, b.ints, walk))
        }
      return [Tensor(a.type, shape, result)]
    })

  private static func chosen<Element>(
    _ condition: [Int64], _ a: [Element], _ b: [Element], _ walk: Walk
  ) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(walk.runs * walk.count)
    walk.forEachRun { start in
      var at = start
      for _ in 0..<walk.count {
        result.append(condition[at[0]] != 0 ? a[at[1]] : b[at[2]])
        at &+= walk.step
      }
    }
    return result
  }
}

extension Operator.Types {
  fileprivate func requireBool(_ index: Int) throws(OperatorError) {
    guard element(index) == .bool else {
      throw OperatorError("found \(element(index).rawValue), expected bool")
    }
  }
}
