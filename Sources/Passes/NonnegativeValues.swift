import Graph
import Support
import Tensor

extension Graph {
  /// Values that are known to hold no negative number, whatever the inputs.
  var nonnegativeValues: Set<ID<Value>> {
    var result: Set<ID<Value>> = []
    for node in nodes {
      guard let output = node.outputs[0] else { continue }
      let isNonnegative =
        if let clamp = node.clamp ?? activation(node) {
          clamp.lower >= 0
        } else {
          nonnegativeOperators.contains(node.op.name)
            || keepingSigns.contains(node.op.name)
              && node.inputs.allSatisfy { $0.map { result.contains($0) } ?? true }
        }
      if isNonnegative { result.insert(output) }
    }
    return result
  }
}

private let nonnegativeOperators: Set = ["Abs", "Exp", "HardSigmoid", "Sigmoid", "Softmax"]

/// Operators that make no negative number of others.
private let keepingSigns: Set = [
  "Add", "AveragePool", "Concat", "GlobalAveragePool", "Identity", "Mul", "Transpose",
]
