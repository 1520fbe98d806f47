public import Compiler
public import Graph
import OrderedCollections
import Support
import Tensor

/// Writes out RNN, GRU and LSTM layers of at most 16 steps: a Gemm for all inputs, and for each step one
/// for the state, with gates element by element between them. So their weights reach the VDUs as those of
/// any layer do; a program has those of the state once for each step. A layer whose weights or biases are
/// computed, whose sequences have lengths of their own, or that has peepholes, coupled gates, a clip or
/// functions other than the usual ones stays as it is.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude.
public let unrollRecurrent = Pass<Graph, Graph>(
  "unroll-recurrent", "write short recurrent layers out as matrix products and gates"
) { graph, _ throws(Failure) in
  var writer = NodeWriter(graph)
  for node in graph.nodes {
    if let cell = UnrolledCell(node, in: graph) {
      cell.write(to: &writer)
    } else {
      writer.keep(node)
    }
  }
  return writer.graph
}

/// A recurrent layer that can be written out.
private struct UnrolledCell {
  private let node: Node
  private let steps: Int
  private let batch: Int
  private let features: Int
  private let hidden: Int
  /// Of all gates.
  private let rows: Int
  /// For each direction, whether it runs from the end.
  private let isReversed: [Bool]
  /// Whether the batch is the first axis of the input, the states and the outputs.
  private let isBatchFirst: Bool
  private let w: Tensor
  private let r: Tensor
  private let b: Tensor?
  /// Whether the reset gate of a GRU scales the product with the state, instead of the state.
  private let isLinear: Bool

  private static let mostSteps = 16

  init?(_ node: Node, in graph: Graph) {
    let kinds = [
      "RNN": ["tanh"], "GRU": ["sigmoid", "tanh"], "LSTM": ["sigmoid", "tanh", "tanh"],
    ]
    guard let functions = kinds[node.op.name], let x = node.inputs[0], graph.constant(x) == nil,
      graph.values[x].element == .float, let shape = graph.values[x].shape, shape.count > 0,
      let w = graph.constant(node.inputs[1])?.tensor,
      let r = graph.constant(node.inputs[2])?.tensor, r.count > 0
    else { return nil }
    isBatchFirst = node.attributes.bool("layout")
    (batch, steps) = isBatchFirst ? (shape[0], shape[1]) : (shape[1], shape[0])
    (features, rows, hidden) = (shape[2], r.shape[1], r.shape[2])
    let direction = node.attributes.string("direction")
    isReversed =
      direction == "bidirectional" ? [false, true] : [direction == "reverse"]
    func input(_ index: Int) -> ID<Value>? {
      index < node.inputs.count ? node.inputs[index] : nil
    }
    let b = graph.constant(input(3))?.tensor
    let attributes = node.attributes
    let usual = isReversed.flatMap { _ in functions }
    guard steps <= Self.mostSteps, b != nil || input(3) == nil, input(4) == nil, input(7) == nil,
      attributes.optionalFloat("clip") == nil, attributes.optionalInt("input_forget") ?? 0 == 0,
      attributes.strings("activations").map({ $0.map { $0.lowercased() } == usual }) ?? true
    else { return nil }
    self.node = node
    self.w = w
    self.r = r
    self.b = b
    isLinear = attributes.optionalInt("linear_before_reset") ?? 0 != 0
  }

  /// What has been written so far of one direction.
  private struct Direction {
    var h: ID<Value>?
    var c: ID<Value>?
    /// By time.
    var all: [ID<Value>] = []
  }

  func write(to writer: inout NodeWriter) {
    let x = reshape(node.inputs[0]!, [steps * batch, features], &writer)
    let directions = isReversed.indices.map { index in
      var direction = Direction(
        h: initial(5, index, &writer), c: initial(6, index, &writer))
      var products = writer.write(
        "Gemm", [x, inputWeights(index, &writer), inputBias(index, &writer)], ["transB": .int(1)],
        for: node)
      if steps > 1 {
        products = reshape(
          products, isBatchFirst ? [batch, steps, rows] : [steps, batch, rows], &writer)
      }
      let recurrent = RecurrentWeights(self, index, &writer)
      let times = Array(0..<steps)
      for time in isReversed[index] ? times.reversed() : times {
        let input = at(time, of: products, &writer)
        step(input, recurrent, &direction, &writer)
        direction.all.append(direction.h!)
      }
      if isReversed[index] { direction.all.reverse() }
      return direction
    }
    let all = (0..<steps).flatMap { time in directions.map { $0.all[time] } }
    stack(all, into: 0, &writer)
    stack(directions.map { $0.h! }, into: 1, &writer)
    stack(directions.compactMap(\.c), into: 2, &writer)
  }

