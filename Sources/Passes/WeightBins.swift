import Support
package import Tensor

/// Bins in which weights are counted by their keys, so that many weights become few points for
/// k-means without being sorted.
///
/// A bin is a run of neighbouring floats, those whose keys agree in their upper half and in some bits
/// of the lower one. Where weights are dense, and where floats are wide against all of them, more bits
/// take part: a bin has at most 1/8192 of the weights and 1/8192 of their span, or one value. A
/// cluster of 64 has a hundred bins, and moving its border within one changes its inertia by far less
/// than a thousandth; its mean is exact.
struct WeightBins: Sendable {
  /// For each upper half of a key the first of its bins times 32, plus by how many bits the lower half
  /// is shifted to give the bin among them.
  let layout: [UInt32]
  let count: Int

  /// Steps of mass, and of width, that bins are made to part.
  private static let steps = 8192.0

  /// - Parameter counts: how many of the weights, or of a fair sample, have each upper half.
  init(counts: [UInt32]) {
    let total = counts.reduce(0) { $0 + Double($1) }
    let occupied = counts.indices.filter { counts[$0] > 0 }
    let span = Self.range(occupied.first ?? 0).low.distance(to: Self.range(occupied.last ?? 0).high)
    var layout: [UInt32] = []
    layout.reserveCapacity(counts.count)
    var first = 0
    for (half, count) in counts.enumerated() {
      var bits = 0
      if count > 0 {
        let (low, high) = Self.range(half)
        let share = Double(count) / total + (high - low) / span
        let bins = Int((Self.steps * share).rounded(.up))
        bits = min(Int.bitWidth - max(bins - 1, 0).leadingZeroBitCount, 16)
      }
      layout.append(UInt32(first) << 5 | UInt32(16 - bits))
      first += 1 << bits
    }
    self.layout = layout
    count = first
  }

  /// The floats with an upper half.
  private static func range(_ half: Int) -> (low: Double, high: Double) {
    let key = UInt32(half) << 16
    return (Double(FloatKey.float(key)), Double(FloatKey.float(key | 0xFFFF)))
  }

  /// A point for each bin that is not empty.
  ///
  /// - Parameter tallies: from ``DividedWeights/tally(_:layout:bins:)``, of parts of the weights.
  func samples(_ tallies: [[UInt64]]) -> SortedSamples {
    var points: [(mean: Double, count: Int)] = []
    for (half, entry) in layout.enumerated() {
      let first = Int(entry >> 5)
      let low = FloatKey.float(UInt32(half) << 16)
      // Floats whose keys have the same upper half lie at equal steps.
      let step = Double(FloatKey.float(UInt32(half) << 16 | 1)) - Double(low)
      for bin in first..<first + 1 << (16 - Int(entry & 31)) {
        var count = 0
        var sum = 0
        for tally in tallies {
          count += Int(tally[bin] >> 40)
          sum += Int(tally[bin] & 0xFF_FFFF_FFFF)
        }
        if count > 0 { points.append((Double(low) + step * (Double(sum) / Double(count)), count)) }
      }
    }
    return SortedSamples(points: points)
  }
}

extension SortedSamples {
  /// Weights that are sorted one by one; more are counted in bins.
  private static let sortedLimit = 1 << 15
  /// Weights that are looked at to lay out bins: enough to tell shares of 1/8192 roughly.
  private static let sampleSize = 1 << 17
  /// Weights that are counted at a time.
  private static let chunk = 1 << 22

  /// The weights that are not zero. O(count), on up to `threads` threads; the same for any number.
  ///
  /// - Parameter nonzeros: how many those are.
  package init(_ weights: DividedWeights, nonzeros: Int, threads: Int) {
    if nonzeros <= Self.sortedLimit {
      self.init(keys: weights.keys(0..<weights.count))
      return
    }
    var counts = [UInt32](repeating: 0, count: FloatKey.halves)
    for range in Self.sample(of: weights.count) { weights.countKeys(range, into: &counts) }
    let bins = WeightBins(counts: counts)
    let chunks = (weights.count + Self.chunk - 1) / Self.chunk
    let tallies = parallelMap(count: chunks, threads: threads) { index in
      weights.tally(
        index * Self.chunk..<min((index + 1) * Self.chunk, weights.count), layout: bins.layout,
        bins: bins.count)
    }
    self = bins.samples(tallies)
  }

  /// Stretches of a sample that is spread over `count` weights; all of them if they are few.
  private static func sample(of count: Int) -> [Range<Int>] {
    guard count > sampleSize else { return [0..<count] }
    let stretches = 1 << 10
    return (0..<stretches).map {
      let start = $0 * (count / stretches)
      return start..<start + sampleSize / stretches
    }
  }
}
