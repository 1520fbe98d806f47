import Tensor

/// What kind of floating-point number each element is.
extension Operator {
  static let classification: [Operator] = [
    classifier("IsNaN", "whether each element is NaN") { _ in { $0.isNaN } },
    classifier(
      "IsInf", "whether each element is infinite, of the signs asked for",
      attributes: [
        .defaulted("detect_negative", .int(1)), .defaulted("detect_positive", .int(1)),
      ]
    ) { attributes in
      let negative = attributes.bool("detect_negative")
      let positive = attributes.bool("detect_positive")
      return { $0.isInfinite && ($0 < 0 ? negative : positive) }
    },
  ]

  private static func classifier(
    _ name: String, _ summary: String, attributes: [AttributeSpec] = [],
    test: @escaping @Sendable (Attributes) -> (Double) -> Bool
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1, attributes: attributes, work: .compare,
      infer: { types throws(OperatorError) in
        try types.requireFloatingPoint()
        return [TensorType(.bool, types.shape(0))]
      },
      compute: { call, types in
        let isOfTheKind = test(call.attributes)
        let result = call.tensor(0).doubles.map { isOfTheKind($0) ? Int64(1) : 0 }
        return [Tensor(types[0].shape, ints: result, type: .bool)]
      })
  }
}
