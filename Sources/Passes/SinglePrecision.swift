public import Compiler
public import Graph
import OrderedCollections
import Support
import Tensor

/// Makes floats of `float16`, `bfloat16` and `double`: layers, formats and all passes behind this one know
/// floats only, and buffers hold no more of a number than 32 bits. Inputs and outputs of the graph keep their
/// types, with a Cast behind or before them; so do halves that a Cast rounds to, and what If, Loop and
/// Scan take and give. Doubles beyond the floats become the largest and the least of these, as masks and
/// the like mean them.
///
/// Law: `evaluate` is unchanged within 1e-6 of the largest magnitude, but that halves are rounded where they
/// keep their type, and where a step (a comparison, a rounding) lies between a double and its float.
public let singlePrecision = Pass<Graph, Graph>(
  "single-precision", "compute halves and doubles as floats"
) { graph, _ throws(Failure) in
  guard graph.values.elements.contains(where: { $0.element?.isMadeSingle ?? false }) else {
    return graph
  }
  var writer = SingleWriter(graph)
  for node in graph.nodes { writer.take(node) }
  return writer.graph.withoutDead
}

extension Graph {
  /// Whether no node computes a value.
  fileprivate func isGiven(_ id: ID<Value>) -> Bool {
    inputs.contains(id) || values[id].constant != nil
  }
}

extension ElementType {
  fileprivate var isMadeSingle: Bool { self == .float16 || self == .bfloat16 || self == .double }
}

/// Writes a graph anew in which values become floats in their place, where they can.
private struct SingleWriter {
  private let original: Graph
  private var writer: NodeWriter
  var graph: Graph { writer.graph }
  /// Where a value that was made single is as floats.
  private var singles: [ID<Value>: ID<Value>] = [:]
  /// Where a value that is to be made single is in its own type.
  private var kept: [ID<Value>: ID<Value>] = [:]

  init(_ graph: Graph) {
    original = graph
    writer = NodeWriter(graph)
    for id in graph.inputs + graph.outputs where graph.isGiven(id) { kept[id] = id }
  }

  mutating func take(_ node: Node) {
    let hasBodies = node.attributes.values.values.contains { $0.kind == .graph }
    guard !hasBodies, (node.inputs + node.outputs).contains(where: isMadeSingle) else {
      return keep(node)
    }
    var single = plainCast(node)
    single.inputs = single.inputs.map { $0.map { self.single($0, for: node) } }
    guard let types = try? single.op.infer(writer.graph.types(of: single)),
      zip(node.outputs, types).allSatisfy(fits)
    else { return keep(node) }
    var casts: [ID<Value>] = []
    for (place, type) in types.enumerated() {
      guard let output = node.outputs[place], isMadeSingle(output) else { continue }
      if type.element != .float {
        kept[output] = output
      } else if original.outputs.contains(output) {
        single.outputs[place] = writer.add(floatCopy(of: output))
        singles[output] = single.outputs[place]
        casts.append(output)
      } else {
        writer.makeFloat(output)
        singles[output] = output
      }
    }
    writer.keep(single)
    for output in casts { kept[output] = cast(singles[output]!, like: output, node, as: output) }
  }

  /// A conversion to doubles as one to floats, one to the type of another input as one to that type;
  /// any other node as it is.
  private func plainCast(_ node: Node) -> Node {
    guard ["Cast", "CastLike"].contains(node.op.name), let op = Operator.named("Cast"),
      let element = node.outputs[0].flatMap({ original.values[$0].element }),
      let saturate = node.attributes.values["saturate"],
      let attributes = try? Attributes(
        ["to": code(element == .double ? .float : element), "saturate": saturate],
        specs: op.attributes)
    else { return node }
    var cast = node
    (cast.op, cast.attributes) = (op, attributes)
    cast.inputs = Array(node.inputs.prefix(1))
    return cast
  }

  /// Takes a node over with its inputs in their own types.
  private mutating func keep(_ node: Node) {
    var node = node
    node.inputs = node.inputs.map { $0.map { own($0, for: node) } }
    for case let output? in node.outputs where isMadeSingle(output) { kept[output] = output }
    writer.keep(node)
  }

  private func isMadeSingle(_ id: ID<Value>?) -> Bool {
    id.flatMap { original.values[$0].element?.isMadeSingle } ?? false
  }

  /// Whether an output that comes to have a type may: its own, or float instead.
  private func fits(_ output: ID<Value>?, _ type: TensorType) -> Bool {
    guard let output else { return true }
    let (element, shape) = (original.values[output].element, original.values[output].shape)
    // A size may follow from numbers that have been rounded.
    return type.shape == shape
      && (type.element == element || isMadeSingle(output) && type.element == .float)
  }

  /// A value as floats, if it is one that is made single; else as it is.
  private mutating func single(_ id: ID<Value>, for node: Node) -> ID<Value> {
    guard isMadeSingle(id) else { return id }
    if let single = singles[id] { return single }
    var single = id
    if original.values[id].constant == nil {
      single = writer.add(floatCopy(of: id))
      single = writer.write("Cast", [id], ["to": code(.float)], for: node, as: single)
    } else {
      if kept[id] == id { single = writer.add(original.values[id]) }
      writer.makeFloat(single)
    }
    singles[id] = single
    return single
  }

  /// What stands beside a value, as floats.
  private func floatCopy(of id: ID<Value>) -> Value {
    let value = original.values[id]
    return Value("\(value.name).float", element: .float, shape: value.shape)
  }

  private func code(_ element: ElementType) -> Attribute { .int(Int64(element.code)) }

  /// A value in its own type.
  private mutating func own(_ id: ID<Value>, for node: Node) -> ID<Value> {
    guard isMadeSingle(id) else { return id }
    if let own = kept[id] { return own }
    var own = id
    if let single = singles[id] {
      let isConstant = original.values[id].constant != nil
      own = isConstant ? writer.add(original.values[id]) : cast(single, like: id, node)
    }
    kept[id] = own
    return own
  }

  private mutating func cast(
    _ single: ID<Value>, like value: ID<Value>, _ node: Node, as output: ID<Value>? = nil
  ) -> ID<Value> {
    let code = code(original.values[value].element!)
    return writer.write("Cast", [single], ["to": code], for: node, as: output)
  }
}