  // MARK: Weights

  /// What a direction's products with the state need.
  private struct RecurrentWeights {
    /// Of all gates; of z and r where the candidate of a GRU has a product of its own.
    let gates: ID<Value>
    let candidate: ID<Value>?
    /// What r scales beside the product with the state.
    let bias: ID<Value>?

    init(_ cell: UnrolledCell, _ direction: Int, _ writer: inout NodeWriter) {
      let (hidden, rows) = (cell.hidden, cell.rows)
      func rowsOf(_ range: Range<Int>) -> Tensor {
        let first = direction * rows * hidden
        let floats = cell.r.floats[
          first + range.lowerBound * hidden..<first + range.upperBound * hidden]
        return Tensor([range.count, hidden], floats: Array(floats))
      }
      let isSplit = cell.node.op.name == "GRU" && !cell.isLinear
      gates = writer.constant("R", of: cell.node, rowsOf(0..<(isSplit ? 2 * hidden : rows)))
      candidate =
        isSplit ? writer.constant("R", of: cell.node, rowsOf(2 * hidden..<rows)) : nil
      bias =
        cell.isLinear
        ? cell.b.map { b in
          let end = (2 * direction + 2) * rows
          let floats = Array(b.floats[end - hidden..<end])
          return writer.constant("Rb", of: cell.node, Tensor([hidden], floats: floats))
        } : nil
    }
  }

  private func inputWeights(_ direction: Int, _ writer: inout NodeWriter) -> ID<Value> {
    let size = rows * features
    let floats = Array(w.floats[direction * size..<(direction + 1) * size])
    return writer.constant("W", of: node, Tensor([rows, features], floats: floats))
  }

  /// Both biases, but for that which a reset gate scales.
  private func inputBias(_ direction: Int, _ writer: inout NodeWriter) -> ID<Value>? {
    guard let b else { return nil }
    let first = 2 * direction * rows
    let kept = isLinear ? rows - hidden : rows
    let floats = (0..<rows).map { row in
      b.floats[first + row] + (row < kept ? b.floats[first + rows + row] : 0)
    }
    return writer.constant("B", of: node, Tensor([rows], floats: floats))
  }

  // MARK: Steps

  private func step(
    _ input: ID<Value>, _ weights: RecurrentWeights, _ state: inout Direction,
    _ writer: inout NodeWriter
  ) {
    switch node.op.name {
    case "RNN":
      let sum = plusState(input, state.h, weights.gates, &writer)
      state.h = writer.write("Tanh", [sum], for: node)
    case "GRU": gru(input, weights, &state, &writer)
    default: lstm(plusState(input, state.h, weights.gates, &writer), &state, &writer)
    }
  }

  /// Gates i, o, f and c.
  private func lstm(_ sum: ID<Value>, _ state: inout Direction, _ writer: inout NodeWriter) {
    let gates = split(sum, 4, &writer)
    let input = writer.write("Sigmoid", [gates[0]], for: node)
    let output = writer.write("Sigmoid", [gates[1]], for: node)
    let candidate = writer.write("Tanh", [gates[3]], for: node)
    var c = writer.write("Mul", [input, candidate], for: node)
    if let before = state.c {
      let forget = writer.write("Sigmoid", [gates[2]], for: node)
      let kept = writer.write("Mul", [forget, before], for: node)
      c = writer.write("Add", [kept, c], for: node)
    }
    state.c = c
    let bounded = writer.write("Tanh", [c], for: node)
    state.h = writer.write("Mul", [output, bounded], for: node)
  }

