import Tensor

/// What RNN, GRU and LSTM have in common: sizes, directions, functions, and the walk over time. What they
/// do in a step is a cell's.
///
/// Inputs are X, W, R, B, sequence_lens, initial_h and what an operator has of its own behind them. A gate
/// is a block of `hidden` rows in W and R.
struct RecurrentLayer {
  let steps: Int
  let batch: Int
  let features: Int
  let hidden: Int
  let gates: Int
  /// For each direction, whether it runs from the end.
  let isReversed: [Bool]
  /// Whether the batch is the first axis of X, the states and the outputs.
  let isBatchFirst: Bool
  /// By direction.
  let activations: [[RecurrentActivation]]
  private let clip: Float

  var directions: Int { isReversed.count }

  static let attributes: [AttributeSpec] = [
    .optional("activation_alpha", .floats), .optional("activation_beta", .floats),
    .optional("activations", .strings), .optional("clip", .float),
    .choice("direction", ["forward", "reverse", "bidirectional"]),
    .optional("hidden_size", .int), .defaulted("layout", .int(0)),
  ]

  /// - Parameters:
  ///   - gates: of a cell.
  ///   - functions: the names of a cell's functions where the node names none.
  init(_ types: Operator.Types, gates: Int, functions: [String]) throws(OperatorError) {
    let attributes = types.attributes
    let x = try types.floats(0, "X", rank: 3...3)
    let r = try types.floats(2, "R", rank: 3...3)
    try check([attributes.int("layout")], "attribute layout", in: 0...1)
    isBatchFirst = attributes.bool("layout")
    isReversed =
      switch attributes.string("direction") {
      case "forward": [false]
      case "reverse": [true]
      default: [false, true]
      }
    (batch, steps) = isBatchFirst ? (x[0], x[1]) : (x[1], x[0])
    (features, hidden, self.gates) = (x[2], r[2], gates)
    clip = attributes.optionalFloat("clip") ?? .infinity
    activations = try RecurrentActivation.all(
      attributes, defaults: functions, directions: isReversed.count)
    if let size = attributes.optionalInt("hidden_size"), size != hidden {
      throw OperatorError("attribute hidden_size: found \(size), expected \(hidden) as in R")
    }
    let rows = try countMultiplications(gates, hidden)
    try expect(types, 1, "W", [directions, rows, features])
    try expect(types, 2, "R", [directions, rows, hidden])
    try expect(types, 3, "B", [directions, try countMultiplications(2, rows)])
    try expect(types, 5, "initial_h", stateShape.sizes)
    _ = try countMultiplications(directions, steps, batch, rows, features + hidden)
    if let lengths = types.optional(4) {
      guard !lengths.element.isFloatingPoint, lengths.shape.sizes == [batch] else {
        throw OperatorError("input sequence_lens: found \(lengths), expected \(batch) integers")
      }
    }
  }

  /// Checks the shape of an input of floats, if it is there.
  func expect(
    _ types: Operator.Types, _ index: Int, _ name: String, _ sizes: [Int]
  ) throws(OperatorError) {
    guard let type = types.optional(index) else { return }
    guard type.element.isFloatingPoint, type.shape.sizes == sizes else {
      throw OperatorError("input \(name): found \(type), expected floats of \(Shape(sizes))")
    }
  }

