public import Compiler
public import Graph
import Support

/// Removes the nodes and values that no output of the graph needs.
///
/// Law: every node left is needed by an output, every value left is read or written by one or is an
/// input, and `evaluate` is unchanged bit for bit.
public let eliminateDead = Pass<Graph, Graph>(
  "eliminate-dead", "remove nodes and values that no output needs"
) { graph, _ throws(Failure) in graph.withoutDead }

extension Graph {
  /// The graph without the nodes and values that no output needs. Inputs stay; so do unused outputs
  /// of nodes that are needed.
  var withoutDead: Graph {
    var needed = Set(outputs)
    var kept: [Node] = []
    for node in nodes.reversed()
    where node.outputs.contains(where: { $0.map(needed.contains) ?? false }) {
      kept.append(node)
      needed.formUnion(node.inputs.compactMap { $0 })
    }
    var result = self
    result.nodes = kept.reversed()
    result.compactValues()
    return result
  }

  /// Drops the values that nothing refers to; the others keep their order.
  private mutating func compactValues() {
    var isUsed = [Bool](repeating: false, count: values.count)
    for id in inputs + outputs { isUsed[Int(id.index)] = true }
    for node in nodes {
      for case let id? in node.inputs + node.outputs { isUsed[Int(id.index)] = true }
    }
    var kept = Table<Value>()
    let moved = values.ids.map { isUsed[Int($0.index)] ? kept.append(values[$0]) : nil }
    values = kept
    renumber { moved[Int($0.index)]! }
  }

  /// Replaces every reference to a value.
  mutating func renumber(_ new: (ID<Value>) -> ID<Value>) {
    inputs = inputs.map(new)
    outputs = outputs.map(new)
    for index in nodes.indices {
      nodes[index].inputs = nodes[index].inputs.map { $0.map(new) }
      nodes[index].outputs = nodes[index].outputs.map { $0.map(new) }
    }
  }
}