  /// Gates z, r and h: the new state is h + z * (the state - h).
  private func gru(
    _ input: ID<Value>, _ weights: RecurrentWeights, _ state: inout Direction,
    _ writer: inout NodeWriter
  ) {
    let inputs = split(input, 3, &writer)
    var (z, r, candidate) = (inputs[0], inputs[1], inputs[2])
    var scaled = weights.bias
    if let h = state.h {
      let product = writer.write("Gemm", [h, weights.gates], ["transB": .int(1)], for: node)
      let parts = split(product, isLinear ? 3 : 2, &writer)
      z = writer.write("Add", [z, parts[0]], for: node)
      r = writer.write("Add", [r, parts[1]], for: node)
      if isLinear {
        scaled = scaled.map { writer.write("Add", [parts[2], $0], for: node) } ?? parts[2]
      }
    }
    z = writer.write("Sigmoid", [z], for: node)
    if scaled != nil || state.h != nil {
      r = writer.write("Sigmoid", [r], for: node)
      var reset = writer.write("Mul", [r, scaled ?? state.h!], for: node)
      if let own = weights.candidate {
        reset = writer.write("Gemm", [reset, own], ["transB": .int(1)], for: node)
      }
      candidate = writer.write("Add", [candidate, reset], for: node)
    }
    candidate = writer.write("Tanh", [candidate], for: node)
    let difference =
      state.h.map { writer.write("Sub", [$0, candidate], for: node) }
      ?? writer.write("Neg", [candidate], for: node)
    let change = writer.write("Mul", [z, difference], for: node)
    state.h = writer.write("Add", [candidate, change], for: node)
  }

  /// The products of the inputs, and those of the state if there is one.
  private func plusState(
    _ input: ID<Value>, _ state: ID<Value>?, _ weights: ID<Value>, _ writer: inout NodeWriter
  ) -> ID<Value> {
    guard let state else { return input }
    let product = writer.write("Gemm", [state, weights], ["transB": .int(1)], for: node)
    return writer.write("Add", [input, product], for: node)
  }

  // MARK: Shapes

  private func split(_ value: ID<Value>, _ parts: Int, _ writer: inout NodeWriter) -> [ID<Value>] {
    writer.write(
      "Split", [value], ["axis": .int(1), "num_outputs": .int(Int64(parts))], for: node,
      outputs: [ID<Value>?](repeating: nil, count: parts))
  }

  private func reshape(
    _ value: ID<Value>, _ sizes: [Int], _ writer: inout NodeWriter, as output: ID<Value>? = nil
  ) -> ID<Value> {
    let shape = writer.constant(
      "shape", of: node, Tensor([sizes.count], ints: sizes.map { Int64($0) }))
    return writer.write("Reshape", [value, shape], for: node, as: output)
  }

  /// The rows of a time, of all samples.
  private func at(_ time: Int, of products: ID<Value>, _ writer: inout NodeWriter) -> ID<Value> {
    steps > 1 ? pick(time, of: products, &writer) : products
  }

  /// The state that a direction starts from, as the model gives it; nil for zeros.
  private func initial(_ input: Int, _ direction: Int, _ writer: inout NodeWriter) -> ID<Value>? {
    guard input < node.inputs.count, let state = node.inputs[input] else { return nil }
    return isReversed.count > 1
      ? pick(direction, of: state, &writer) : reshape(state, [batch, hidden], &writer)
  }

  /// Where the batch comes first, times and directions are the second axis; else they are the first.
  private var stackAxis: Attribute { .int(isBatchFirst ? 1 : 0) }

  private func pick(
    _ index: Int, of values: ID<Value>, _ writer: inout NodeWriter
  ) -> ID<Value> {
    let constant = writer.constant("index", of: node, Tensor([], ints: [Int64(index)]))
    return writer.write("Gather", [values, constant], ["axis": stackAxis], for: node)
  }

  /// States side by side as an output of the layer, if that is wanted.
  private func stack(_ states: [ID<Value>], into output: Int, _ writer: inout NodeWriter) {
    guard output < node.outputs.count, let value = node.outputs[output],
      let shape = writer.graph.values[value].shape
    else { return }
    var all = states[0]
    if states.count > 1 {
      let sizes = isBatchFirst ? [batch, 1, hidden] : [1, batch, hidden]
      let parts = states.map { reshape($0, sizes, &writer) }
      all = writer.write("Concat", parts, ["axis": stackAxis], for: node)
    }
    _ = reshape(all, shape.sizes, &writer, as: value)
  }
}
