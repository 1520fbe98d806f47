public import Compiler
public import Graph
import Support
import Tensor

/// Makes HardSwish and HardSigmoid of what spells them out in Add, Clip, Mul and Div, as exporters
/// did before ONNX had them: one operation in place of four, that rounds once.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude.
public let recognizeActivations = Pass<Graph, Graph>(
  "recognize-activations", "make HardSwish and HardSigmoid of what spells them out"
) { graph, _ throws(Failure) in
  let finder = ActivationFinder(graph)
  var result = graph
  for index in graph.nodes.indices {
    if let found = finder.activation(at: index) { result.nodes[index] = found }
  }
  return result.withoutDead
}

private struct ActivationFinder {
  private let graph: Graph
  private let producers: [ID<Value>: Int]

  init(_ graph: Graph) {
    self.graph = graph
    producers = graph.producers
  }

  /// The activation that ends in a node of another kind.
  func activation(at index: Int) -> Node? {
    let node = graph.nodes[index]
    guard let output = node.outputs.first ?? nil, graph.values[output].element == .float else {
      return nil
    }
    return hardSwish(at: index) ?? hardSigmoid(at: index, output)
  }

  /// x times a hard sigmoid of x, perhaps with a factor that a Mul or Div behind it takes away.
  private func hardSwish(at index: Int) -> Node? {
    if let (input, factor, nodes) = gate(at: index), factor.isClose(to: 1) {
      return replacement("HardSwish", of: input, for: nodes)
    }
    let node = graph.nodes[index]
    guard let affine = ChannelAffine(node, axis: 0, in: graph),
      let (scale, shift) = affine.uniform, shift == 0, node.op.name != "HardSigmoid",
      let product = producers[affine.input], graph.nodes[product].clamp == nil,
      let (input, factor, nodes) = gate(at: product), (factor * scale).isClose(to: 1)
    else { return nil }
    return replacement("HardSwish", of: input, for: [index] + nodes)
  }

  /// How a Mul is `factor * HardSwish(input)`, and the nodes that make it.
  private func gate(at index: Int) -> (input: ID<Value>, factor: Double, nodes: [Int])? {
    let node = graph.nodes[index]
    guard node.op.name == "Mul", let left = node.inputs[0], let right = node.inputs[1] else {
      return nil
    }
    for (input, other) in [(left, right), (right, left)] where input != other {
      guard let sigmoid = BoundedAffine(to: other, from: input, in: graph, producers),
        let (factor, alpha, beta) = sigmoid.unit, (6 * alpha).isClose(to: 1),
        (2 * beta).isClose(to: 1)
      else { continue }
      return (input, factor, [index] + sigmoid.nodes)
    }
    return nil
  }

  /// A sum bounded to 0 and 1. A Clip that only an Add comes before is cheaper as its clamp.
  private func hardSigmoid(at index: Int, _ output: ID<Value>) -> Node? {
    guard let sigmoid = BoundedAffine(to: output, in: graph, producers), sigmoid.nodes.count > 1,
      let (factor, alpha, beta) = sigmoid.unit, factor.isClose(to: 1), sigmoid.scale != 1,
      Float(alpha).isFinite, Float(beta).isFinite
    else { return nil }
    return replacement("HardSigmoid", of: sigmoid.input, for: sigmoid.nodes) {
      $0.setting("alpha", to: .float(Float(alpha))).setting("beta", to: .float(Float(beta)))
    }
  }

  /// A node in place of the first of `nodes`.
  private func replacement(
    _ name: String, of input: ID<Value>, for nodes: [Int],
    set: (Attributes) -> Attributes = { $0 }
  ) -> Node? {
    guard let op = Operator.named(name), let defaults = try? Attributes(defaultsOf: op) else {
      return nil
    }
    let last = graph.nodes[nodes[0]]
    return Node(
      last.name, op, attributes: set(defaults), inputs: [input], outputs: last.outputs,
      clamp: name == "HardSwish" ? last.clamp : nil,
      origins: nodes.reversed().flatMap { graph.nodes[$0].origins })
  }
}

extension Double {
  /// Whether this is `other` but for what a float's rounding may change.
  fileprivate func isClose(to other: Double) -> Bool { (self - other).magnitude <= 1e-6 }
}
