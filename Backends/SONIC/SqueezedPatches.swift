import Kernels
import Plan

/// Patches of a group at a run of positions, one after another, without their zeros, which add nothing,
/// and cut into vectors.
struct SqueezedPatches {
  /// Where each element's weights lie in a block, and the activations there.
  private(set) var offsets: [UInt32] = []
  private(set) var factors: [Int16] = []
  /// Ends of vectors, counted within a patch.
  private(set) var ends: [UInt32] = []
  /// Where each patch's elements and vectors start.
  private(set) var starts = [0]
  private(set) var vectorStarts = [0]
  /// The largest magnitude among all activations.
  let peak: Int

  /// How many there are.
  var count: Int { starts.count - 1 }

  /// - Parameters:
  ///   - positions: counted through all samples.
  ///   - width: between an element's weights and the next's in a block.
  ///   - length: of a vector.
  ///   - dropsZeros: whether vectors are cut from what is not zero, or from whole patches.
  init(
    _ activations: PixelRows, positions: Range<Int>, group: Int, width: Int, length: Int,
    dropsZeros: Bool
  ) {
    let size = activations.geometry.patch
    let room = positions.count * size + Int(SONIC_LANES)
    var starts = [0]
    var factors: [Int16] = []
    offsets = unsafe [UInt32](unsafeUninitializedCapacity: room) { offsets, used in
      factors = unsafe [Int16](unsafeUninitializedCapacity: room) { factors, alsoUsed in
        unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: size) { patch in
          for position in positions {
            let kept = starts[starts.count - 1]
            let count = unsafe activations.withPatch(
              at: position, group: group, room: patch.baseAddress!
            ) { values in
              unsafe sonic_squeeze(
                values, size, 0, UInt32(width), offsets.baseAddress! + kept,
                factors.baseAddress! + kept)
            }
            starts.append(kept + count)
          }
        }
        alsoUsed = starts[starts.count - 1]
      }
      used = starts[starts.count - 1]
    }
    self.factors = factors
    peak = unsafe Int(sonic_peak(factors, factors.count))
    self.starts = starts
    for index in 0..<positions.count {
      let count = starts[index + 1] - starts[index]
      if dropsZeros {
        for end in stride(from: length, to: count, by: length) { ends.append(UInt32(end)) }
      } else {
        let vectors = offsets[starts[index]..<starts[index + 1]].map { Int($0) / width / length }
        for end in vectors.indices.dropFirst() where vectors[end] != vectors[end - 1] {
          ends.append(UInt32(end))
        }
      }
      if count > 0 { ends.append(UInt32(count)) }
      vectorStarts.append(ends.count)
    }
  }
}
