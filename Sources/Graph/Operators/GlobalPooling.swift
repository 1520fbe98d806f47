import Tensor

/// Reductions of whole channels to a number. Sums run in double precision and are rounded once.
extension Operator {
  static let globalPooling: [Operator] = [
    global("GlobalMaxPool", "The maximum of each channel", element: .compare) {
      reducedPlanes($0, $1) { plane in plane.reduce(-.infinity) { $1 > $0 ? $1 : $0 } }
    },
    global("GlobalAveragePool", "The mean of each channel", element: .add, plane: .divide, means),
    globalLpPool,
  ]

  private static let globalLpPool = Operator(
    "GlobalLpPool", "The p-norm of each channel",
    inputs: 1...1,
    attributes: [.defaulted("p", .int(2))],
    work: { types, outputs in
      guard let norm = try? LpNorm(types.attributes) else { return .none }
      return (norm.powerWork + .add) * types.shape(0).count
        + norm.rootWork * outputs[0].shape.count
    },
    infer: { types throws(OperatorError) in
      _ = try LpNorm(types.attributes)
      return [try planes(types)]
    },
    compute: { call, types throws(OperatorError) in
      let norm = try LpNorm(call.attributes)
      return [
        reducedPlanes(call, types[0]) { plane in
          norm.root(plane.reduce(0.0) { $0 + norm.power($1) })
        }
      ]
    })

  /// An operator without attributes that spends work on every element and on every channel.
  private static func global(
    _ name: String, _ summary: String, element: Work, plane: Work = .none,
    _ reduce: @escaping @Sendable (Call, TensorType) -> Tensor
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1,
      work: { types, outputs in
        element * types.shape(0).count + plane * outputs[0].shape.count
      },
      infer: { types throws(OperatorError) in [try planes(types)] },
      compute: { call, types throws(OperatorError) in [reduce(call, types[0])] })
  }

  private static let means: @Sendable (Call, TensorType) -> Tensor = { call, output in
    let floats = call.tensor(0).floats
    let size = floats.count / max(output.shape.count, 1)
    guard size > 0 else { return reducedPlanes(call, output) { _ in 0 } }
    let means = floats.sums(ofRuns: size).map { Float($0 / Double(size)) }
    return Tensor(output.shape, floats: means, type: output.element)
  }

  private static func planes(_ types: Operator.Types) throws(OperatorError) -> TensorType {
    let x = try types.floats(0, "X", rank: 2...Int.max)
    let ones = [Int](repeating: 1, count: x.rank - 2)
    return TensorType(types.element(0), try checkedShape(x.sizes.prefix(2) + ones))
  }

  private static func reducedPlanes(
    _ call: Call, _ output: TensorType, _ reduce: (ArraySlice<Float>) -> Float
  ) -> Tensor {
    let x = call.tensor(0)
    let size = x.shape.sizes.dropFirst(2).reduce(1, *)
    let floats = x.floats
    let reduced = (0..<output.shape.count).map { reduce(floats[($0 * size)..<(($0 + 1) * size)]) }
    return Tensor(output.shape, floats: reduced, type: output.element)
  }
}
