// The optimum of one-dimensional k-means by dynamic programming. With D[m][j] the least inertia of
// the first j pieces in m runs, D[m][j] = min over i of D[m-1][i] + inertia(i..<j); the best i does
// not fall as j grows, so each row is filled by divide and conquer (Gronlund et al., arXiv
// 1701.07204) in O(p log p) for p pieces.

/// Runs of points that stay together, with their prefix sums.
package struct Pieces: Sendable {
  /// The point at which each piece starts, then the number of points.
  let starts: [Int]
  private let sums: [Double]
  private let squares: [Double]
  private let numbers: [Int]

  /// A piece for each point where there are at most `limit` of them; else at most `limit` pieces, cut
  /// at steps of equal mass and at steps of equal width.
  package init(_ samples: SortedSamples, limit: Int) {
    let starts = samples.count <= limit ? Array(0..<samples.count) : samples.quantiles(limit)
    self.starts = starts + [samples.count]
    let prefixes = self.starts.map { samples.prefix($0) }
    sums = prefixes.map(\.sum)
    squares = prefixes.map(\.square)
    numbers = self.starts.map { samples.numbers(before: $0) }
  }

  var count: Int { starts.count - 1 }

  /// The inertia of the run of pieces `low ..< high`.
  func inertia(_ low: Int, _ high: Int) -> Double {
    SortedSamples.inertia(
      sum: sums[high] - sums[low], square: squares[high] - squares[low],
      count: numbers[high] - numbers[low])
  }
}

extension KMeans {
  /// The best way to make `k` runs out of whole pieces. O(k p log p).
  static func optimum(_ samples: SortedSamples, _ pieces: Pieces, k: Int) -> KMeans {
    guard pieces.count > k else { return KMeans(samples, bounds: pieces.starts) }
    var costs = (0...pieces.count).map { $0 == 0 ? 0 : pieces.inertia(0, $0) }
    var choices: [[Int32]] = []
    for runs in 1..<k {
      var row = Row(pieces: pieces, previous: costs)
      row.fill((runs + 1)...pieces.count, from: runs, through: pieces.count - 1)
      costs = row.costs
      choices.append(row.choices)
    }
    var ends = [pieces.count]
    for row in choices.reversed() { ends.append(Int(row[ends[ends.count - 1]])) }
    return KMeans(samples, bounds: [0] + ends.reversed().map { pieces.starts[$0] })
  }

  /// A row of the table: the least inertia of the first j pieces in one run more than `previous`.
  private struct Row {
    let pieces: Pieces
    let previous: [Double]
    var costs: [Double]
    /// Where the last run starts in the best way.
    var choices: [Int32]

    init(pieces: Pieces, previous: [Double]) {
      self.pieces = pieces
      self.previous = previous
      costs = [Double](repeating: .infinity, count: pieces.count + 1)
      choices = [Int32](repeating: 0, count: pieces.count + 1)
    }

    /// Fills `range`, whose best choices lie in `low ... high`. Recurses to depth log2(pieces).
    mutating func fill(_ range: ClosedRange<Int>, from low: Int, through high: Int) {
      let middle = (range.lowerBound + range.upperBound) / 2
      var best = Double.infinity
      var choice = low
      for start in low...min(high, middle - 1) {
        let cost = previous[start] + pieces.inertia(start, middle)
        if cost < best { (best, choice) = (cost, start) }
      }
      costs[middle] = best
      choices[middle] = Int32(choice)
      if range.lowerBound < middle {
        fill(range.lowerBound...(middle - 1), from: low, through: choice)
      }
      if middle < range.upperBound {
        fill((middle + 1)...range.upperBound, from: choice, through: high)
      }
    }
  }
}
