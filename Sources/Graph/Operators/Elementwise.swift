import Tensor

/// Arithmetic on each element, with broadcasting.
extension Operator {
  static let elementwise: [Operator] =
    unaryArithmetic + trigonometry + binaryArithmetic + variadicArithmetic

  private static let unaryArithmetic: [Operator] = [
    unary("Abs", "magnitude", .compare, takesInts: true) {
      mapped($0, ints: { $0 < 0 ? 0 &- $0 : $0 }, doubles: { $0.magnitude }) { $0.magnitude }
    },
    unary("Neg", "negation", .compare, takesInts: true) {
      mapped($0, ints: { 0 &- $0 }, doubles: { -$0 }) { -$0 }
    },
    unary("Sign", "-1, 0 or 1 by sign", .compare, takesInts: true) {
      mapped($0, ints: { $0.signum() }, doubles: { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }) {
        $0 > 0 ? 1 : $0 < 0 ? -1 : $0
      }
    },
    unary("Floor", "the integer at or below", .compare) {
      mapped($0, doubles: { $0.rounded(.down) }) { $0.rounded(.down) }
    },
    unary("Ceil", "the integer at or above", .compare) {
      mapped($0, doubles: { $0.rounded(.up) }) { $0.rounded(.up) }
    },
    unary("Round", "the nearest integer, ties to even", .compare) {
      mapped($0, doubles: { $0.rounded(.toNearestOrEven) }) { $0.rounded(.toNearestOrEven) }
    },
    unary("Reciprocal", "1 / x", .divide) { mapped($0, doubles: { 1 / $0 }) { 1 / $0 } },
    unary("Sqrt", "square root", .divide) {
      mapped($0, doubles: { $0.squareRoot() }) { $0.squareRoot() }
    },
    unary("Exp", "e to the power of x", .function) { mapped($0) { Elementary.exp($0) } },
    unary("Log", "natural logarithm", .function) { mapped($0) { Elementary.log($0) } },
    unary("Erf", "error function", .function) { mapped($0) { Elementary.erf($0) } },
  ]

  private static let binaryArithmetic: [Operator] = [
    binary("Add", "a + b", .add) {
      combined($0, $1, $2, ints: { $0 &+ $1 }, doubles: { $0 + $1 }) { $0 + $1 }
    },
    binary("Sub", "a - b", .add) {
      combined($0, $1, $2, ints: { $0 &- $1 }, doubles: { $0 - $1 }) { $0 - $1 }
    },
    binary("Mul", "a * b", .multiply) {
      combined($0, $1, $2, ints: { $0 &* $1 }, doubles: { $0 * $1 }) { $0 * $1 }
    },
    binary("Div", "a / b, of integers towards zero", .divide) {
      combined(
        $0, $1, $2, unsigned: { quotient($0, $1) }, ints: { quotient($0, $1) },
        doubles: { $0 / $1 }, floats: { $0 / $1 })
    },
    mod,
    power,
  ]

  private static let variadicArithmetic: [Operator] = [
    variadic("Min", "the smallest of the inputs", .compare, takesInts: true) {
      combined($0, $1, $2, ints: { min($0, $1) }, doubles: { $0 < $1 || $0.isNaN ? $0 : $1 }) {
        $0 < $1 || $0.isNaN ? $0 : $1
      }
    },
    variadic("Max", "the largest of the inputs", .compare, takesInts: true) {
      combined($0, $1, $2, ints: { max($0, $1) }, doubles: { $0 > $1 || $0.isNaN ? $0 : $1 }) {
        $0 > $1 || $0.isNaN ? $0 : $1
      }
    },
    variadic("Sum", "the sum of the inputs", .add) {
      combined($0, $1, $2, doubles: { $0 + $1 }) { $0 + $1 }
    },
    variadic("Mean", "the mean of the inputs", .add, isMean: true) {
      combined($0, $1, $2, doubles: { $0 + $1 }) { $0 + $1 }
    },
  ]

