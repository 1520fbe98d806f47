import Tensor

/// Normalizations over neighbouring channels, over one axis, or over a choice of axes.
extension Operator {
  static let axisNormalizations: [Operator] = [lrn, lpNormalization, meanVarianceNormalization]

  private static let lrn = Operator(
    "LRN", "Divides by a power of the sum of squares over neighbouring channels",
    inputs: 1...1,
    attributes: [
      .defaulted("alpha", .float(1e-4)), .defaulted("beta", .float(0.75)),
      .defaulted("bias", .float(1)), .required("size", .int),
    ],
    work: { types, outputs in
      let shape = outputs[0].shape
      return .products(min(types.attributes.int("size"), shape[1]) * shape.count)
        + Work(adds: 1, multiplies: 1, divides: 1, functions: 1) * shape.count
    },
    infer: { types throws(OperatorError) in
      _ = try types.floats(0, "X", rank: 2...Int.max)
      try check([types.attributes.int("size")], "attribute size", in: 1...Window.limit)
      return [types.type(0)]
    },
    compute: { call, types throws(OperatorError) in [evaluateLRN(call)] })

  private static func evaluateLRN(_ call: Call) -> Tensor {
    let input = call.tensor(0)
    let x = input.floats
    let size = call.attributes.int("size")
    let alpha = call.attributes.float("alpha") / Float(size)
    let (beta, bias) = (call.attributes.float("beta"), call.attributes.float("bias"))
    let channels = input.shape[1]
    let plane = input.shape.sizes.dropFirst(2).reduce(1, *)
    guard plane > 0 else { return input }
    let neighbours = (before: (size - 1) / 2, after: size / 2)
    let norms = x.norms(
      channels: channels, plane: plane, neighbours: neighbours, alpha: alpha, bias: bias)
    let result = x.divided(by: Elementary.pow(norms, beta))
    return Tensor(input.shape, floats: result, type: input.type)
  }

  private static let lpNormalization = Operator(
    "LpNormalization", "Divides by the norm along an axis; a vector of zeros stays",
    inputs: 1...1,
    attributes: [.defaulted("axis", .int(-1)), .defaulted("p", .int(2))],
    work: { types, outputs in
      let shape = outputs[0].shape
      guard let norm = try? LpNorm(types.attributes), let groups = try? AxisGroups(axis: types)
      else { return .none }
      return (norm.powerWork + .add + .divide) * shape.count + norm.rootWork * groups.count
    },
    infer: { types throws(OperatorError) in
      _ = try types.floats(0, "input", rank: 1...Int.max)
      _ = try LpNorm(types.attributes)
      _ = try AxisGroups(axis: types)
      return [types.type(0)]
    },
    compute: { call, types throws(OperatorError) in
      let norm = try LpNorm(call.attributes)
      let x = call.tensor(0)
      let groups = try AxisGroups(axis: call.types)
      let norms = groups.sums(x.floats, norm.power).map(norm.root)
      let floats = groups.combine(x.floats, norms) { $1 == 0 ? 0 : $0 / $1 }
      return [Tensor(x.shape, floats: floats, type: x.type)]
    })

  private static let meanVarianceNormalization = Operator(
    "MeanVarianceNormalization", "Brings the elements over some axes to mean 0 and variance 1",
    inputs: 1...1,
    attributes: [.defaulted("axes", .ints([0, 2, 3]))],
    work: { types, outputs in
      guard let groups = try? AxisGroups(axes: types) else { return .none }
      return Work(adds: 3, multiplies: 1, divides: 1) * outputs[0].shape.count
        + Work(adds: 1, divides: 3) * groups.count
    },
    infer: { types throws(OperatorError) in
      _ = try types.floats(0, "X", rank: 1...Int.max)
      _ = try AxisGroups(axes: types)
      return [types.type(0)]
    },
    compute: { call, types throws(OperatorError) in
      let x = call.tensor(0)
      let groups = try AxisGroups(axes: call.types)
      let size = Double(x.count / max(groups.count, 1))
      let means = groups.sums(x.floats) { Double($0) }.map { Float($0 / size) }
      let centred = groups.combine(x.floats, means) { $0 - $1 }
      // The addend is that of ONNX's function for this operator.
      let deviations = groups.sums(centred) { Double($0) * Double($0) }
        .map { Float(($0 / size).squareRoot() + 1e-9) }
      let floats = groups.combine(centred, deviations) { $0 / $1 }
      return [Tensor(x.shape, floats: floats, type: x.type)]
    })
}

/// The elements of a tensor, grouped by their coordinates along all but some axes.
private struct AxisGroups {
  let count: Int
  /// Over the tensor, with the group as the one operand.
  private let walk: Walk

  private init(_ shape: Shape, axes: [Int]) throws(OperatorError) {
    let kept = try checkedShape(shape.sizes.enumerated().map { axes.contains($0) ? 1 : $1 })
    count = kept.count
    walk = Walk(shape, broadcasting: [kept])
  }

  /// Groups the first input by the attribute `axis`.
  init(axis types: Operator.Types) throws(OperatorError) {
    let shape = types.shape(0)
    try self.init(shape, axes: [types.axis(rank: shape.rank)])
  }

  /// Groups the first input by the attribute `axes`.
  init(axes types: Operator.Types) throws(OperatorError) {
    let shape = types.shape(0)
    try self.init(shape, axes: normalized(types.attributes.ints("axes") ?? [], rank: shape.rank))
  }

  /// Calls `body` with every element's index and its group's, in row-major order.
  @inline(__always)
  private func forEach(_ body: (_ element: Int, _ group: Int) -> Void) {
    var element = 0
    walk.forEachRun { start in
      for i in 0..<walk.count { body(element + i, start[0] + i * walk.step[0]) }
      element += walk.count
    }
  }

  /// The sum over each group of a function of its elements.
  func sums(_ x: [Float], _ term: (Float) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    forEach { sums[$1] += term(x[$0]) }
    return sums
  }

  /// A function of every element and its group's value.
  func combine(
    _ x: [Float], _ values: [Float], _ function: (Float, Float) -> Float
  ) -> [Float] {
    var result = x
    forEach { result[$0] = function(x[$0], values[$1]) }
    return result
  }
}
