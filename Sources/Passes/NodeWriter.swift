import Graph
import OrderedCollections
import Support
import Tensor

/// Rebuilds a graph node by node, some of which are written anew: under names that nobody has, with types
/// as their operators infer them.
struct NodeWriter {
  private(set) var graph: Graph
  private var valueNames: FreshNames
  private var nodeNames: FreshNames

  /// Starts without nodes.
  init(_ original: Graph) {
    graph = original
    graph.nodes = []
    valueNames = FreshNames(original.values.elements.map(\.name))
    nodeNames = FreshNames(original.nodes.map(\.name))
  }

  /// Takes a node over as it is.
  mutating func keep(_ node: Node) { graph.nodes.append(node) }

  /// - Parameter name: what it is to the node that it is for.
  mutating func constant(_ name: String, of node: Node, _ tensor: Tensor) -> ID<Value> {
    graph.values.append(Value(valueNames.take("\(node.name).\(name)"), constant: Constant(tensor)))
  }

  /// Writes a node with one output.
  ///
  /// - Parameters:
  ///   - attributes: those without which it has the defaults.
  ///   - node: what it is written for, or instead of.
  ///   - output: what it computes, if that is there already.
  mutating func write(
    _ name: String, _ inputs: [ID<Value>?],
    _ attributes: [String: Attribute] = [:],
    for node: Node, as output: ID<Value>? = nil
  ) -> ID<Value> {
    write(name, inputs, attributes, for: node, outputs: [output])[0]
  }

  /// Writes a node with some outputs, each new where there is none yet.
  mutating func write(
    _ name: String, _ inputs: [ID<Value>?],
    _ attributes: [String: Attribute] = [:],
    for node: Node, outputs: [ID<Value>?]
  ) -> [ID<Value>] {
    let base = "\(node.name).\(name.lowercased())"
    guard let op = Operator.named(name),
      let attributes = try? Attributes(
        OrderedDictionary(uniqueKeysWithValues: Array(attributes)), specs: op.attributes)
    else { preconditionFailure("\(name) does not take these attributes") }
    var written = Node(
      nodeNames.take(base), op, attributes: attributes, inputs: inputs, outputs: outputs,
      origins: node.origins)
    guard let types = try? op.infer(graph.types(of: written)) else {
      preconditionFailure("\(name) does not take these inputs")
    }
    let values = zip(outputs, types).map { output, type in
      output
        ?? graph.values.append(
          Value(valueNames.take(base), element: type.element, shape: type.shape))
    }
    written.outputs = values
    graph.nodes.append(written)
    return values
  }
}
