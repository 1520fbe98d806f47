package import Graph
import Support
import Tensor

extension Graph {
  /// The network with tiny weights in the place of its zeros, of one sign after the other: nothing of it can
  /// be left out, and it computes the same within 1e-4 of the largest magnitude.
  package var withoutZeros: Graph {
    var graph = self
    for node in nodes where node.op.name == "Conv" || node.op.name == "Gemm" {
      guard let weights = node.inputs[1], let tensor = values[weights].constant?.tensor else {
        continue
      }
      let least = tensor.floats.lazy.map(\.magnitude).filter { $0 > 0 }.min() ?? 1
      var tiny = 1e-6 * least
      let floats = tensor.floats.map { weight -> Float in
        if weight != 0 { return weight }
        tiny = -tiny
        return tiny
      }
      graph.values[weights].constant = Constant(Tensor(tensor.shape, floats: floats))
    }
    return graph
  }
}
