import Tensor

/// Reductions over any axes: the elements of a group are taken in row-major order and folded, in
/// double precision, and the result is rounded once.
extension Operator {
  static let reductions: [Operator] = [
    reduction("ReduceSum", "sum", .add, ints: Fold(0) { $0 &+ $1 }, .sum { sum, _ in sum }),
    reduction(
      "ReduceMean", "mean", .add,
      ints: Fold(0, finish: { $1 == 0 ? 0 : $0 / Int64($1) }) { $0 &+ $1 },
      .sum { $0 / Double($1) }),
    reduction(
      "ReduceMax", "largest element", .compare, isOrder: true, ints: Fold(.min) { max($0, $1) },
      Fold(-.infinity) { $0 >= $1 || $0.isNaN ? $0 : $1 }),
    reduction(
      "ReduceMin", "smallest element", .compare, isOrder: true, ints: Fold(.max) { min($0, $1) },
      Fold(.infinity) { $0 <= $1 || $0.isNaN ? $0 : $1 }),
    reduction("ReduceProd", "product", .multiply, ints: Fold(1) { $0 &* $1 }, Fold(1) { $0 * $1 }),
    reduction(
      "ReduceL1", "sum of magnitudes", .add + .compare,
      ints: Fold(0) { $0 &+ ($1 < 0 ? 0 &- $1 : $1) }, Fold(0) { $0 + $1.magnitude }),
    reduction(
      "ReduceL2", "square root of the sum of squares", .add + .multiply,
      Fold(0, finish: { sum, _ in sum.squareRoot() }) { $0 + $1 * $1 }),
    reduction(
      "ReduceSumSquare", "sum of squares", .add + .multiply, ints: Fold(0) { $0 &+ $1 &* $1 },
      Fold(0) { $0 + $1 * $1 }),
    reduction(
      "ReduceLogSum", "logarithm of the sum", .add,
      Fold(0, finish: { sum, _ in Elementary.log(sum) }) { $0 + $1 }),
    reduction(
      "ReduceLogSumExp", "logarithm of the sum of exponentials", .add + .function,
      Fold(
        SIMD2(-Double.infinity, 0), finish: { state, _ in state[0] + Elementary.log(state[1]) },
        step: logSumExp)),
  ]

  /// A row of the family; of floating-point numbers only, unless `ints` is there.
  ///
  /// - Parameter isOrder: whether the result depends on order alone and is one of the elements.
  private static func reduction<State>(
    _ name: String, _ summary: String, _ work: Work, isOrder: Bool = false,
    ints: Fold<Int64, Int64>? = nil, _ floats: Fold<Double, State>
  ) -> Operator {
    Operator(
      name, summary + " over axes", inputs: 1...2,
      attributes: [.defaulted("keepdims", .int(1)), .defaulted("noop_with_empty_axes", .int(0))],
      work: { types, _ in work * types.shape(0).count },
      infer: { types throws(OperatorError) in
        if ints == nil { try types.requireFloatingPoint() }
        return [TensorType(types.element(0), try Groups(types).shape)]
      },
      compute: { call, types throws(OperatorError) in
        let groups = try Groups(call.types)
        let (tensor, type) = (call.tensor(0), types[0])
        if let ints, !type.element.isFloatingPoint {
          let values = isOrder ? tensor.ordered : tensor.ints
          let result = groups.folded(values, ints) { $0 }.map { value in
            isOrder ? type.element.unordered(value) : type.element.wrap(value)
          }
          return [Tensor(type.shape, ints: result, type: type.element)]
        }
        let result =
          if case .doubles(let doubles) = tensor.elements {
            groups.folded(doubles, floats) { $0 }
          } else if let finish = floats.ofSum, groups.areNeighbours {
            tensor.floats.sums(ofRuns: groups.size).map { finish($0, groups.size) }
          } else {
            groups.folded(tensor.floats, floats) { Double($0) }
          }
        return [Tensor(type.shape, doubles: result, type: type.element)]
      })
  }

