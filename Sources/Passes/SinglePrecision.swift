public import Compiler
public import Graph
import OrderedCollections
import Support
import Tensor

/// Makes floats of `float16`, `bfloat16` and `double`: the layers that the VDUs take, formats and all passes
/// behind this one know floats only, and buffers hold no more than 32 bits. Inputs and outputs of the
/// graph keep their types, with a Cast behind or before them; so do a Cast to such a type, which rounds,
/// and what If, Loop and Scan take.
///
/// Law: `evaluate` is unchanged within 1e-6 of the largest magnitude, but that outputs are rounded to their
/// types.
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

extension ElementType {
  fileprivate var isMadeSingle: Bool { self == .float16 || self == .bfloat16 || self == .double }
}

/// Writes a graph anew in which values become floats in their place, where they can.
private struct SingleWriter {
  private let original: Graph
  private var writer: NodeWriter
  var graph: Graph { writer.graph }
  /// Where a value that was made single, or is cast from one, is as floats.
  private var singles: [ID<Value>: ID<Value>] = [:]
  /// Where a value that is to be made single is in its own type.
  private var kept: [ID<Value>: ID<Value>] = [:]

  init(_ graph: Graph) {
    original = graph
    writer = NodeWriter(graph)
    for id in graph.inputs { kept[id] = id }
  }

  mutating func take(_ node: Node) {
    guard (node.inputs + node.outputs).contains(where: isMadeSingle), !keepsTypes(node) else {
      return keep(node)
    }
    var single = node
    single.inputs = node.inputs.map { $0.map { self.single($0, for: node) } }
    let isPassedOn = !node.outputs.contains { $0.map(original.outputs.contains) ?? false }
    if isPassedOn, node.op.name == "Cast", node.attributes.int("to") == ElementType.double.code {
      single.attributes = node.attributes.setting("to", to: Self.float)
    }
    guard let types = try? node.op.infer(writer.graph.types(of: single)),
      zip(node.outputs, types).allSatisfy({ fits($0, $1.element) })
    else { return keep(node) }
    if isPassedOn, node.op.name == "Cast", let input = single.inputs[0],
      let output = node.outputs[0], types[0].element == graph.values[input].element
    {
      singles[output] = input
      return
    }
    var casts: [ID<Value>] = []
    for (place, type) in types.enumerated() {
      guard let output = node.outputs[place], isMadeSingle(output) else { continue }
      if type.element != .float {
        kept[output] = output
      } else if original.outputs.contains(output) {
        let name = "\(original.values[output].name).float"
        single.outputs[place] = writer.add(Value(name, element: type.element, shape: type.shape))
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

  /// Whether a node has meanings of types within: those of bodies, or of what it converts to.
  private func keepsTypes(_ node: Node) -> Bool {
    node.op.name == "CastLike"
      || node.attributes.values.values.contains { $0.kind == .graph }
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
  private func fits(_ output: ID<Value>?, _ element: ElementType) -> Bool {
    guard let output else { return true }
    return original.values[output].element == element || isMadeSingle(output) && element == .float
  }

  /// A value as floats, if it is one that is made single; else as it is.
  private mutating func single(_ id: ID<Value>, for node: Node) -> ID<Value> {
    if let single = singles[id] { return single }
    guard isMadeSingle(id) else { return id }
    var single = id
    if original.values[id].constant == nil {
      single = writer.write("Cast", [id], ["to": Self.float], for: node)
    } else {
      if kept[id] == id { single = writer.add(original.values[id]) }
      writer.makeFloat(single)
    }
    singles[id] = single
    return single
  }

  private static let float = Attribute.int(Int64(ElementType.float.code))

  /// A value in its own type.
  private mutating func own(_ id: ID<Value>, for node: Node) -> ID<Value> {
    guard isMadeSingle(id) else { return singles[id] ?? id }
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
    let code = original.values[value].element!.code
    return writer.write("Cast", [single], ["to": .int(Int64(code))], for: node, as: output)
  }
}