  /// Of a state of all directions.
  var stateShape: Shape {
    Shape(isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
  }

  /// The sizes of Y: the states after every step.
  private var allSizes: [Int] {
    isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
  }

  /// Y, and a state for each that the cell has.
  func outputs(_ types: Operator.Types, states: Int) throws(OperatorError) -> [TensorType] {
    let element = types.element(0)
    let state = TensorType(element, stateShape)
    return [TensorType(element, try checkedShape(allSizes))]
      + [TensorType](repeating: state, count: states)
  }

  /// All steps: a product with every gate, and `functions` for each element of a state.
  func work(functions: Work) -> Work {
    let elements = directions * steps * batch * hidden
    return .products(elements * gates * (features + hidden)) + functions * elements
  }

  func clipped(_ x: Float) -> Float { max(-clip, min(clip, x)) }

  /// What a cell sees of a step: of all samples, one after another.
  struct Step {
    let direction: Int
    /// W * x and the bias of W, gate by gate.
    let products: [Float]
    /// The states before: h, and c if there is one.
    let states: [[Float]]
  }

  /// Runs a cell over time.
  ///
  /// - Parameters:
  ///   - initial: for each state, the input that it starts from.
  ///   - cell: gives the states after a step.
  /// - Returns: Y and the last states.
  func run(
    _ call: Operator.Call, initial: [Int], cell: (Step) -> [[Float]]
  ) -> [Tensor] {
    let type = call.tensor(0).type
    let rows = gates * hidden
    let lengths = call.optional(4)?.ints.map { min(max(Int($0), 0), steps) }
    var y = [Float](repeating: 0, count: steps * directions * batch * hidden)
    var last = initial.map { _ in [Float](repeating: 0, count: stateShape.count) }
    for direction in 0..<directions {
      let inputs = products(call, direction)
      var states = initial.map { input in
        guard let given = call.optional(input)?.floats else {
          return [Float](repeating: 0, count: batch * hidden)
        }
        return (0..<batch).flatMap { sample in
          let place = place(direction, sample)
          return given[place..<place + hidden]
        }
      }
      for step in 0..<steps {
        let times = (0..<batch).map { sample -> Int? in
          let length = lengths?[sample] ?? steps
          return step >= length ? nil : isReversed[direction] ? length - 1 - step : step
        }
        let gathered = times.enumerated().flatMap { sample, time in
          let row = self.row(time ?? 0, sample) * rows
          return inputs[row..<row + rows]
        }
        let next = cell(Step(direction: direction, products: gathered, states: states))
        for case (let sample, let time?) in times.enumerated() {
          let own = sample * hidden..<(sample + 1) * hidden
          for index in states.indices { states[index].replaceSubrange(own, with: next[index][own]) }
          let target =
            isBatchFirst
            ? ((sample * steps + time) * directions + direction) * hidden
            : ((time * directions + direction) * batch + sample) * hidden
          y.replaceSubrange(target..<target + hidden, with: next[0][own])
        }
      }
      for sample in 0..<batch {
        let place = place(direction, sample)
        let own = sample * hidden..<(sample + 1) * hidden
        for index in states.indices {
          last[index].replaceSubrange(place..<place + hidden, with: states[index][own])
        }
      }
    }
    return [Tensor(Shape(allSizes), floats: y, type: type)]
      + last.map { Tensor(stateShape, floats: $0, type: type) }
  }

  /// Where the state of a direction and a sample starts.
  private func place(_ direction: Int, _ sample: Int) -> Int {
    (isBatchFirst ? sample * directions + direction : direction * batch + sample) * hidden
  }

  /// The row of X at a time.
  private func row(_ time: Int, _ sample: Int) -> Int {
    isBatchFirst ? sample * steps + time : time * batch + sample
  }

  /// W * x and the bias of W, for every row of X.
  private func products(_ call: Operator.Call, _ direction: Int) -> [Float] {
    let (count, rows) = (steps * batch, gates * hidden)
    var products = [Float](repeating: 0, count: count * rows)
    if let biases = call.optional(3)?.floats {
      let bias = biases[direction * 2 * rows..<direction * 2 * rows + rows]
      products = (0..<count).flatMap { _ in bias }
    }
    MatrixMultiply.multiply(
      Matrix(call.tensor(0).floats, rows: count, columns: features),
      Matrix(
        call.tensor(1).floats, offset: direction * rows * features, rows: features, columns: rows,
        isTransposed: true),
      into: &products, adding: true, order: call.order)
    return products
  }

  /// R * h and the bias of R, of some gates, for all samples.
  func recurrent(
    _ call: Operator.Call, _ direction: Int, gates range: Range<Int>, _ h: [Float]
  ) -> [Float] {
    let width = range.count * hidden
    let first = direction * gates + range.lowerBound
    var sums = [Float](repeating: 0, count: batch * width)
    if let biases = call.optional(3)?.floats {
      let start = (direction * 2 * gates + gates + range.lowerBound) * hidden
      sums = (0..<batch).flatMap { _ in biases[start..<start + width] }
    }
    MatrixMultiply.multiply(
      Matrix(h, rows: batch, columns: hidden),
      Matrix(
        call.tensor(2).floats, offset: first * hidden * hidden, rows: hidden, columns: width,
        isTransposed: true),
      into: &sums, adding: true, order: call.order)
    return sums
  }
}