  /// Takes `x` into the largest number so far and the sum of exponentials of differences from it.
  @Sendable
  private static func logSumExp(_ state: SIMD2<Double>, _ x: Double) -> SIMD2<Double> {
    let (largest, sum) = (state[0], state[1])
    if x > largest { return SIMD2(x, sum * Elementary.exp(largest - x) + 1) }
    return SIMD2(largest, sum + (x == largest ? 1 : Elementary.exp(x - largest)))
  }
}

/// How numbers are reduced to one.
private struct Fold<Number: Sendable, State: Sendable>: Sendable {
  let start: State
  let step: @Sendable (State, Number) -> State
  /// Makes the result, also from how many numbers there were.
  let finish: @Sendable (State, Int) -> Number
  /// The same from the sum of the numbers, if that is all that the fold knows of them.
  private(set) var ofSum: (@Sendable (Double, Int) -> Number)?

  init(
    _ start: State, finish: @escaping @Sendable (State, Int) -> Number,
    step: @escaping @Sendable (State, Number) -> State
  ) {
    self.start = start
    self.step = step
    self.finish = finish
  }
}

extension Fold<Double, Double> {
  /// - Parameter finish: makes the result of the sum and of how many numbers there were.
  static func sum(_ finish: @escaping @Sendable (Double, Int) -> Double) -> Self {
    var sum = Fold(0, finish: finish) { $0 + $1 }
    sum.ofSum = finish
    return sum
  }
}

extension Fold where State == Number {
  init(_ start: State, step: @escaping @Sendable (State, Number) -> State) {
    self.init(start, finish: { state, _ in state }, step: step)
  }
}

/// The axes of a shape that a reduction is over: all, if none is named.
///
/// - Throws: axes that the shape doesn't have.
func reducedAxes(
  _ named: [Int], _ attributes: Attributes, _ shape: Shape
) throws(OperatorError) -> [Int] {
  let axes = try normalized(named, rank: shape.rank)
  return axes.isEmpty && !attributes.bool("noop_with_empty_axes") ? Array(0..<shape.rank) : axes
}

/// Whether a reduction over axes makes one of neighbouring elements, of one run of them after another.
func isOverNeighbours(_ axes: [Int], _ shape: Shape) -> Bool {
  let long = shape.sizes.indices.filter { shape[$0] > 1 }
  return long.drop { !axes.contains($0) }.allSatisfy(axes.contains)
}

/// The groups of elements that a reduction makes one of.
private struct Groups {
  /// The shape of the result.
  let shape: Shape
  /// Elements of a group.
  let size: Int
  /// Whether groups are runs of neighbours, of at least one element.
  let areNeighbours: Bool
  /// Over the input, with the offset in the result as the one operand.
  let walk: Walk

  init(_ types: Operator.Types) throws(OperatorError) {
    let input = types.shape(0)
    let axes = try reducedAxes(types.ints(1, "axes") ?? [], types.attributes, input)
    let kept = Shape(input.sizes.enumerated().map { axes.contains($0) ? 1 : $1 })
    walk = Walk(input, strides: [kept.strides(broadcastTo: input)])
    size = axes.reduce(1) { $0 * input[$1] }
    areNeighbours = size > 0 && isOverNeighbours(axes, input)
    shape =
      types.attributes.bool("keepdims")
      ? kept : Shape(input.sizes.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
  }

  /// Folds the elements of each group in row-major order.
  @inline(__always)
  func folded<Element, Number, State>(
    _ values: [Element], _ fold: Fold<Number, State>, _ number: (Element) -> Number
  ) -> [Number] {
    var states = [State](repeating: fold.start, count: shape.count)
    let step = walk.step[0]
    var next = 0
    walk.forEachRun { start in
      if step == 0 {
        var state = states[start[0]]
        for k in 0..<walk.count { state = fold.step(state, number(values[next &+ k])) }
        states[start[0]] = state
      } else {
        for k in 0..<walk.count {
          let at = start[0] &+ k &* step
          states[at] = fold.step(states[at], number(values[next &+ k]))
        }
      }
      next += walk.count
    }
    return states.map { fold.finish($0, size) }
  }
}
