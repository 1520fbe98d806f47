import Graph

extension KMeans {
  /// What the numbers were, and what they lose as centroids. O(points).
  var spread: WeightSpread {
    let largest = centroids.reduce(0) { max($0, $1.magnitude) }
    let reach = samples.values.reduce(0) { max($0, $1.magnitude) }
    let signal = samples.prefix(samples.count).square
    guard largest > 0, signal > 0 else { return WeightSpread() }
    var counts = [UInt32](repeating: 0, count: WeightSpread.bins)
    for (point, value) in samples.values.enumerated() {
      let bin = Int((value / reach + 1) / 2 * Double(WeightSpread.bins))
      let count = samples.numbers(before: point + 1) - samples.numbers(before: point)
      counts[min(max(bin, 0), WeightSpread.bins - 1)] += UInt32(clamping: count)
    }
    return WeightSpread(
      counts: counts, reach: Float(reach / Double(largest)), noise: Float(inertia / signal))
  }
}
