import Tensor

/// Activation functions: each element on its own. Formulas of several steps are computed in double
/// precision and rounded once.
extension Operator {
  static let activations: [Operator] = plainActivations + shapedActivations + [prelu, clip]

  private static let plainActivations: [Operator] = [
    unary("Relu", "max(x, 0)", .compare, takesInts: true) {
      mapped($0, ints: { max($0, 0) }, doubles: { $0 < 0 ? 0 : $0 }) { $0 < 0 ? 0 : $0 }
    },
    unary("Sigmoid", "1 / (1 + e^-x)", .function) { mapped($0) { Elementary.sigmoid($0) } },
    unary("Tanh", "hyperbolic tangent", .function) { mapped($0) { Elementary.tanh($0) } },
    unary("Softplus", "ln(1 + e^x)", .function) { mapped($0) { Elementary.softplus($0) } },
    unary("Softsign", "x / (1 + |x|)", .add + .divide) { mapped($0) { $0 / (1 + $0.magnitude) } },
    unary("HardSwish", "x * max(0, min(1, x / 6 + 1/2))", hardSwishWork) {
      mapped($0) { $0 * max(0, min(1, $0 / 6 + 0.5)) }
    },
    unary("Mish", "x * tanh(ln(1 + e^x))", .function + .multiply) {
      mapped($0) { x in
        // tanh(ln(1 + e)) = (e^2 + 2e) / (e^2 + 2e + 2)
        let e = Elementary.exp(Double(x))
        let n = e * (e + 2)
        return Float(Double(x) * (n / (n + 2)))
      }
    },
  ]

  private static let hardSwishWork = Work(adds: 1, multiplies: 2, compares: 2)

  private static let shapedActivations: [Operator] = [
    activation("LeakyRelu", "x, or alpha * x where negative", leakyWork, ["alpha": 0.01]) { a in
      let alpha = a.float("alpha")
      return { mapped($0) { $0 < 0 ? alpha * $0 : $0 } }
    },
    activation(
      "HardSigmoid", "max(0, min(1, alpha * x + beta))",
      Work(adds: 1, multiplies: 1, compares: 2), ["alpha": 0.2, "beta": 0.5]
    ) { a in
      let (alpha, beta) = (a.float("alpha"), a.float("beta"))
      return { mapped($0) { max(0, min(1, alpha * $0 + beta)) } }
    },
    activation("Elu", "x, or alpha * (e^x - 1) where negative", eluWork, ["alpha": 1]) { a in
      let alpha = a.float("alpha")
      return { mapped($0) { $0 < 0 ? alpha * Elementary.expm1($0) : $0 } }
    },
    activation(
      "Selu", "gamma * Elu(x)", eluWork + .multiply,
      ["alpha": 1.673_263_192_176_818_8, "gamma": 1.050_701_022_148_132_3]
    ) { a in
      let (alpha, gamma) = (a.float("alpha"), a.float("gamma"))
      return { mapped($0) { gamma * ($0 < 0 ? alpha * Elementary.expm1($0) : $0) } }
    },
    activation("Celu", "x, or alpha * (e^(x / alpha) - 1) where negative", celuWork, ["alpha": 1]) {
      let alpha = $0.float("alpha")
      return { mapped($0) { $0 < 0 ? alpha * Elementary.expm1($0 / alpha) : $0 } }
    },
    activation(
      "Shrink", "x moved by bias towards zero, or 0 where |x| is at most lambd",
      Work(adds: 1, compares: 2), ["bias": 0, "lambd": 0.5]
    ) { a in
      let (bias, limit) = (a.float("bias"), a.float("lambd"))
      return { mapped($0) { $0 < -limit ? $0 + bias : $0 > limit ? $0 - bias : 0 } }
    },
    activation("ThresholdedRelu", "x where above alpha, else 0", .compare, ["alpha": 1]) { a in
      let alpha = a.float("alpha")
      return { mapped($0) { $0 > alpha ? $0 : 0 } }
    },
    activation("Swish", "x / (1 + e^(-alpha x))", .function + .multiply, ["alpha": 1]) { a in
      let alpha = Double(a.float("alpha"))
      return { mapped($0) { Float(Double($0) * Elementary.sigmoid(alpha * Double($0))) } }
    },
    gelu,
  ]

