public import Compiler
public import Graph
import Support
import Tensor

/// Gives the weights of each layer few values: at most `--clusters` that are not zero, found by
/// one-dimensional k-means. Before that, with `--gain kernel`, each kernel is divided by the root
/// mean square of its nonzero weights, which joins the kernel's gain: kernels of different size
/// then share a codebook. Weights that have few enough values keep them exactly. Of integer weights that
/// have more, as 8-bit ones do, a note says what they lose. Biases make up for what weights lose on
/// average over the user's samples.
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
  var separated = graph
  separated.separateWeights()
  var graph = separated
  let tasks = graph.layers.compactMap { ClusterTask(graph.nodes[$0.node], $0.layer, in: graph) }
  for (task, result) in zip(tasks, ClusterTask.run(tasks, options)) {
    switch result {
    case .success(let clustering):
      graph.values[task.weights].constant = clustering.weights
      if let loss = clustering.loss { context.diagnostics.note(at: .node(task.name), loss) }
    case .failure(let problem):
      context.diagnostics.error(at: .node(task.name), problem.message)
    }
  }
  try context.diagnostics.check()
  try graph.correctBiases(from: separated, options)
  return graph
}

/// The clustering of one layer's weights.
private struct ClusterTask: Sendable {
  /// What makes weights impossible to cluster.
  struct Problem: Error {
    let message: String
  }

  /// Clustered weights.
  struct Clustering {
    let weights: Constant
    /// What integers lost; nil where they lost nothing, or are no integers.
    let loss: String?
  }

  let name: String
  let weights: ID<Value>
  private let constant: Constant
  private let tensor: Tensor
  /// The axis along which kernels lie, if there can be a gain for each.
  private let kernelAxis: Int?

  /// Weights from which on all threads share a layer; smaller layers have a thread each.
  private static let sharedSize = 1 << 22

  /// Nil if the weights are clustered already.
  init?(_ node: Node, _ layer: WeightedLayer, in graph: Graph) {
    guard let constant = graph.constant(layer.weights), case .dense(let tensor) = constant.base
    else { return nil }
    name = node.name
    weights = layer.weights
    self.constant = constant
    self.tensor = tensor
    kernelAxis = constant.gains.map { $0.axis == layer.kernelAxis } ?? true ? layer.kernelAxis : nil
  }

  /// What becomes of the weights of each task.
  static func run(_ tasks: [ClusterTask], _ options: Options) -> [Result<Clustering, Problem>] {
    // Large ones first, so that no thread is left alone with one at the end.
    let order = tasks.indices.sorted {
      (-tasks[$0].tensor.count, $0) < (-tasks[$1].tensor.count, $1)
    }
    let shared = order.prefix { tasks[$0].tensor.count >= sharedSize }
    let others = order.dropFirst(shared.count)
    let results =
      shared.map { tasks[$0].clustered(options, threads: options.threads) }
      + parallelMap(count: others.count, threads: options.threads) {
        tasks[others[others.startIndex + $0]].clustered(options, threads: 1)
      }
    return zip(order, results).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func clustered(_ options: Options, threads: Int) -> Result<Clustering, Problem> {
    let axis = options.gain == .kernel ? kernelAxis : nil
    let kernels = KernelSizes(tensor, axis: axis, threads: threads)
    guard kernels.isFinite else {
      let bad = tensor.floats.firstIndex { !$0.isFinite } ?? 0
      return .failure(
        Problem(message: "weight \(bad) is \(tensor.floats[bad]), expected finite numbers"))
    }
    if let values = WeightSums.distinct(tensor.floats, limit: options.clusters) {
      let weights = encode(DividedWeights(tensor.floats), values, constant.gains, threads)
      return .success(Clustering(weights: weights, loss: nil))
    }
    // The sizes of kernels join their gains.
    var weights = DividedWeights(tensor.floats)
    var gains = constant.gains
    if let axis {
      weights = DividedWeights(
        tensor.floats, divisors: kernels.sizes, inner: tensor.shape.strides[axis])
      let factors = kernels.sizes.indices.map { kernels.sizes[$0] * (gains?.values[$0] ?? 1) }
      gains = Constant.Gains(axis: axis, values: factors)
    }
    let samples = SortedSamples(weights, nonzeros: kernels.nonzeros, threads: threads)
    let kmeans =
      options.clustering == .exact
      ? KMeans.exact(samples, k: options.clusters) : KMeans.lloyd(samples, k: options.clusters)
    let clustered = encode(weights, kmeans.centroids, gains, threads, kmeans.spread)
    return .success(
      Clustering(
        weights: clustered,
        loss: tensor.isIntegral ? loss(clustered, values: kmeans.centroids.count) : nil))
  }

  private func loss(_ weights: Constant, values: Int) -> String {
    let most = 255
    let found = WeightSums.distinct(tensor.floats, limit: most)?.count
    let exact = Constant(.dense(tensor), gains: constant.gains).tensor.floats
    var (signal, error) = (0.0, 0.0)
    for (before, after) in zip(exact, weights.tensor.floats) {
      signal += Double(before) * Double(before)
      error += Double(before - after) * Double(before - after)
    }
    let percent = error == 0 ? 0 : (1000 * (error / signal).squareRoot()).rounded() / 10
    return
      "its integer weights have \(found.map(String.init) ?? "more than \(most)") values beside 0 and "
      + "keep \(values), with an error of \(percent) % of their root mean square"
  }

  private func encode(
    _ weights: DividedWeights, _ values: [Float], _ gains: Constant.Gains?, _ threads: Int,
    _ spread: WeightSpread = WeightSpread()
  ) -> Constant {
    var clustered = Codebook(values).encode(weights, tensor.shape, threads: threads)
    clustered.spread = spread
    return Constant(.clustered(clustered), gains: gains, isSparse: constant.isSparse)
  }
}
