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
    var sizes: [String: Int] = [:]
    for id in graph.inputs {
      let value = values[id]
      guard let tensor = tensors[value.name] else { continue }
      for case (.named(let name), let size) in zip(value.declared ?? [], tensor.shape.sizes) {
        sizes[name] = size
      }
      graph.values[id] = Value(value.name, constant: Constant(tensor))
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
