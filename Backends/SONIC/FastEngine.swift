import Hardware
import Plan
import Support

/// The same bits as ``ReferenceEngine``, a layer at a time on vector lanes and threads.
///
/// Where kernels stay on the rings, the lanes are positions: activations are laid out as padded
/// planes in which every element of a patch is one offset, so a kernel's survivor is one factor
/// against a run of neighbours. Where patches stay, the lanes are kernels.
struct FastEngine: Engine {
  /// The most samples that go side by side; other engines take one.
  static let mostSamples = 16

  private let runnable: Runnable
  private let samples: Int
  /// Layers made ready when they are first met.
  private var prepared: [Prepared?]
  private var layer = ID<LayerRecord>(0)
  private var inputs: [[Int16]] = []

  private struct Prepared: Sendable {
    var lanes: Lanes
    var weights: LayerWeights
  }

  private enum Lanes: Sendable {
    case kernels(KernelLanes)
    case patches(PatchLanes)
  }

  /// - Parameter samples: the most that will go side by side.
  init(_ runnable: Runnable, samples: Int) {
    self.runnable = runnable
    self.samples = samples
    prepared = [Prepared?](repeating: nil, count: runnable.program.layers.count)
  }

  mutating func prepare(_ workers: Workers) {
    let missing = runnable.program.layers.ids.filter { prepared[Int($0.index)] == nil }
    let made = workers.map(count: missing.count) { [self] index in
      prepare(missing[index], threads: workers.threads)
    }
    for (layer, prepared) in zip(missing, made) { self.prepared[Int(layer.index)] = prepared }
  }

  mutating func begin(
    _ layer: ID<LayerRecord>, _ instructions: Range<Int>, inputs: [Contents], _ workers: Workers
  ) -> [any FiringSource] {
    self.layer = layer
    self.inputs = inputs.map(\.mask)
    let prepared = prepared[Int(layer.index)] ?? prepare(layer, threads: workers.threads)
    self.prepared[Int(layer.index)] = prepared
    return self.inputs.map { FiringCounter(prepared.weights, mask: $0) }
  }

  private func prepare(_ layer: ID<LayerRecord>, threads: Int) -> Prepared {
    let lanes: Lanes =
      switch runnable.program.layers[layer].dataflow {
      case .kernel: .kernels(KernelLanes(runnable, layer, samples: samples))
      case .patch: .patches(PatchLanes(runnable, layer, threads: threads))
      }
    return Prepared(lanes: lanes, weights: LayerWeights(runnable, layer))
  }

  mutating func collect(_ workers: Workers) -> [Contents] {
    let inputs = inputs
    self.inputs = []
    let codes =
      switch prepared[Int(layer.index)]!.lanes {
      case .kernels(let lanes): lanes.run(inputs, workers)
      case .patches(let lanes): lanes.run(inputs, workers)
      }
    guard inputs.count > 1 else { return [.codes(codes)] }
    let size = codes.count / inputs.count
    return inputs.indices.map { .codes(Array(codes[$0 * size..<($0 + 1) * size])) }
  }
}
