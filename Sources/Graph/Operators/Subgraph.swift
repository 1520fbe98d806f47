import Support
import Tensor

/// What a graph in an attribute gives for inputs of some types, some of them known.
struct TypedSubgraph {
  let outputs: [TensorType]
  /// The outputs that follow from what is known.
  let known: [Tensor?]
  private let graph: Graph

  /// - Throws: what a node refuses.
  init(
    _ graph: Graph, _ inputs: [TensorType?], known: [Tensor?]
  ) throws(OperatorError) {
    var graph = graph
    for (id, (type, tensor)) in zip(graph.inputs, zip(inputs, known)) {
      graph.values[id].element = type?.element
      graph.values[id].shape = type?.shape
      graph.values[id].constant = tensor.map { Constant($0) }
    }
    // Outputs too may turn out to be known here.
    let results = graph.outputs
    graph.outputs = []
    var problem: OperatorError?
    graph.inferTypes { node, error in
      problem = problem ?? OperatorError("\(node.op.name) \(node.name.quoted): \(error.message)")
    }
    if let problem { throw problem }
    outputs = try results.map { id throws(OperatorError) in
      guard let type = graph.values[id].type else {
        throw OperatorError("the type of \(graph.values[id].name.quoted) does not follow")
      }
      return type
    }
    self.known = results.map { graph.values[$0].constant?.tensor }
    self.graph = graph
  }

  /// What its nodes cost together. Not found before it is asked for, as it types the graphs inside once
  /// more.
  var work: Work { graph.nodes.reduce(.none) { $0 + graph.work(of: $1) } }
}

extension Graph {
  /// The outputs for inputs in the order of the graph's.
  ///
  /// - Throws: what a node refuses.
  func run(
    _ arguments: [Tensor?], order: MatrixMultiply.Order
  ) throws(OperatorError) -> [Tensor] {
    var tensors: [String: Tensor] = [:]
    for (id, tensor) in zip(inputs, arguments) { tensors[values[id].name] = tensor }
    do {
      return try evaluate(tensors, order: order)
    } catch {
      let first = error.diagnostics[0]
      throw OperatorError("in \(name.quoted): \(first.place): \(first.message)")
    }
  }
}
