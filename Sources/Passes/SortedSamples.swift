/// Numbers in ascending order with prefix sums, so that the mean and the inertia of any run of
/// neighbours cost O(1). What one-dimensional k-means works on: its clusters are such runs.
package struct SortedSamples: Sendable {
  package let values: [Float]
  /// The sum of the values, and of their squares, before every `stride`-th position.
  private let sums: [Double]
  private let squares: [Double]

  /// Sums are kept for one position in so many: 1/16 of the memory of the values.
  private static let stride = 64

  /// - Parameter values: in any order, all finite. O(count).
  package init(_ values: [Float]) {
    self.values = RadixSort.sorted(values)
    var sum = 0.0
    var square = 0.0
    var sums: [Double] = []
    var squares: [Double] = []
    sums.reserveCapacity(values.count / Self.stride + 1)
    squares.reserveCapacity(values.count / Self.stride + 1)
    for (i, value) in self.values.enumerated() {
      if i % Self.stride == 0 {
        sums.append(sum)
        squares.append(square)
      }
      sum += Double(value)
      square += Double(value) * Double(value)
    }
    sums.append(sum)
    squares.append(square)
    self.sums = sums
    self.squares = squares
  }

  package var count: Int { values.count }

  /// The sums of the values, and of their squares, before a position.
  package func prefix(_ position: Int) -> (sum: Double, square: Double) {
    if position == count { return (sums[sums.count - 1], squares[squares.count - 1]) }
    let block = position / Self.stride
    var (sum, square) = (sums[block], squares[block])
    for value in values[(block * Self.stride)..<position] {
      sum += Double(value)
      square += Double(value) * Double(value)
    }
    return (sum, square)
  }

  /// The mean of the values in a run that is not empty.
  package func mean(_ run: Range<Int>) -> Double {
    (prefix(run.upperBound).sum - prefix(run.lowerBound).sum) / Double(run.count)
  }

  /// The sum of squared distances of a run's values from their mean.
  package func inertia(_ run: Range<Int>) -> Double {
    let (low, high) = (prefix(run.lowerBound), prefix(run.upperBound))
    return Self.inertia(
      sum: high.sum - low.sum, square: high.square - low.square, count: run.count)
  }

  /// Sum of squares less count times the mean squared; never negative.
  package static func inertia(sum: Double, square: Double, count: Int) -> Double {
    max(0, square - sum * sum / Double(count))
  }

  /// The position of the first value above `limit`. O(log count).
  package func first(above limit: Double) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if Double(values[middle]) > limit { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The positions at which a new value starts, the first included; nil if there are over `limit`.
  package func starts(limit: Int) -> [Int]? {
    var starts: [Int] = []
    for i in values.indices where i == 0 || values[i] != values[i - 1] {
      if starts.count == limit { return nil }
      starts.append(i)
    }
    return starts
  }

  /// At most `limit` positions, the first included, at which to cut the samples: half of them at
  /// steps of equal mass, half at steps of equal width, which part the outliers from the rest.
  package func quantiles(_ limit: Int) -> [Int] {
    let steps = max(limit / 2, 1)
    let low = Double(values[0])
    let width = Double(values[count - 1]) - low
    let mass = (0..<steps).map { Double(values[count * $0 / steps]) }
    let even = (1..<steps).map { low + width * Double($0) / Double(steps) }
    var starts = [0]
    for start in (mass + even).map({ first(above: $0) }).sorted()
    where start > starts[starts.count - 1] && start < count {
      starts.append(start)
    }
    return starts
  }

  /// The value of the run with the least magnitude, the positive one of two. The run is not empty.
  package func nearestToZero(_ run: Range<Int>) -> Float {
    let split = min(max(first(above: 0), run.lowerBound), run.upperBound)
    let below = split > run.lowerBound ? values[split - 1] : -.infinity
    let above = split < run.upperBound ? values[split] : .infinity
    return above <= -below ? above : below
  }
}
