import Graph
import OrderedCollections
import Support
import Tensor

/// What weights the VDUs do not take, so that nobody takes the layers of a program for all of a network.
struct LeftWeights {
  /// Operators with weights: which inputs may be such, and which of their forms reach the VDUs.
  private static let operators: [String: (inputs: [Int], taken: String)] = {
    let integers = "those of 8 bits with constant weights, steps and zero points"
    let cells = "those of up to 16 steps with constant weights and the usual functions"
    return [
      "Conv": ([1], "those of one and two dimensions with constant biases"),
      "ConvTranspose": ([1], "those of two dimensions with equal strides"),
      "DeformConv": ([1], "none"), "Einsum": ([0, 1], "none"),
      "Gemm": ([0, 1], "those of rows of activations with a bias for each column"),
      "MatMul": ([0, 1], "those with one matrix of weights behind the activations"),
      "ConvInteger": ([1], integers), "MatMulInteger": ([0, 1], integers),
      "QLinearConv": ([3], integers), "QLinearMatMul": ([0, 3], integers),
      "RNN": ([1, 2], cells), "GRU": ([1, 2], cells), "LSTM": ([1, 2], cells),
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
    guard let inputs = Self.operators[node.op.name]?.inputs else { return nil }
    let shapes = inputs.filter { $0 < node.inputs.count }
      .compactMap { constantType(node.inputs[$0])?.shape }.filter { $0.rank >= 2 }
    return shapes.isEmpty ? nil : shapes.reduce(0) { $0 + $1.count }
  }

  /// All weights in the bodies of a node.
  private func weightsWithin(_ node: Node) -> Int {
    var operands = node.inputs.map(constantType)[...]
    if node.op.name == "If" {
      operands = operands.dropFirst()
    } else if node.attributes.values["captures"] != nil {
      // What changes from turn to turn is no weight, however it starts.
      for place in operands.indices.dropLast(node.attributes.int("captures")) {
        operands[place] = nil
      }
    }
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
