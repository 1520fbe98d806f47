import Hardware
import Plan
import Support

/// The same bits as ``ReferenceEngine``, a layer at a time on vector lanes and threads.
///
/// Where kernels stay on the rings, the lanes are positions: activations are laid out as padded
/// planes in which every element of a patch is one offset, so a kernel's survivor is one factor
/// against a run of neighbours. Where patches stay, the lanes are kernels.
struct FastEngine: Engine {
  private let runnable: Runnable
  private let threads: Int
  /// Layers made ready when they are first met.
  private var prepared: [ID<LayerRecord>: Prepared] = [:]
  private var layer = ID<LayerRecord>(0)
  private var input: [Int16] = []
  private var counter: FiringCounter?

  private enum Prepared {
    case kernels(KernelLanes, LayerShape)
    case patches(PatchLanes, LayerShape)

    var shape: LayerShape {
      switch self {
      case .kernels(_, let shape), .patches(_, let shape): shape
      }
    }
  }

  init(_ runnable: Runnable, threads: Int) {
    self.runnable = runnable
    self.threads = threads
  }

  mutating func begin(_ layer: ID<LayerRecord>, input: Contents?) {
    if prepared[layer] == nil { prepared[layer] = prepare(layer) }
    self.layer = layer
    self.input = input?.mask ?? []
    counter = FiringCounter(prepared[layer]!.shape, runnable, layer, input: self.input)
  }

  private func prepare(_ layer: ID<LayerRecord>) -> Prepared {
    let shape = LayerShape(runnable, layer)
    return shape.record.dataflow == .kernel
      ? .kernels(KernelLanes(runnable, layer), shape) : .patches(PatchLanes(runnable, layer), shape)
  }

  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> Firing {
    counter!.fire(kernels: kernels, positions: positions)
  }

  mutating func collect() -> Contents? {
    switch prepared[layer]! {
    case .kernels(let lanes, _):
      .codes(lanes.run(input, threads: threads))
    case .patches(let lanes, let shape):
      .codes(lanes.run(input, length: shape.length, threads: threads))
    }
  }
}