  /// A function of each element; of floating-point numbers only, unless it takes integers too.
  static func unary(
    _ name: String, _ summary: String, _ work: Work, takesInts: Bool = false,
    map: @escaping @Sendable (Tensor) -> Tensor
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1, work: work,
      infer: { types throws(OperatorError) in
        if !takesInts { try types.requireFloatingPoint() }
        return [types.type(0)]
      },
      compute: { call, _ in [map(call.tensor(0))] })
  }

  /// A function of two elements of one type, with broadcasting.
  static func binary(
    _ name: String, _ summary: String, _ work: Work,
    combine: @escaping @Sendable (Tensor, Tensor, TensorType) -> Tensor
  ) -> Operator {
    Operator(
      name, summary, inputs: 2...2, work: work, infer: broadcastRule,
      compute: { call, types in [combine(call.tensor(0), call.tensor(1), types[0])] })
  }

  /// What combines two tensors into one of a type, folded over any number of inputs; for a mean then
  /// divided by their number.
  private static func variadic(
    _ name: String, _ summary: String, _ work: Work, takesInts: Bool = false,
    isMean: Bool = false,
    combine: @escaping @Sendable (Tensor, Tensor, TensorType) -> Tensor
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...Int.max,
      work: { types, outputs in work * (outputs[0].shape.count * (types.inputs.count - 1)) },
      infer: { types throws(OperatorError) in
        if !takesInts { try types.requireFloatingPoint() }
        return try variadicRule(types)
      },
      compute: { call, types in
        var result = call.tensor(0)
        for input in call.inputs.dropFirst().compactMap({ $0 }) {
          let shape = result.shape.broadcast(with: input.shape)!
          result = combine(result.keyed, input.keyed, TensorType(result.type, shape)).keyed
        }
        let count = call.inputs.count
        return [
          isMean ? mapped(result, doubles: { $0 / Double(count) }) { $0 / Float(count) } : result
        ]
      })
  }

  /// Two inputs of one element type, broadcast together.
  static let broadcastRule: @Sendable (Types) throws(OperatorError) -> [TensorType] = {
    types throws(OperatorError) in
    let element = try types.commonElement(0...1)
    return [TensorType(element, try broadcastShape(types.shape(0), types.shape(1)))]
  }

  private static func variadicRule(_ types: Types) throws(OperatorError) -> [TensorType] {
    let element = try types.commonElement(types.inputs.indices)
    var shape = types.shape(0)
    for input in types.inputs.dropFirst() {
      guard let input else { throw OperatorError("an input is left out, expected all of them") }
      shape = try broadcastShape(shape, input.shape)
    }
    return [TensorType(element, shape)]
  }

  private static let mod = Operator(
    "Mod", "remainder of a / b: with the sign of b, or with fmod of a", inputs: 2...2,
    attributes: [.defaulted("fmod", .int(0))], work: .divide,
    infer: { types throws(OperatorError) in
      let result = try broadcastRule(types)
      if result[0].element.isFloatingPoint, !types.attributes.bool("fmod") {
        throw OperatorError("attribute fmod: found 0, expected 1 for floating-point numbers")
      }
      return result
    },
    compute: { call, types in
      let truncates = call.attributes.bool("fmod")
      return [
        combined(
          call.tensor(0), call.tensor(1), types[0], unsigned: { remainder($0, $1) },
          ints: { a, b in
            let r = remainder(a, b)
            return truncates || r == 0 || (r < 0) == (b < 0) ? r : r &+ b
          },
          doubles: { $0.truncatingRemainder(dividingBy: $1) },
          floats: { $0.truncatingRemainder(dividingBy: $1) })
      ]
    })

  private static let power = Operator(
    "Pow", "a to the power of b, in the type of a", inputs: 2...2, work: .function,
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try broadcastShape(types.shape(0), types.shape(1)))]
    },
    compute: { call, types in
      let (a, b) = (call.tensor(0), call.tensor(1))
      let (element, shape) = (types[0].element, types[0].shape)
      if case .ints(let bases) = a.elements, case .ints(let exponents) = b.elements {
        let walk = Walk(shape, broadcasting: [a.shape, b.shape])
        let result = walk.map(bases, exponents) { element.wrap(integerPower($0, $1)) }
        return [Tensor(shape, ints: result, type: element)]
      }
      let result = combined(
        a.converted(to: .float), b.converted(to: .float), TensorType(.float, shape)
      ) { Elementary.pow($0, $1) }
      return [result.converted(to: element)]
    })
}

extension Tensor {
  /// Integers brought into the order of `Int64`, or back; see ``ordered``.
  fileprivate var keyed: Tensor {
    type == .uint64 ? Tensor(shape, ints: ordered, type: type) : self
  }
}

/// `a / b` towards zero; 0 for a division by zero, and wrapping where the quotient overflows.
private func quotient<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
  b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
}

/// What ``quotient`` leaves, with the sign of `a`; 0 for a division by zero.
private func remainder<T: FixedWidthInteger>(_ a: T, _ b: T) -> T {
  b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
}

/// `a^b` modulo 2^64; a negative power of anything but 1 and -1 truncates to 0.
private func integerPower(_ a: Int64, _ b: Int64) -> Int64 {
  if b < 0 { return a == 1 ? 1 : a == -1 ? (b & 1 == 0 ? 1 : -1) : 0 }
  var (result, square, rest) = (Int64(1), a, b)
  while rest > 0 {
    if rest & 1 == 1 { result = result &* square }
    square = square &* square
    rest >>= 1
  }
  return result
}
