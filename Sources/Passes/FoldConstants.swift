public import Compiler
public import Graph
import Support
import Tensor

/// Computes what does not depend on the inputs: values that follow from constants and shapes become
/// constants, unless they are large and larger than what they are made from. Identity, Dropout and
/// casts to the same type, which do nothing, are left out. Outputs of the graph stay outputs of
/// nodes; so do dot products of constants, as their sums have no fixed order.
///
/// Law: `evaluate` is unchanged bit for bit.
public let foldConstants = Pass<Graph, Graph>(
  "fold-constants", "compute what does not depend on the inputs"
) { graph, context throws(Failure) in
  var folder = ConstantFolder(graph)
  for node in graph.nodes { folder.take(node, diagnostics: &context.diagnostics) }
  try context.diagnostics.check()
  return folder.result
}

/// Elements that a folded value may always have.
private let foldedLimit = 0x1p24

private struct ConstantFolder {
  private var graph: Graph
  private let outputs: Set<ID<Value>>
  private let inputs: Set<ID<Value>>
  /// What readers of a value shall read instead.
  private var forwarded: [ID<Value>: ID<Value>] = [:]
  /// The output of the graph that shall take the place of a value.
  private var renamed: [ID<Value>: ID<Value>] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    self.graph.nodes = []
    outputs = Set(graph.outputs)
    inputs = Set(graph.inputs)
  }

  var result: Graph {
    var result = graph
    result.renumber { renamed[$0] ?? $0 }
    return result.withoutDead
  }

  /// Takes the next node in, or does without it.
  mutating func take(_ original: Node, diagnostics: inout Diagnostics) {
    var node = original
    node.inputs = node.inputs.map { $0.map { forwarded[$0] ?? $0 } }
    if forward(node) { return }
    let inputs = node.inputs.compactMap { $0.flatMap { graph.values[$0].type } }
    let limit = max(inputs.elementCount, foldedLimit)
    do throws(OperatorError) {
      let isFolded = try graph.fold(node, outputs: outputs) { $0.elementCount <= limit }
      if !isFolded { graph.nodes.append(node) }
    } catch {
      diagnostics.error(at: .node(node.name), "\(node.op.name): \(error.message)")
    }
  }

  /// Lets readers of a node that does nothing read its input instead, or its input be the output of
  /// the graph.
  private mutating func forward(_ node: Node) -> Bool {
    guard node.clamp == nil, node.outputs.count == 1, let input = node.inputs.first ?? nil,
      let output = node.outputs[0], doesNothing(node, from: input, to: output)
    else { return false }
    if !outputs.contains(output) {
      forwarded[output] = input
      return true
    }
    let isComputed = graph.values[input].constant == nil && !inputs.contains(input)
    guard isComputed, !outputs.contains(input), renamed[input] == nil else { return false }
    renamed[input] = output
    return true
  }

  private func doesNothing(_ node: Node, from input: ID<Value>, to output: ID<Value>) -> Bool {
    switch node.op.name {
    case "Identity", "Dropout": true
    case "Cast": graph.values[input].element == graph.values[output].element
    default: false
    }
  }
}

extension [TensorType] {
  /// Elements in all, as a `Double`, which does not overflow.
  fileprivate var elementCount: Double { reduce(0) { $0 + Double($1.shape.count) } }
}
