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
  private let threads: Int
  private let samples: Int
  /// Layers made ready when they are first met.
  private var prepared: [Prepared?]
  private var layer = ID<LayerRecord>(0)
  private var inputs: [[Int16]] = []

  private struct Prepared: Sendable {
    var lanes: Lanes
    var counter: FiringCounter
  }

  private enum Lanes: Sendable {
    case kernels(KernelLanes)
    case patches(PatchLanes)
  }

  /// - Parameter samples: the most that will go side by side.
  init(_ runnable: Runnable, threads: Int, samples: Int) {
    self.runnable = runnable
    self.threads = threads
    self.samples = samples
    prepared = [Prepared?](repeating: nil, count: runnable.program.layers.count)
  }

  mutating func prepare() {
    let missing = runnable.program.layers.ids.filter { prepared[Int($0.index)] == nil }
    let made = parallelMap(count: missing.count, threads: threads) { [self] index in
      prepare(missing[index])
    }
    for (layer, prepared) in zip(missing, made) { self.prepared[Int(layer.index)] = prepared }
  }

  mutating func begin(_ layer: ID<LayerRecord>, inputs: [Contents]) {
    self.layer = layer
    self.inputs = inputs.map(\.mask)
    if prepared[Int(layer.index)] == nil { prepared[Int(layer.index)] = prepare(layer) }
    prepared[Int(layer.index)]!.counter.begin(self.inputs)
  }

  private func prepare(_ layer: ID<LayerRecord>) -> Prepared {
    let lanes: Lanes =
      switch runnable.program.layers[layer].dataflow {
      case .kernel: .kernels(KernelLanes(runnable, layer, samples: samples))
      case .patch: .patches(PatchLanes(runnable, layer, threads: threads))
      }
    return Prepared(lanes: lanes, counter: FiringCounter(runnable, layer))
  }

  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> [Firing] {
    prepared[Int(layer.index)]!.counter.fire(kernels: kernels, positions: positions)
  }

  mutating func collect() -> [Contents] {
    let codes =
      switch prepared[Int(layer.index)]!.lanes {
      case .kernels(let lanes): lanes.run(inputs, threads: threads)
      case .patches(let lanes): lanes.run(inputs, threads: threads)
      }
    guard inputs.count > 1 else { return [.codes(codes)] }
    let size = codes.count / inputs.count
    return inputs.indices.map { .codes(Array(codes[$0 * size..<($0 + 1) * size])) }
  }
}
