public import Compiler
public import Graph
import Support
import Tensor

/// Evaluates the clustered graph on samples and records, for every floating-point value, the
/// largest magnitude and the fraction of elements that are not zero; and for every layer, how many
/// elements of each of its patches have a code that is not zero. A value that was infinite or NaN
/// gets no statistics.
///
/// Without samples four random ones stand in, with a warning, and peaks are doubled
/// (`CalibrationSamples`).
///
/// Sums in `evaluate` have an order that a library chooses, so on another machine a peak may differ
/// in its last bits, by a relative error e of about 1e-6. Nothing of that reaches a program: what
/// depends on a peak is only a power of two, its number of fraction bits (`quantize`), and what
/// depends on zeros is which of two schedules is predicted to be faster. Peaks and densities are
/// rounded here to 8 bits as well, peaks up, so that what a dump shows of them is stable too. A
/// number closer than e to a step of its rounding could still fall on either side. For a format,
/// steps that matter lie at powers of two times one number, so that has a chance of about 2e/ln 2,
/// three in a million, for a value of a network; the format one step coarser or finer is as good.
/// Counts of patches are not rounded: an activation within e of half a step of its code may change
/// one by one, and so the choice between two schedules that are less than an imprint apart.
///
/// Law: every statistic holds on the samples: no element is beyond the peak.
/// Of one sample, the counts of layers that read an input are those of a run on it.
public let calibrate = Pass<Graph, Graph>(
  "calibrate", "record ranges and densities of values over samples"
) { graph, context throws(Failure) in
  if context.options.samples.isEmpty {
    context.diagnostics.warning(
      at: Place(),
      "no calibration samples: ranges are twice those of 4 random inputs; give --calibrate FILE")
  }
  let samples = try CalibrationSamples(graph, context.options)
  var calibration = Calibration(graph, margin: samples.margin)
  for sample in samples.all { try calibration.observe(sample) }
  return calibration.result()
}

private struct Calibration {
  private let graph: Graph
  /// How much larger than what is seen a peak is taken to be.
  private let margin: Float
  /// The same network; from the second sample on its weights are multiplied out, which takes about
  /// as long as a sample and as much memory as the model's weights.
  private var evaluated: Graph
  private var samples = 0
  /// What was seen of each value, by the index of its ID.
  private var seen: [Observation]
  /// What was seen by each node's kernels; nil for one that is no layer.
  private var patches: [PatchCounter?]
  /// The layers that read a value, by their places among the nodes.
  private var readers: [ID<Value>: [Int]] = [:]

  init(_ graph: Graph, margin: Float) {
    self.graph = graph
    self.margin = margin
    evaluated = graph
    seen = [Observation](repeating: Observation(), count: graph.values.count)
    let producers = graph.producers
    let layers = graph.nodes.map { node in
      DotProducts(node, in: graph, producers: producers).map { ($0.input, $0.geometry) }
    }
    patches = layers.map { $0.flatMap { PatchCounter($0.1) } }
    for (node, layer) in layers.enumerated() {
      if let (input, _) = layer { readers[input, default: []].append(node) }
    }
  }

  mutating func observe(_ inputs: [String: Tensor]) throws(Failure) {
    samples += 1
    if samples == 2 { evaluated.multiplyOut() }
    let evaluated = evaluated
    _ = try evaluated.evaluate(inputs) { id, tensor in observe(id, tensor) }
  }

  private mutating func observe(_ id: ID<Value>, _ tensor: Tensor) {
    seen[Int(id.index)].add(tensor)
    guard tensor.type.isFloatingPoint, let layers = readers[id],
      let format = seen[Int(id.index)].statistics(margin: margin)?.format
    else { return }
    for node in layers { patches[node]?.add(tensor.floats, zero: format.step / 2) }
  }

  func result() -> Graph {
    var graph = graph
    for id in graph.values.ids {
      graph.values[id].statistics = seen[Int(id.index)].statistics(margin: margin)
    }
    for node in graph.nodes.indices { graph.nodes[node].nonzeros = patches[node]?.means ?? [] }
    return graph
  }
}

/// What was seen of a value so far.
private struct Observation: Sendable {
  /// The bits of the largest magnitude. Those of magnitudes are in their order, and those of a NaN
  /// above all.
  private var peak: UInt32 = 0
  private var nonzeros = 0
  private var count = 0

  mutating func add(_ tensor: Tensor) {
    guard tensor.type.isFloatingPoint else { return }
    let floats = tensor.floats
    count += floats.count
    for float in floats {
      let magnitude = float.magnitude.bitPattern
      peak = max(peak, magnitude)
      nonzeros += magnitude == 0 ? 0 : 1
    }
  }

  func statistics(margin: Float) -> Statistics? {
    let peak = (Float(bitPattern: peak) * margin).roundedUp
    guard count > 0, peak.isFinite else { return nil }
    let density = (Float(nonzeros) / Float(count) * 256).rounded(.up) / 256
    return Statistics(peak: peak, density: density)
  }
}

extension Float {
  /// The least number not below that has 8 bits after its leading one.
  fileprivate var roundedUp: Float {
    guard isNormal else { return self }
    let unit = Float(sign: .plus, exponent: exponent, significand: 0x1p-8)
    return (self / unit).rounded(.up) * unit
  }
}

extension Graph {
  /// Makes all constants dense.
  fileprivate mutating func multiplyOut() {
    for id in values.ids {
      values[id].constant = values[id].constant.map { Constant($0.tensor) }
    }
  }
}
