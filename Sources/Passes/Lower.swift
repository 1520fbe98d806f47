public import Compiler
public import Graph
public import Plan
import Support
import Tensor

/// Turns layers with clustered weights into vector dot products for the VDUs, everything else into
/// operations of the control unit, and values into buffers.
///
/// Law: every node becomes exactly one step, in the order of the graph; weights keep their values.
public let lower = Pass<Graph, Plan>(
  "lower", "layers to vector dot products, the rest to operations of the control unit"
) { graph, context throws(Failure) in
  var lowering = Lowering(graph, context: context)
  for node in graph.nodes { lowering.add(node) }
  try lowering.diagnostics.check()
  return lowering.finish()
}

private struct Lowering {
  let graph: Graph
  var plan: Plan
  var diagnostics = Diagnostics()
  private var bufferOf: [ID<Value>: ID<Buffer>] = [:]

  init(_ graph: Graph, context: Context) {
    self.graph = graph
    plan = Plan(name: graph.name, machine: context.machine)
    plan.isBatchOpen =
      !graph.inputs.isEmpty
      && graph.inputs.allSatisfy { input in
        let value = graph.values[input]
        guard let first = value.declared?.first, value.shape?.sizes.first == 1 else { return false }
        if case .fixed = first { return false }
        return true
      }
    plan.inputs = graph.inputs.map { buffer($0) }
  }

  mutating func add(_ node: Node) {
    if let layer = layer(for: node) {
      plan.steps.append(.layer(plan.layers.append(layer)))
    } else {
      addOperation(node)
    }
  }

  mutating func finish() -> Plan {
    plan.outputs = graph.outputs.map { buffer($0) }
    return plan
  }

  /// The buffer that holds a value.
  private mutating func buffer(_ id: ID<Value>) -> ID<Buffer> {
    if let known = bufferOf[id] { return known }
    let value = graph.values[id]
    guard let type = value.type else {
      diagnostics.error(at: .value(value.name), "its type is not known")
      return ID(0)
    }
    let buffer = plan.buffers.append(
      Buffer(
        value.name, type, format: value.format, density: value.statistics?.density ?? 1,
        peak: value.statistics?.peak, constant: value.constant?.tensor))
    bufferOf[id] = buffer
    return buffer
  }

  private mutating func addOperation(_ node: Node) {
    plan.steps.append(
      .operation(
        plan.operations.append(
          ControlOperation(
            name: node.name, origins: node.origins, op: node.op, attributes: node.attributes,
            inputs: node.inputs.map { $0.map { buffer($0) } },
            outputs: node.outputs.map { $0.map { buffer($0) } }, clamp: node.clamp,
            work: graph.work(of: node)))))
  }

  /// The layer that a node is, if its weights are clustered and its activations have formats.
  private mutating func layer(for node: Node) -> Layer? {
    guard let dot = DotProducts(node, in: graph), let output = node.outputs[0],
      graph.values[dot.input].format != nil, graph.values[output].format != nil
    else { return nil }
    var layer = Layer(
      name: node.name, origins: node.origins, kind: dot.kind, input: buffer(dot.input),
      output: buffer(output), geometry: dot.geometry, codebook: dot.weights.codebook,
      gains: dot.gains, bias: dot.bias, clamp: node.clamp, codes: dot.codes)
    layer.nonzeros = node.nonzeros
    return layer
  }
}
