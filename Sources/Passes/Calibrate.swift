public import Compiler
public import Graph
import Support
import Tensor

/// Evaluates the clustered graph on samples and records, for every floating-point value, the
/// largest magnitude and the fraction of elements that are not zero; and for every layer, how many
/// elements of each of its patches have a code that is not zero. A value that was infinite or NaN
/// gets no statistics.
///
/// Samples with more than the compiled batch are taken in slices of it. Without samples four random
/// ones stand in, with a warning, and peaks are doubled.
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
  var calibration = Calibration(graph, margin: context.options.samples.isEmpty ? 2 : 1)
  if context.options.samples.isEmpty {
    context.diagnostics.warning(
      at: Place(),
      "no calibration samples: ranges are twice those of 4 random inputs; give --calibrate FILE")
    for seed in 0..<4 { try calibration.observe(graph.randomSample(seed: UInt64(seed))) }
    return calibration.result()
  }
  for sample in context.options.samples {
    for slice in try graph.slices(sample) { try calibration.observe(slice) }
  }
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
    let layers = graph.nodes.map { DotProducts($0, in: graph).map { ($0.input, $0.geometry) } }
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
    guard case .floats(let floats) = tensor.elements, let layers = readers[id],
      let format = seen[Int(id.index)].statistics(margin: margin)?.format
    else { return }
    for node in layers { patches[node]?.add(floats, zero: format.step / 2) }
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
    guard case .floats(let floats) = tensor.elements else { return }
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

  /// Inputs that stand in for samples: floats uniform in [-1, 1), bytes uniform in 0 ... 255 as in
  /// images, zeros of other types, as they may be indices.
  fileprivate func randomSample(seed: UInt64) -> [String: Tensor] {
    var random = SeededRandom(seed: seed)
    var sample: [String: Tensor] = [:]
    for input in inputs {
      guard let type = values[input].type else { continue }
      let range = 0..<type.shape.count
      sample[values[input].name] =
        type.element.isFloatingPoint
        ? Tensor(
          type.shape, floats: range.map { _ in 2 * random.nextFloat() - 1 }, type: type.element)
        : Tensor(
          type.shape,
          ints: range.map { _ in type.element == .uint8 ? Int64(random.next(below: 256)) : 0 },
          type: type.element)
    }
    return sample
  }

  /// A sample cut into batches of the compiled size along the first axes that the model leaves
  /// open; the last batch reaches back where the sample does not divide evenly.
  fileprivate func slices(_ sample: [String: Tensor]) throws(Failure) -> [[String: Tensor]] {
    let batched = inputs.map { values[$0] }.filter { $0.hasOpenBatch && sample[$0.name] != nil }
    var counts: Set<Int> = []
    for input in batched {
      if let tensor = sample[input.name], let shape = input.shape, tensor.shape.rank == shape.rank,
        tensor.shape[0] > shape[0]
      {
        counts.insert(tensor.shape[0])
      }
    }
    guard let count = counts.first, let size = batched.first?.shape?[0] else { return [sample] }
    guard counts.count == 1, batched.allSatisfy({ $0.shape?[0] == size }) else {
      let sizes = counts.sorted().map(String.init).joined(separator: " and ")
      throw .data("found samples of \(sizes) in a batch, expected the same for all inputs")
    }
    return stride(from: 0, to: count, by: size).map { start in
      var slice = sample
      let start = min(start, count - size)
      for input in batched {
        guard let tensor = sample[input.name], tensor.shape.sizes.first == count else { continue }
        slice[input.name] = tensor.rows(start..<start + size)
      }
      return slice
    }
  }
}

extension Value {
  /// Whether the model leaves the size of the first axis open.
  fileprivate var hasOpenBatch: Bool {
    guard let shape, shape.rank > 0 else { return false }
    if case .fixed? = declared?.first { return false }
    return true
  }
}
