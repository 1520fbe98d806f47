public import Compiler
public import Graph
import Support
import Tensor

/// Gives every value its element type and its shape: sizes that inputs leave open are bound by the
/// user's choices (`SizeBinder`), the rest follows by each operator's rule. Small values that
/// follow from constants and shapes become constants on the way, as Reshape and its like need them.
///
/// Law: every value has a type, and `evaluate` gives values of these types.
public let inferShapes = Pass<Graph, Graph>(
  "infer-shapes", "give every value its type, with open sizes bound"
) { graph, context throws(Failure) in
  var binder = SizeBinder(graph, options: context.options)
  var result = try binder.bind()
  result.nodes = []
  let outputs = Set(graph.outputs)
  for node in graph.nodes {
    do throws(OperatorError) {
      try result.infer(node, outputs: outputs)
    } catch {
      context.diagnostics.error(at: .node(node.name), "\(node.op.name): \(error.message)")
    }
  }
  try context.diagnostics.check()
  return result
}

/// Elements that an output computed during inference has at most.
private let computedLimit = 4096

extension Graph {
  /// Types the outputs of `node`, and appends the node or makes them constants. Leaves them without
  /// a type if an input has none, as another node is to blame then.
  fileprivate mutating func infer(
    _ node: Node, outputs: Set<ID<Value>>
  ) throws(OperatorError) {
    let inputs = node.inputs.map { $0.flatMap { values[$0].type } }
    guard zip(node.inputs, inputs).allSatisfy({ $0 == nil || $1 != nil }) else { return }
    let types = try node.op.infer(
      Operator.Types(
        inputs: inputs, known: node.inputs.map { constant($0)?.tensor },
        attributes: node.attributes, outputCount: node.outputs.count))
    for case (let output?, let type) in zip(node.outputs, types) {
      values[output].element = type.element
      values[output].shape = type.shape
    }
    let isComputed = try fold(node, outputs: outputs) { types in
      types.allSatisfy { $0.shape.count <= computedLimit }
    }
    if !isComputed { nodes.append(node) }
  }
}
