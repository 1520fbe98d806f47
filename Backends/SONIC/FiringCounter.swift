import Hardware
import Kernels
import Plan
import Support

/// Counts what a layer's tiles make VDUs do for a sample, from where its activations are zero.
///
/// The lit VCSELs of a tile are its products of a survivor and an activation that is not zero, or that is
/// held in spite of being zero. They add up over the elements of a patch, as how many of the tile's kernels have a weight there, which no
/// sample changes, times how many of its positions have an activation there.
struct FiringCounter: FiringSource {
  private let weights: LayerWeights
  private let mask: [Int16]
  /// Made when the first tile is met, by then on the thread that counts.
  private lazy var lively = LivelyCounter(weights.shape.geometry, input: mask)
  private lazy var patches = PatchSurvivors(weights.shape.geometry, input: mask)
  /// For runs of positions met so far, at how many of them each element of a patch is not zero.
  private var byElement: [Range<Int>: LivelyCounts] = [:]
  /// For each tile's positions, and one group: by position, how many elements are held.
  private var byPosition: [Run: [Int]] = [:]
  private var bytes = 0
  /// Of the last tile: the next often shares them.
  private var last: (run: Range<Int>, counts: LivelyCounts)?

  /// The most bytes of counts kept.
  private static let mostBytes = 1 << 26

  private struct Run: Hashable {
    var positions: Range<Int>
    var group: Int
  }

  /// - Parameter mask: the activations, or anything that is zero where they are.
  init(_ weights: LayerWeights, mask: [Int16]) {
    self.weights = weights
    self.mask = mask
  }

  mutating func fire(_ tile: Tile) -> Firing {
    let shape = weights.shape
    var firing =
      shape.record.dataflow == .kernel
      ? shape.kernelFiring(kernels: tile.kernels, positions: tile.positions.count)
      : patchFiring(tile)
    firing.lit =
      shape.record.dataflow == .kernel || shape.dropsZeros
      ? lit(tile) : shape.survivors[tile.kernels] * tile.positions.count
    return firing
  }

  private mutating func lit(_ tile: Tile) -> Int {
    let size = weights.shape.geometry.kernels
    let groups = tile.kernels.lowerBound / size..<(tile.kernels.upperBound - 1) / size + 1
    if last?.run != tile.positions { last = (tile.positions, counts(at: tile.positions)) }
    let parts = weights.counts(of: tile.kernels, groups: groups).parts
    return parts.reduce(0) { $0 + last!.counts.weighted($1, groups: groups) }
  }

  private mutating func counts(at positions: Range<Int>) -> LivelyCounts {
    if let known = byElement[positions] { return known }
    let found = LivelyCounts(lively.counts(at: positions), weights.shape.geometry)
    makeRoom(for: found.size)
    byElement[positions] = found
    return found
  }

  private mutating func patchFiring(_ tile: Tile) -> Firing {
    var firing = Firing()
    for (group, kernels) in weights.shape.geometry.groups(of: tile.kernels) {
      let patches = patches(Run(positions: tile.positions, group: group))
      firing += weights.shape.patchFiring(kernels: kernels.count, patches: patches)
    }
    return firing
  }

  private mutating func patches(_ run: Run) -> [Int] {
    guard weights.shape.dropsZeros else {
      return run.positions.map { _ in weights.shape.geometry.patch }
    }
    if let known = byPosition[run] { return known }
    let found = patches.byPosition(run.positions, group: run.group)
    makeRoom(for: found.count * MemoryLayout<Int>.size)
    byPosition[run] = found
    return found
  }

  /// Forgets all counts where more would be too many.
  private mutating func makeRoom(for size: Int) {
    if bytes + size > Self.mostBytes { (byElement, byPosition, bytes) = ([:], [:], 0) }
    bytes += size
  }
}
