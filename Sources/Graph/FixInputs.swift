public import Support
public import Tensor

extension Graph {
  /// The same network with some inputs known: they become constants. What they say about a size that
  /// inputs share by name holds for the others.
  ///
  /// Law: `evaluate` gives what it gives with these tensors among its inputs.
  ///
  /// - Parameter tensors: by the names of the inputs.
  /// - Throws: exit code 65 with each tensor that is not of its input's type and shape.
  public func fixing(_ tensors: [String: Tensor]) throws(Failure) -> Graph {
    var graph = self
    graph.inputs = inputs.filter { tensors[values[$0].name] != nil }
    try graph.check(tensors)
    let sizes = sizesByName(tensors)
    for id in graph.inputs {
      guard let tensor = tensors[values[id].name] else { continue }
      graph.values[id] = Value(values[id].name, constant: Constant(tensor))
    }
    graph.inputs = inputs.filter { tensors[values[$0].name] == nil }
    for id in graph.inputs {
      graph.values[id].declared = values[id].declared?.map { dimension in
        guard case .named(let name) = dimension, let size = sizes[name] else { return dimension }
        return .fixed(size)
      }
    }
    return graph
  }
}
