public import Compiler
public import Graph
import Support
import Tensor

/// Makes the weights of least magnitude zero, layer by layer, as far as the user asks. Magnitudes
/// are those of the weights as the model has them, before gains. Biases make up for what is lost on
/// average over the user's samples.
///
/// Law: no layer's sparsity falls, a zero stays zero, what survives is unchanged, and no layer
/// loses all its weights. Without a wish of the user nothing changes.
public let prune = Pass<Graph, Graph>(
  "prune", "make weights of least magnitude zero, if asked"
) { graph, context throws(Failure) in
  let options = context.options
  graph.check(options, &context.diagnostics)
  try context.diagnostics.check(.usage)
  if options.pruning == nil, options.pruningOfLayer.isEmpty { return graph }
  var separated = graph
  separated.separateWeights()
  var graph = separated
  for (index, layer) in graph.layers {
    guard let pruning = options.pruningOfLayer[graph.nodes[index].name] ?? options.pruning,
      case .dense(let tensor) = graph.values[layer.weights].constant?.base
    else { continue }
    var floats = tensor.floats
    switch pruning {
    case .fraction(let fraction): floats.prune(fraction: fraction)
    case .pattern(let keep, let of):
      floats.prune(keep: keep, of: of, shape: tensor.shape, axis: layer.inputAxis)
    }
    graph.values[layer.weights].constant?.base = .dense(Tensor(tensor.shape, floats: floats))
  }
  try graph.correctBiases(from: separated, options)
  return graph
}

extension Graph {
  /// Complains about impossible wishes and unknown layers.
  fileprivate func check(_ options: Options, _ diagnostics: inout Diagnostics) {
    if let problem = options.pruning?.problem {
      diagnostics.error(at: Place(.named("--prune")), problem)
    }
    let layers = layers.map { nodes[$0.node].name }
    let names = Set(layers)
    for (name, pruning) in options.pruningOfLayer.sorted(by: { $0.key < $1.key }) {
      if let problem = pruning.problem { diagnostics.error(at: .node(name), problem) }
      if names.contains(name) { continue }
      if let node = nodes.first(where: { $0.name == name }) {
        diagnostics.error(
          at: .node(name), "cannot prune: found \(node.op.name), expected a layer with weights")
      } else {
        let near = name.nearNames(in: layers).map { "\"\($0)\"" }.joined(separator: ", ")
        diagnostics.error(
          at: .node(name),
          "cannot prune: no layer has this name" + (near.isEmpty ? "" : "; near it: \(near)"))
      }
    }
  }
}

extension Options.Pruning {
  /// What is wrong with a wish.
  fileprivate var problem: String? {
    switch self {
    case .fraction(let fraction):
      (0...1).contains(fraction)
        ? nil : "found the fraction \(fraction), expected a number from 0 to 1"
    case .pattern(let keep, let of):
      1 <= keep && keep <= of ? nil : "found the pattern \(keep):\(of), expected 1 <= N <= M"
    }
  }
}

extension [Float] {
  /// Makes elements of least magnitude zero, the first of equal ones first, until `fraction` of all
  /// are zero. One survives if one is there. O(count).
  fileprivate mutating func prune(fraction: Double) {
    let goal = Swift.min(Int((fraction * Double(count)).rounded()), count - 1)
    if goal > count(where: { $0 == 0 }) { zeroSmallest(goal) }
  }

  /// Leaves at most `keep` of every `of` neighbours along `axis`: those of greatest magnitude, the
  /// first of equal ones.
  fileprivate mutating func prune(keep: Int, of: Int, shape: Shape, axis: Int) {
    let stride = shape.strides[axis]
    let size = shape[axis]
    for start in indices where (start / stride) % size % of == 0 {
      let length = Swift.min(of, size - (start / stride) % size)
      let group = (0..<length).map { start + $0 * stride }
      let order = group.sorted {
        (-self[$0].magnitude, $0) < (-self[$1].magnitude, $1)
      }
      for i in order.dropFirst(keep) { self[i] = 0 }
    }
  }
}
