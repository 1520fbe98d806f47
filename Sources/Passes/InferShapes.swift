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
  result.inferTypes { node, error in
    context.diagnostics.error(at: .node(node.name), "\(node.op.name): \(error.message)")
  }
  try context.diagnostics.check()
  return result
}
