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

  private struct Prepared: Sendable {
    var lanes: Lanes
    var tiles: LayerTiles
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
      prepare(missing[index], workers)
    }
    for (layer, prepared) in zip(missing, made) { self.prepared[Int(layer.index)] = prepared }
  }

  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    compute(layer, inputs: inputs, table: nil, workers)
  }

  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], table: LookedCodes?, _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    let prepared = prepared[Int(layer.index)] ?? prepare(layer, workers)
    self.prepared[Int(layer.index)] = prepared
    let (inputs, tiles) = (inputs.map(\.mask), prepared.tiles)
    switch prepared.lanes {
    case .kernels(let lanes):
      let (codes, bits) = lanes.run(inputs, table, workers)
      return (
        codes.map { .codes($0) },
        inputs.indices.map { FiringCounter(tiles, bits, sample: $0) }
      )
    case .patches(let lanes):
      let (codes, survivors) = lanes.run(inputs, table, workers)
      let firings = inputs.enumerated().map { sample, input in
        FiringCounter(
          tiles, mask: input,
          PatchSurvivors(
            tiles.shape.geometry, survivors, samples: inputs.count, sample: sample))
      }
      return (codes.map { .codes($0) }, firings)
    }
  }

  private func prepare(_ layer: ID<LayerRecord>, _ workers: Workers) -> Prepared {
    let record = runnable.program.layers[layer]
    let planes = LanePlanes(record.geometry, samples: samples, threads: workers.threads)
    let lanes: Lanes =
      switch record.dataflow {
      case .kernel: .kernels(KernelLanes(runnable, layer, planes, workers))
      case .patch: .patches(PatchLanes(runnable, layer, workers))
      }
    return Prepared(lanes: lanes, tiles: LayerTiles(runnable, layer, planes, workers))
  }
}
