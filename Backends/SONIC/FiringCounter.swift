import Hardware
import Kernels
import Plan
import Support
import Synchronization

/// What is known of a layer's weights before any activation: its shape, and for each run of kernels
/// how many of them have a weight at each element of a patch. Shared by all samples.
final class LayerWeights: Sendable {
  let shape: LayerShape
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  /// For the runs of kernels met so far.
  private let known = Mutex((counts: [Range<Int>: BitCounts](), bytes: 0))

  /// The most bytes of counts kept: a program may name as many runs as it likes.
  private static let mostBytes = 1 << 26

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    self.runnable = runnable
    self.layer = layer
    shape = LayerShape(runnable, layer)
  }

  /// By element of the groups' patches, how many of some kernels have a weight there.
  func byElement(_ kernels: Range<Int>, groups: Range<Int>) -> BitCounts {
    known.withLock { known in
      if let counts = known.counts[kernels] { return counts }
      let found = counted(kernels, groups)
      if known.bytes + found.size <= Self.mostBytes {
        known.bytes += found.size
        known.counts[kernels] = found
      }
      return found
    }
  }

  private func counted(_ kernels: Range<Int>, _ groups: Range<Int>) -> BitCounts {
    let patch = shape.geometry.patch
    var counts = [Int32](repeating: 0, count: groups.count * patch)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for kernel in kernels {
        let group = kernel / shape.geometry.kernels - groups.lowerBound
        let target = unsafe counts.baseAddress! + group * patch
        unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
          unsafe sonic_count_elements(pairs, count, target)
        }
      }
    }
    return BitCounts(counts)
  }
}

/// Counts what a layer's tiles make VDUs do for a sample, from where its activations are zero.
///
/// The lit VCSELs of a tile are its products of a survivor and an activation that is not zero. They
/// add up over the elements of a patch, as how many of the tile's kernels have a weight there, which no
/// sample changes, times how many of its positions have an activation there.
struct FiringCounter: FiringSource {
  private let weights: LayerWeights
  private let mask: [Int16]
  /// Made when the first tile is met, by then on the thread that counts.
  private lazy var zeros = ZeroCounter(weights.shape.geometry, input: mask)
  /// For each tile's positions and groups: by element, how often it is not zero.
  private var lively: [Run: BitCounts] = [:]
  /// Of the last tile: the next often shares one of them.
  private var last: (run: Run, lively: BitCounts, kernels: Range<Int>, weighted: BitCounts)?
  /// For each tile's positions, and one group: by position, how many elements are not zero.
  private var byPosition: [Run: [Int]] = [:]
  private var bytes = 0

  /// The most bytes of counts kept.
  private static let mostBytes = 1 << 26

  private struct Run: Hashable {
    var positions: Range<Int>
    var groups: Range<Int>
  }

  /// - Parameter mask: the activations, or anything that is zero where they are.
  init(_ weights: LayerWeights, mask: [Int16]) {
    self.weights = weights
    self.mask = mask
  }

  mutating func fire(_ tile: Tile) -> Firing {
    var firing =
      weights.shape.record.dataflow == .kernel
      ? weights.shape.kernelFiring(kernels: tile.kernels, positions: tile.positions.count)
      : patchFiring(tile)
    let size = weights.shape.geometry.kernels
    let groups = tile.kernels.lowerBound / size..<(tile.kernels.upperBound - 1) / size + 1
    let run = Run(positions: tile.positions, groups: groups)
    if last?.run != run || last?.kernels != tile.kernels {
      let lively = last?.run == run ? last!.lively : lively(run)
      let weighted =
        last?.kernels == tile.kernels
        ? last!.weighted : weights.byElement(tile.kernels, groups: groups)
      last = (run, lively, tile.kernels, weighted)
    }
    firing.lit = last!.weighted * last!.lively
    return firing
  }

  private mutating func patchFiring(_ tile: Tile) -> Firing {
    var firing = Firing()
    for (group, kernels) in weights.shape.geometry.groups(of: tile.kernels) {
      let patches = patches(Run(positions: tile.positions, groups: group..<group + 1))
      firing += weights.shape.patchFiring(kernels: kernels.count, patches: patches)
    }
    return firing
  }

  private mutating func lively(_ run: Run) -> BitCounts {
    if let known = lively[run] { return known }
    let found = BitCounts(zeros.byElement(run.positions, groups: run.groups))
    makeRoom(for: found.size)
    lively[run] = found
    return found
  }

  private mutating func patches(_ run: Run) -> [Int] {
    if let known = byPosition[run] { return known }
    let found = zeros.byPosition(run.positions, group: run.groups.lowerBound)
    makeRoom(for: found.count * MemoryLayout<Int>.size)
    byPosition[run] = found
    return found
  }

  /// Forgets all counts where more would be too many.
  private mutating func makeRoom(for size: Int) {
    if bytes + size > Self.mostBytes { (lively, byPosition, bytes) = ([:], [:], 0) }
    bytes += size
  }
}