  private static let leakyWork = Work(multiplies: 1, compares: 1)
  private static let eluWork = Work(multiplies: 1, compares: 1, functions: 1)
  private static let celuWork = eluWork + .divide

  /// A function of one floating-point number, made from attributes that are numbers with defaults.
  private static func activation(
    _ name: String, _ summary: String, _ work: Work, _ defaults: KeyValuePairs<String, Float>,
    _ make: @escaping @Sendable (Attributes) -> (Tensor) -> Tensor
  ) -> Operator {
    activation(
      name, summary, work, attributes: defaults.map { .defaulted($0.key, .float($0.value)) }, make)
  }

  private static func activation(
    _ name: String, _ summary: String, _ work: Work, attributes: [AttributeSpec],
    _ make: @escaping @Sendable (Attributes) -> (Tensor) -> Tensor
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1, attributes: attributes, work: work,
      infer: { types throws(OperatorError) in
        try types.requireFloatingPoint()
        return [types.type(0)]
      },
      compute: { call, _ in [make(call.attributes)(call.tensor(0))] })
  }

  /// x times the normal distribution's cumulative function, or its approximation by tanh
  /// (Hendrycks and Gimpel, arXiv:1606.08415).
  private static let gelu = activation(
    "Gelu", "x times the normal distribution's cumulative function",
    Work(adds: 1, multiplies: 3, functions: 1),
    attributes: [.choice("approximate", ["none", "tanh"])]
  ) { attributes in
    if attributes.string("approximate") == "tanh" {
      // (1 + tanh(y)) / 2 is the sigmoid of 2y.
      let twice = 2 * (2 / Double.pi).squareRoot()
      return {
        mapped($0) { x in
          let x = Double(x)
          return Float(x * Elementary.sigmoid(twice * (x + 0.044715 * x * x * x)))
        }
      }
    }
    return {
      mapped($0) { x in
        let x = Double(x)
        return Float(0.5 * x * (1 + Elementary.erf(x * 0.5.squareRoot())))
      }
    }
  }

  private static let prelu = Operator(
    "PRelu", "x, or slope * x where negative", inputs: 2...2, work: leakyWork,
    infer: { types throws(OperatorError) in
      let element = try types.commonElement(0...1)
      guard types.shape(0).broadcast(with: types.shape(1)) == types.shape(0) else {
        throw OperatorError(
          "the slope's shape \(types.shape(1)) does not broadcast to \(types.shape(0))")
      }
      return [TensorType(element, types.shape(0))]
    },
    compute: { call, types in
      [
        combined(
          call.tensor(0), call.tensor(1), types[0], ints: { $0 < 0 ? $0 &* $1 : $0 },
          floats: { $0 < 0 ? $0 * $1 : $0 })
      ]
    })

  private static let clip = Operator(
    "Clip", "x brought between min and max", inputs: 1...3, work: Work(compares: 2),
    infer: { types throws(OperatorError) in
      try types.commonElement(0...2)
      for index in 1...2 {
        guard let bound = types.optional(index), bound.shape.count != 1 else { continue }
        throw OperatorError("found a bound of shape \(bound.shape), expected one element")
      }
      return [types.type(0)]
    },
    compute: { call, types in
      let (x, lower, upper) = (call.tensor(0), call.optional(1), call.optional(2))
      switch x.elements {
      case .floats(let values):
        let result = clipped(values, lower?.floats[0], upper?.floats[0])
        return [Tensor(x.shape, floats: result, type: x.type)]
      case .doubles(let values):
        return [Tensor(x.shape, doubles: clipped(values, lower?.doubles[0], upper?.doubles[0]))]
      case .ints:
        let low = lower?.ordered[0] ?? .min
        let high = upper?.ordered[0] ?? .max
        let result = x.ordered.map { x.type.unordered(min(max($0, low), high)) }
        return [Tensor(x.shape, ints: result, type: x.type)]
      }
    })

  @inline(__always)
  private static func clipped<Number: BinaryFloatingPoint>(
    _ values: [Number], _ lower: Number?, _ upper: Number?
  ) -> [Number] {
    let (low, high) = (lower ?? -.infinity, upper ?? .infinity)
    return values.map { x in
      let raised = x < low ? low : x
      return raised > high ? high : raised
    }
  }
}
