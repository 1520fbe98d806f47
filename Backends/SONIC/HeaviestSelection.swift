/// The most that the magnitudes of any so many of a kernel's weights add up to: what a vector may hold
/// where patches stay on the rings.
struct HeaviestSelection<Magnitude: Numeric & Comparable> {
  private let magnitudes: [Magnitude]
  /// Codes less one, the largest magnitude first.
  private let order: [Int]

  /// - Parameter magnitudes: those of codes 1, 2, ...
  init(_ magnitudes: [Magnitude]) {
    self.magnitudes = magnitudes
    order = magnitudes.indices.sorted { magnitudes[$0] > magnitudes[$1] }
  }

  /// - Parameter counts: how many weights have code 1, 2, ...
  func load(of length: Int, _ counts: some RandomAccessCollection<Int32>) -> Magnitude {
    var left = length
    var sum: Magnitude = 0
    for index in order where left > 0 {
      let taken = min(Int(counts[counts.index(counts.startIndex, offsetBy: index)]), left)
      sum += Magnitude(exactly: taken)! * magnitudes[index]
      left -= taken
    }
    return sum
  }
}
