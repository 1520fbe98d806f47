public import Compiler
public import Graph
public import Plan
import Support
import Tensor

/// Turns layers with clustered weights into vector dot products for the VDUs, everything else into
/// operations of the control unit, and values into buffers. Says of which weights the VDUs do not take.
///
/// Law: every node becomes exactly one step, in the order of the graph, but for what multiplies out
/// weights given at run time, which the DACs do; weights keep their values.
public let lower = Pass<Graph, Plan>(
  "lower", "layers to vector dot products, the rest to operations of the control unit"
) { graph, context throws(Failure) in
  var lowering = Lowering(graph, context: context)
  for index in graph.nodes.indices { lowering.add(index) }
  try lowering.diagnostics.check()
  let left = LeftWeights(graph)
  for node in lowering.operations {
    if let note = left.note(of: node) { context.diagnostics.note(at: .node(node.name), note) }
  }
  return lowering.finish()
}

private struct Lowering {
  let graph: Graph
  var plan: Plan
  var diagnostics = Diagnostics()
  private var bufferOf: [ID<Value>: ID<Buffer>] = [:]
  /// Each node seen as dot products, if the VDUs compute it.
  private let products: [DotProducts?]
  /// What is left to the control unit.
  private(set) var operations: [Node] = []
  /// The nodes that need no step.
  private let absorbed: Set<Int>

  init(_ graph: Graph, context: Context) {
    self.graph = graph
    plan = Plan(name: graph.name, machine: context.machine)
    let producers = graph.producers
    let products = graph.nodes.map { Self.products(of: $0, in: graph, producers: producers) }
    self.products = products
    absorbed = Set(
      products.compactMap { product in
        guard case .atRunTime(let weights)? = product?.weights else { return nil }
        return weights.dequantize
      })
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

  mutating func add(_ index: Int) {
    let node = graph.nodes[index]
    if let product = products[index], let output = node.outputs[0] {
      plan.steps.append(.layer(plan.layers.append(layer(node, product, output: output))))
    } else if !absorbed.contains(index) {
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
    operations.append(node)
    plan.steps.append(
      .operation(
        plan.operations.append(
          ControlOperation(
            name: node.name, origins: node.origins, op: node.op, attributes: node.attributes,
            inputs: node.inputs.map { $0.map { buffer($0) } },
            outputs: node.outputs.map { $0.map { buffer($0) } }, clamp: node.clamp,
            work: graph.work(of: node)))))
  }

  /// What a node's VDUs compute, if its activations have formats.
  private static func products(
    of node: Node, in graph: Graph, producers: [ID<Value>: Int]
  ) -> DotProducts? {
    guard let dot = DotProducts(node, in: graph, producers: producers),
      let output = node.outputs[0],
      graph.values[dot.input].format != nil, graph.values[output].format != nil
    else { return nil }
    return dot
  }

  private mutating func layer(_ node: Node, _ dot: DotProducts, output: ID<Value>) -> Layer {
    var layer = Layer(
      name: node.name, origins: node.origins, kind: dot.kind, input: buffer(dot.input),
      output: buffer(output), geometry: dot.geometry, codebook: dot.codebook, gains: dot.gains,
      bias: dot.bias, clamp: node.clamp, codes: dot.codes)
    if case .atRunTime(let weights) = dot.weights { layer.weightSource = buffer(weights.codes) }
    layer.spread = dot.spread
    layer.nonzeros = node.nonzeros
    return layer
  }
}
