import Graph
import OrderedCollections
import Support
import Tensor

/// What weights the VDUs do not take, so that nobody takes the layers of a program for all of a network.
struct LeftWeights {
  /// Operators with weights: by which input they have them, and which of their forms reach the VDUs.
  private static let operators: [String: (input: Int, taken: String)] = {
    let integers = "those of 8 bits with constant weights, steps and zero points"
    let cells = "those of up to 16 steps with constant weights and the usual functions"
    return [
      "Conv": (1, "those of one and two dimensions with constant biases"),
      "ConvTranspose": (1, "those of two dimensions with equal strides"),
      "Gemm": (1, "those of rows of activations with a bias for each column"),
      "MatMul": (1, "those with one matrix of weights"),
      "ConvInteger": (1, integers), "MatMulInteger": (1, integers),
      "QLinearConv": (3, integers), "QLinearMatMul": (3, integers),
      "RNN": (1, cells), "GRU": (1, cells), "LSTM": (1, cells),
    ]
  }()

  private let graph: Graph
  /// The types of inputs that are constants around this graph.
  private let known: [ID<Value>: TensorType]

  init(_ graph: Graph) { self.init(graph, operands: []) }

  /// - Parameter operands: of each input, its type if it is a constant.
  private init(_ graph: Graph, operands: some Collection<TensorType?>) {
    self.graph = graph
    known = Dictionary(
      zip(graph.inputs, operands).compactMap { id, type in type.map { (id, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// What to say of a node that the control unit computes; nil where it has no weights.
  func note(of node: Node) -> String? {
    let within = weightsWithin(node)
    if within > 0 {
      return "the control unit takes \(within) weights within it; bodies do not reach the VDUs"
    }
    guard let taken = Self.operators[node.op.name]?.taken, let weights = weights(of: node) else {
      return nil
    }
    return "the control unit takes its \(weights) weights; of \(node.op.name), VDUs take \(taken)"
  }

  /// The elements of a node's constant weights; nil where they are none.
  private func weights(of node: Node) -> Int? {
    guard let input = Self.operators[node.op.name]?.input, input < node.inputs.count,
      let shape = constantType(node.inputs[input])?.shape, shape.rank >= 2
    else { return nil }
    return shape.count
  }

  /// All weights in the bodies of a node.
  private func weightsWithin(_ node: Node) -> Int {
    var operands = node.inputs.map(constantType)[...]
    if node.op.name == "If" { operands = operands.dropFirst() }
    var count = 0
    for name in ["then_branch", "else_branch", "body"] {
      guard case .graph(let body)? = node.attributes.values[name] else { continue }
      let inside = LeftWeights(body, operands: operands)
      for node in body.nodes {
        count += inside.weightsWithin(node) + (inside.weights(of: node) ?? 0)
      }
      operands = operands.dropFirst(body.inputs.count)
    }
    return count
  }

  private func constantType(_ id: ID<Value>?) -> TensorType? {
    id.flatMap { graph.values[$0].constant?.type ?? known[$0] }
  }
}
