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
  private let known = Mutex((counts: [Range<Int>: [Int32]](), bytes: 0))

  /// The most bytes of counts kept: a program may name as many runs as it likes.
  private static let mostBytes = 1 << 27

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    self.runnable = runnable
    self.layer = layer
    shape = LayerShape(runnable.outline, layer)
  }

  /// By (tap, channel of the groups), how many of some kernels have a weight there.
  func byElement(_ kernels: Range<Int>, groups: Range<Int>) -> [Int32] {
    known.withLock { known in
      if let counts = known.counts[kernels] { return counts }
      let found = counted(kernels, groups)
      let bytes = found.count * MemoryLayout<Int32>.size
      if known.bytes + bytes <= Self.mostBytes {
        known.bytes += bytes
        known.counts[kernels] = found
      }
      return found
    }
  }

  private func counted(_ kernels: Range<Int>, _ groups: Range<Int>) -> [Int32] {
    let geometry = shape.geometry
    var counts = [Int32](repeating: 0, count: groups.count * geometry.patch)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for kernel in kernels {
        let group = kernel / geometry.kernels - groups.lowerBound
        let target = unsafe counts.baseAddress! + group * geometry.patch
        unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
          unsafe sonic_count_elements(pairs, count, target)
        }
      }
    }
    let (taps, channels) = (geometry.slice, groups.count * geometry.channels)
    guard taps > 1 else { return counts }
    return (0..<taps).flatMap { tap in
      (0..<channels).map { channel in counts[channel * taps + tap] }
    }
  }
}

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
  /// For places at which runs start or end, what comes before.
  private var before: [Place: [Int32]] = [:]
  /// For each tile's positions, and one group: by position, how many elements are held.
  private var byPosition: [Run: [Int]] = [:]
  private var bytes = 0
  /// Of the last tile: the next often shares one of them. What comes before a run's start and its end is
  /// told for each image.
  private var positions: (run: Range<Int>, ends: [(start: [Int32], end: [Int32])])?
  private var kernels: (run: Range<Int>, counts: [Int32])?

  private struct Place: Hashable {
    var image: Int
    var position: Int
  }

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
    let geometry = weights.shape.geometry
    let size = geometry.kernels
    let groups = tile.kernels.lowerBound / size..<(tile.kernels.upperBound - 1) / size + 1
    if positions?.run != tile.positions { positions = (tile.positions, ends(of: tile.positions)) }
    if kernels?.run != tile.kernels {
      kernels = (tile.kernels, weights.byElement(tile.kernels, groups: groups))
    }
    let first = groups.lowerBound * geometry.channels
    return positions!.ends.reduce(0) { lit, ends in
      unsafe ends.start.withUnsafeBufferPointer { start in
        unsafe ends.end.withUnsafeBufferPointer { end in
          let counts = unsafe sonic_counts(
            start: start.baseAddress! + first, end: end.baseAddress! + first,
            pitch: geometry.groups * geometry.channels)
          let count = groups.count * geometry.channels
          return unsafe lit + Int(sonic_weigh(kernels!.counts, geometry.slice, count, counts))
        }
      }
    }
  }

  private mutating func ends(of run: Range<Int>) -> [(start: [Int32], end: [Int32])] {
    let plane = weights.shape.geometry.outHeight * weights.shape.geometry.outWidth
    var ends: [(start: [Int32], end: [Int32])] = []
    for image in run.lowerBound / plane...(run.upperBound - 1) / plane {
      let first = image * plane
      let part = run.clamped(to: first..<first + plane)
      let start = before(Place(image: image, position: part.lowerBound - first))
      ends.append((start, before(Place(image: image, position: part.upperBound - first))))
    }
    return ends
  }

  private mutating func before(_ place: Place) -> [Int32] {
    if let known = before[place] { return known }
    let found = lively.before(place.position, image: place.image)
    makeRoom(for: lively.size)
    before[place] = found
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
    if bytes + size > Self.mostBytes { (before, byPosition, bytes) = ([:], [:], 0) }
    bytes += size
  }
}
