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
  /// Of each kernel: vectors, survivors, and, where kernels stay on the rings, channel planes read by
  /// its vectors.
  let vectors: PrefixSums
  let survivors: PrefixSums
  let planes: PrefixSums

  var geometry: Geometry { record.geometry }

  init(_ runnable: Runnable, _ id: ID<LayerRecord>) {
    let record = runnable.program.layers[id]
    self.record = record
    timing = runnable.program.machine.timing(record.kind, record.dataflow)
    length = runnable.program.machine.array(record.kind).length
    dropsZeros = runnable.program.machine.control.dropsZeros
    let surveys = runnable.surveys(of: id)
    vectors = PrefixSums(surveys.lazy.map { Int($0.vectors) })
    survivors = PrefixSums(surveys.lazy.map { Int($0.survivors) })
    planes = PrefixSums(surveys.lazy.map { Int($0.planes) })
  }

  /// What a tile makes a VDU do where kernels stay on the rings; `lit` is left to the caller.
  func kernelFiring(kernels: Range<Int>, positions: Int) -> Firing {
    var firing = Firing()
    firing.imprints = vectors[kernels]
    firing.held = survivors[kernels]
    firing.fetched = planes[kernels] * positions
    firing.vectors = firing.imprints * positions
    firing.streamed = firing.held * positions
    firing.driven = timing.hold(vectors: positions) * firing.held
    firing.busy = timing.busy(imprints: firing.imprints, vectors: positions)
    return firing
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
    firing.busy = timing.busy(imprints: firing.imprints, vectors: kernels)
    return firing
  }
}
