public import Graph
import OrderedCollections
public import Support
public import Tensor

/// Builds graphs by hand, node by node, in the order of a frontend: declare inputs and constants
/// first. Types are inferred as it goes, so what it builds is typed; a mistake traps, as it is a
/// bug of the test.
public struct GraphBuilder {
  public private(set) var graph: Graph

  public init(_ name: String = "test") {
    graph = Graph(name: name)
  }

  /// Adds an input of the network.
  public mutating func input(
    _ name: String, _ shape: Shape, _ element: ElementType = .float
  ) -> ID<Value> {
    let declared = shape.sizes.map { Value.Dimension.fixed($0) }
    let id = graph.values.append(Value(name, element: element, shape: shape, declared: declared))
    graph.inputs.append(id)
    return id
  }

  public mutating func constant(_ name: String, _ constant: Constant) -> ID<Value> {
    graph.values.append(Value(name, constant: constant))
  }

  public mutating func constant(_ name: String, _ tensor: Tensor) -> ID<Value> {
    self.constant(name, Constant(tensor))
  }

  public mutating func constant(_ name: String, _ shape: Shape, _ floats: [Float]) -> ID<Value> {
    constant(name, Tensor(shape, floats: floats))
  }

  /// A rank-1 int64 constant: axes, shapes, pads.
  public mutating func constant(_ name: String, _ ints: [Int64]) -> ID<Value> {
    constant(name, Tensor([ints.count], ints: ints))
  }

  /// Adds a node with outputs of these names, and returns them.
  public mutating func node(
    _ op: String, _ name: String, _ inputs: [ID<Value>?],
    _ attributes: KeyValuePairs<String, Attribute> = [:], outputs: [String]
  ) -> [ID<Value>] {
    guard let op = Operator.named(op) else { preconditionFailure("no operator \(op)") }
    do {
      let attributes = try Attributes(
        OrderedDictionary(uniqueKeysWithValues: attributes.map { ($0, $1) }), specs: op.attributes)
      let types = try op.infer(
        Operator.Types(
          inputs: inputs.map { $0.flatMap { graph.values[$0].type } },
          known: inputs.map { $0.flatMap { graph.values[$0].constant?.tensor } },
          attributes: attributes, outputCount: outputs.count))
      let ids = zip(outputs, types).map { output, type in
        graph.values.append(Value(output, element: type.element, shape: type.shape))
      }
      graph.nodes.append(
        Node(name, op, attributes: attributes, inputs: inputs, outputs: ids))
      return ids
    } catch {
      preconditionFailure("node \(name): \(error.message)")
    }
  }

  /// Adds a node with one output, which has the node's name.
  public mutating func node(
    _ op: String, _ name: String, _ inputs: [ID<Value>?],
    _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> ID<Value> {
    node(op, name, inputs, attributes, outputs: [name])[0]
  }

  /// Adds an output of the network.
  public mutating func output(_ id: ID<Value>) {
    graph.outputs.append(id)
  }

  /// The shape of a value.
  public func shape(_ id: ID<Value>) -> Shape {
    guard let shape = graph.values[id].shape else { preconditionFailure("no shape") }
    return shape
  }
}

extension Graph {
  /// The same graph as a frontend would give it: types of inputs and constants only.
  public var untyped: Graph {
    var graph = self
    for node in nodes {
      for case let id? in node.outputs {
        graph.values[id].element = nil
        graph.values[id].shape = nil
      }
    }
    return graph
  }

  /// The same graph with its values in another order of the table.
  public func withValues(in order: [ID<Value>]) -> Graph {
    let new = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, ID<Value>($0)) })
    var graph = self
    graph.values = Table(order.map { values[$0] })
    graph.inputs = inputs.compactMap { new[$0] }
    graph.outputs = outputs.compactMap { new[$0] }
    for i in nodes.indices {
      graph.nodes[i].inputs = nodes[i].inputs.map { $0.flatMap { new[$0] } }
      graph.nodes[i].outputs = nodes[i].outputs.map { $0.flatMap { new[$0] } }
    }
    return graph
  }
}
