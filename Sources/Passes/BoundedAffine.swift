import Graph
import Support

/// `min(max(scale * x + shift, lower), upper)` of each element x of a value: what Mul, Add, Sub and
/// Div by one number, Clip, Relu and HardSigmoid do, one after the other.
struct BoundedAffine {
  private(set) var scale = 1.0
  private(set) var shift = 0.0
  private var bounds = Clamp(lower: -.infinity, upper: .infinity)
  /// The nodes that do it, the last one first.
  private(set) var nodes: [Int] = []
  /// What it is applied to.
  private(set) var input: ID<Value>

  /// The longest chain that is followed: more than any activation is spelled out in.
  private static let limit = 5

  /// What leads from `source`, or else from as far back as can be followed, to the value `id`; nil if
  /// it is not of this form.
  init?(
    to id: ID<Value>, from source: ID<Value>? = nil, in graph: Graph, _ producers: [ID<Value>: Int]
  ) {
    input = id
    while input != source, nodes.count < Self.limit, let producer = producers[input],
      let step = Step(graph.nodes[producer], in: graph)
    {
      nodes.append(producer)
      input = step.input
    }
    guard source == nil || input == source, !nodes.isEmpty else { return nil }
    for node in nodes.reversed() {
      guard let step = Step(graph.nodes[node], in: graph) else { return nil }
      scale *= step.scale
      shift = shift * step.scale + step.shift
      bounds = bounds.mapped(scale: step.scale, shift: step.shift).then(step.clamp)
    }
  }

  /// What it is multiplied by where it is bounded to 0 and that, and what is bounded to 0 and 1 then.
  var unit: (factor: Double, alpha: Double, beta: Double)? {
    let upper = Double(bounds.upper)
    guard bounds.lower == 0, upper > 0, upper.isFinite else { return nil }
    return (upper, scale / upper, shift / upper)
  }
}

/// What one node does to each element.
private struct Step {
  let input: ID<Value>
  /// Not zero.
  var scale = 1.0
  var shift = 0.0
  let clamp: Clamp?

  init?(_ node: Node, in graph: Graph) {
    if let clamp = graph.activation(node), let input = node.inputs[0] {
      self.input = input
      self.clamp = clamp
    } else if let affine = ChannelAffine(node, axis: 0, in: graph), let uniform = affine.uniform,
      uniform.scale != 0
    {
      input = affine.input
      (scale, shift) = uniform
      clamp = affine.clamp
    } else {
      return nil
    }
  }
}
