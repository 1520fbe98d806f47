import Hardware
import Kernels
import Plan
import Support

/// What an engine knows of a layer before it sees activations: its kernels, cut into vectors. Asked for
/// every tile, so not copied.
final class LayerShape: Sendable {
  let record: LayerRecord
  let timing: VDUTiming
  /// The machine's vector length.
  let length: Int
  /// Whether zero activations of patches are dropped before those are held.
  let dropsZeros: Bool
  private let counts: KernelCounts

  var vectors: PrefixSums { counts.vectors }
  var survivors: PrefixSums { counts.survivors }
  var geometry: Geometry { record.geometry }

  init(_ outline: Outline, _ id: ID<LayerRecord>) {
    let record = outline.program.layers[id]
    self.record = record
    timing = outline.program.machine.timing(record.kind, record.dataflow)
    length = outline.program.machine.array(record.kind).length
    dropsZeros = outline.program.machine.control.dropsZeros
    counts = outline.counts(of: id)
  }

  /// What a tile makes a VDU do where kernels stay on the rings; `lit` is left to the caller.
  func kernelFiring(kernels: Range<Int>, positions: Int) -> Firing {
    var firing = Firing()
    firing.imprints = vectors[kernels]
    firing.held = survivors[kernels]
    firing.fetched = counts.planes[kernels] * positions
    firing.vectors = firing.imprints * positions
    firing.streamed = firing.held * positions
    firing.driven = timing.hold(vectors: positions) * firing.held
    spend(on: positions, &firing)
    return firing
  }

  /// The time of a tile whose imprints are known, with `vectors` streaming past each.
  private func spend(on vectors: Int, _ firing: inout Firing) {
    firing.busy = timing.busy(imprints: firing.imprints, vectors: vectors)
    guard firing.busy > .zero else { return }
    firing.streaming = timing.stream(vectors) * firing.imprints
    firing.draining = timing.fill
  }

  /// What holding patches of one group and streaming `kernels` kernels past makes a VDU do; `lit` is left
  /// to the caller.
  ///
  /// - Parameter patches: the activations of each patch that are held.
  func patchFiring(kernels: Int, patches: some Sequence<Int>) -> Firing {
    var firing = Firing()
    for held in patches {
      firing.imprints += (held + length - 1) / length
      firing.held += held
    }
    firing.vectors = firing.imprints * kernels
    firing.streamed = firing.held * kernels
    firing.fetched = firing.held
    firing.driven = timing.hold(vectors: kernels) * firing.held
    spend(on: kernels, &firing)
    return firing
  }
}
