public import Compiler
public import Graph
import Support
import Tensor

/// Gives the weights of each layer few values: at most `--clusters` that are not zero, found by
/// one-dimensional k-means. Before that, with `--gain kernel`, each kernel is divided by the root
/// mean square of its nonzero weights, which joins the kernel's gain: kernels of different size
/// then share a codebook. Weights that have few enough values keep them exactly.
///
/// Law: each layer has at most so many distinct nonzero weights before gains; a zero stays zero,
/// and no other weight becomes zero but by underflow. Does not depend on the number of threads.
public let cluster = Pass<Graph, Graph>(
  "cluster", "give the weights of each layer few values"
) { graph, context throws(Failure) in
  let options = context.options
  guard (1...255).contains(options.clusters) else {
    throw Failure(
      .usage, at: Place(.named("--clusters")), "found \(options.clusters), expected 1 to 255")
  }
  var graph = graph
  graph.separateWeights()
  let tasks = graph.layers.compactMap { ClusterTask(graph.nodes[$0.node], $0.layer, in: graph) }
  for task in tasks {
    if let problem = task.problem { context.diagnostics.error(at: .node(task.name), problem) }
  }
  try context.diagnostics.check()
  let clustered = parallelMap(count: tasks.count, threads: options.threads) {
    tasks[$0].clustered(options)
  }
  for (task, constant) in zip(tasks, clustered) { graph.values[task.weights].constant = constant }
  return graph
}

/// The clustering of one layer's weights.
private struct ClusterTask: Sendable {
  let name: String
  let weights: ID<Value>
  private let tensor: Tensor
  private let gains: Constant.Gains?
  private let kernelAxis: Int?

  /// Nil if the weights are clustered already.
  init?(_ node: Node, _ layer: WeightedLayer, in graph: Graph) {
    guard let constant = graph.constant(layer.weights), case .dense(let tensor) = constant.base
    else { return nil }
    name = node.name
    weights = layer.weights
    self.tensor = tensor
    gains = constant.gains
    kernelAxis = layer.kernelAxis
  }

  /// What makes the weights impossible to cluster.
  var problem: String? {
    guard let bad = tensor.floats.firstIndex(where: { !$0.isFinite }) else { return nil }
    return "weight \(bad) is \(tensor.floats[bad]), expected finite numbers"
  }

  func clustered(_ options: Options) -> Constant {
    if let codebook = Codebook.values(of: tensor.floats, limit: options.clusters) {
      return Constant(.clustered(Codebook(codebook).encode(tensor)), gains: gains)
    }
    let (tensor, gains) = options.gain == .kernel ? normalized() : (tensor, gains)
    let samples = SortedSamples(tensor.floats.filter { $0 != 0 })
    let kmeans =
      options.clustering == .exact
      ? KMeans.exact(samples, k: options.clusters) : KMeans.lloyd(samples, k: options.clusters)
    return Constant(.clustered(Codebook(kmeans.centroids).encode(tensor)), gains: gains)
  }

  /// The weights with each kernel divided by the root mean square of its nonzero weights, and gains
  /// multiplied by it; unchanged where there can be no gain for each kernel.
  private func normalized() -> (Tensor, Constant.Gains?) {
    guard let axis = kernelAxis, gains?.axis ?? axis == axis else { return (tensor, gains) }
    var floats = tensor.floats
    let kernels = tensor.shape[axis]
    let inner = tensor.shape.strides[axis]
    var squares = [Double](repeating: 0, count: kernels)
    var counts = [Int](repeating: 0, count: kernels)
    for (i, weight) in floats.enumerated() where weight != 0 {
      let kernel = i / inner % kernels
      squares[kernel] += Double(weight) * Double(weight)
      counts[kernel] += 1
    }
    let sizes = (0..<kernels).map {
      counts[$0] == 0 ? 1 : Float((squares[$0] / Double(counts[$0])).squareRoot())
    }
    for i in floats.indices { floats[i] /= sizes[i / inner % kernels] }
    let factors = sizes.indices.map { sizes[$0] * (gains?.values[$0] ?? 1) }
    return (
      Tensor(tensor.shape, floats: floats), Constant.Gains(axis: axis, values: factors)
    )
  }
}
