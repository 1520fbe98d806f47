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
  /// Made when they are first wanted, by then on the thread that counts.
  private var lively: LivelyCounter?
  private var patches: PatchSurvivors?
  /// What is counted of the runs of positions met so far, and by its first position, which of them
  /// was met last.
  private var runs: [Run] = []
  private var starting: [Int32] = []
  /// That of the last tile: the next often shares it.
  private var last = 0
  private var bytes = 0

  /// The most bytes of counts kept.
  private static let mostBytes = 1 << 26
  /// Up to so many kernels are quicker to count one by one, in bits, than together, in bytes.
  private static let fewKernels = 8

  /// What is counted of a run of positions, when it is first wanted.
  private struct Run {
    let positions: Range<Int>
    /// At how many of them each element of a patch is not zero.
    var lively: LivelyCounts?
    /// Of one position, as ``WeightBits`` lie.
    var bits: [UInt64]?
    /// By group, then by position, how many elements are held.
    var held: [[Int]?]
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
    firing.lit = lit(tile)
    return firing
  }

  mutating func lit(_ tile: Tile) -> Int {
    let shape = weights.shape
    guard shape.record.dataflow == .kernel || shape.dropsZeros else {
      return shape.survivors[tile.kernels] * tile.positions.count
    }
    let run = index(of: tile.positions)
    let lively = lively(of: run)
    if tile.positions.count == 1, tile.kernels.count <= Self.fewKernels, let bits = weights.bits {
      let common = runs[run].bits ?? bits.laid(lively)
      runs[run].bits = common
      return bits.common(with: common, kernels: tile.kernels)
    }
    let size = weights.shape.geometry.kernels
    let groups = tile.kernels.lowerBound / size..<(tile.kernels.upperBound - 1) / size + 1
    let parts = weights.counts(of: tile.kernels, groups: groups).parts
    return parts.reduce(0) { $0 + lively.weighted($1, groups: groups) }
  }

  private mutating func lively(of run: Int) -> LivelyCounts {
    if let known = runs[run].lively { return known }
    if lively == nil { lively = LivelyCounter(weights.shape.geometry, input: mask) }
    let found = lively!.counts(at: runs[run].positions)
    runs[run].lively = found
    return found
  }

  private mutating func patchFiring(_ tile: Tile) -> Firing {
    var firing = Firing()
    for (group, kernels) in weights.shape.geometry.groups(of: tile.kernels) {
      let patches = held(by: index(of: tile.positions), group: group)
      firing += weights.shape.patchFiring(kernels: kernels.count, patches: patches)
    }
    return firing
  }

  private mutating func held(by run: Int, group: Int) -> [Int] {
    let positions = runs[run].positions
    guard weights.shape.dropsZeros else {
      return positions.map { _ in weights.shape.geometry.patch }
    }
    if let known = runs[run].held[group] { return known }
    if patches == nil { patches = PatchSurvivors(weights.shape.geometry, input: mask) }
    let found = patches!.byPosition(positions, group: group)
    runs[run].held[group] = found
    return found
  }

  /// Where what is counted of a run is.
  private mutating func index(of positions: Range<Int>) -> Int {
    if last < runs.count, runs[last].positions == positions { return last }
    let geometry = weights.shape.geometry
    if starting.isEmpty { starting = [Int32](repeating: -1, count: geometry.positions) }
    last = Int(starting[positions.lowerBound])
    if last >= 0, runs[last].positions == positions { return last }
    makeRoom(for: 4 * geometry.groups * geometry.patch + 8 * geometry.groups * positions.count)
    last = runs.count
    runs.append(Run(positions: positions, held: Array(repeating: nil, count: geometry.groups)))
    starting[positions.lowerBound] = Int32(last)
    return last
  }

  /// Forgets all counts where more would be too many.
  private mutating func makeRoom(for size: Int) {
    if bytes + size > Self.mostBytes {
      for run in runs { starting[run.positions.lowerBound] = -1 }
      (runs, bytes) = ([], 0)
    }
    bytes += size
  }
}
