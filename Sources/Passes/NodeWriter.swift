import Graph
import OrderedCollections
import Support
import Tensor

/// Rebuilds a graph node by node, some of which are written anew: under names that nobody has, with types
/// as their operators infer them. What is computed from constants alone becomes a constant.
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
    add(Value("\(node.name).\(name)", constant: Constant(tensor)))
  }

  /// Adds a value, under its name or one close to it that nobody has.
  mutating func add(_ value: Value) -> ID<Value> {
    var value = value
    value.name = valueNames.take(value.name)
    return graph.values.append(value)
  }

  /// Makes floats of a value: of a constant, or of what is to be computed. A finite number stays one, and
  /// one that is not zero likewise.
  mutating func makeFloat(_ id: ID<Value>) {
    graph.values[id].element = .float
    if let constant = graph.values[id].constant {
      let floats = constant.tensor.doubles.map { double in
        let float = Float(double)
        if double == 0 || !double.isFinite || float.isNormal { return float }
        let least = max(float.magnitude, .leastNonzeroMagnitude)
        let magnitude = min(least, .greatestFiniteMagnitude)
        return double < 0 ? -magnitude : magnitude
      }
      let tensor = Tensor(constant.type.shape, floats: floats)
      graph.values[id].constant = Constant(tensor, isSparse: constant.isSparse)
    }
  }

  /// Writes a node with one output, of which it is known that its operator takes it.
  ///
  /// - Parameters:
  ///   - attributes: those without which it has the defaults.
  ///   - node: what it is written for, or instead of.
  ///   - output: what it computes, if that is there already.
  mutating func write(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: OrderedDictionary<String, Attribute> = [:],
    for node: Node, as output: ID<Value>? = nil
  ) -> ID<Value> {
    write(op, inputs, attributes, for: node, outputs: [output])[0]
  }

  /// Writes a node with some outputs, each new where there is none yet.
  mutating func write(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: OrderedDictionary<String, Attribute> = [:],
    for node: Node, outputs: [ID<Value>?]
  ) -> [ID<Value>] {
    do throws(OperatorError) {
      return try attempt(op, inputs, attributes, for: node, outputs: outputs)
    } catch {
      preconditionFailure("\(op): \(error.message)")
    }
  }

  /// The same of a node that its operator may refuse.
  ///
  /// - Parameter known: its name, if not a new one.
  mutating func attempt(
    _ name: String, _ inputs: [ID<Value>?], _ attributes: OrderedDictionary<String, Attribute>,
    for node: Node, outputs: [ID<Value>?] = [nil], named known: String? = nil
  ) throws(OperatorError) -> [ID<Value>] {
    guard let op = Operator.named(name) else { throw OperatorError("there is no such operator") }
    let base = "\(node.name).\(name.lowercased())"
    let attributes = try Attributes(attributes, specs: op.attributes)
    let values = outputs.map { $0 ?? add(Value(base)) }
    let written = Node(
      known ?? nodeNames.take(base), op, attributes: attributes, inputs: inputs, outputs: values,
      origins: node.origins)
    // What is there already may be an output of the graph, which no constant can be.
    try graph.append(written, outputs: Set(outputs.compactMap { $0 })) { _ in true }
    return values
  }
}
