public import Compiler
public import Graph
import Support
import Tensor

/// Makes a Relu, or a Clip with constant bounds, a clamp of the node before it, if nothing else
/// reads that node's output: bounds cost little where a sum or a product is made anyway.
///
/// Law: `evaluate` is unchanged bit for bit.
public let fuseActivation = Pass<Graph, Graph>(
  "fuse-activation", "make Relu and Clip a clamp of the node before them"
) { graph, _ throws(Failure) in
  let uses = graph.useCounts
  var result = graph
  result.nodes = []
  /// Where each value is computed, in the new list.
  var producers: [ID<Value>: Int] = [:]
  for node in graph.nodes {
    if let clamp = graph.activation(node), let input = node.inputs[0],
      let producer = producers[input], uses[Int(input.index)] == 1,
      fusible.contains(result.nodes[producer].op.name)
    {
      result.nodes[producer].absorb(node, clamp)
      if let output = node.outputs[0] { producers[output] = producer }
    } else {
      if let output = node.outputs[0] { producers[output] = result.nodes.count }
      result.nodes.append(node)
    }
  }
  return result.withoutDead
}

/// Operators whose nodes may carry a clamp.
private let fusible: Set = [
  "Add", "BatchNormalization", "Conv", "ConvTranspose", "Div", "Gemm", "MatMul", "Mul", "Sub",
  "Sum",
]

extension Graph {
  /// What a node clamps its input to, if that is all it does.
  func activation(_ node: Node) -> Clamp? {
    guard node.clamp == nil, let input = node.inputs.first ?? nil,
      values[input].element?.isFloatingPoint == true
    else { return nil }
    switch node.op.name {
    case "Relu": return .relu
    case "Clip":
      guard let lower = bound(node, input: 1, absent: -.infinity),
        let upper = bound(node, input: 2, absent: .infinity)
      else { return nil }
      // Where the bounds cross, the upper one is what Clip gives.
      return Clamp(lower: min(lower, upper), upper: upper)
    default: return nil
    }
  }

  /// A bound of a Clip: `absent` where it is left out, nil where it is not a known number.
  private func bound(_ node: Node, input: Int, absent: Float) -> Float? {
    guard input < node.inputs.count, let id = node.inputs[input] else { return absent }
    guard let tensor = values[id].constant?.tensor, tensor.count == 1,
      tensor.type.isFloatingPoint, !tensor.floats[0].isNaN
    else { return nil }
    return tensor.floats[0]
  }
}

extension Node {
  /// Takes over what an activation does to the first output.
  fileprivate mutating func absorb(_ activation: Node, _ next: Clamp) {
    clamp = clamp?.then(next) ?? next
    outputs[0] = activation.outputs[0]
    origins += activation.origins
  }
}
