import Tensor

/// Numbers in ascending order, as points that stand for one or more of them, with prefix sums, so
/// that the mean and the inertia of any run of neighbours cost O(1). What one-dimensional k-means
/// works on: its clusters are such runs.
package struct SortedSamples: Sendable {
  /// The mean of the numbers of each point; strictly ascending.
  package let values: [Double]
  /// How many numbers there are, their sum and the sum of squares of their points' means, before
  /// each point and after the last.
  private let numbers: [Int]
  private let sums: [Double]
  private let squares: [Double]

  /// - Parameter points: by ascending means; each stands for at least one number.
  package init(points: some Sequence<(mean: Double, count: Int)>) {
    var values: [Double] = []
    var numbers = [0]
    var sums = [0.0]
    var squares = [0.0]
    for (mean, count) in points {
      values.append(mean)
      numbers.append(numbers[values.count - 1] + count)
      sums.append(sums[values.count - 1] + mean * Double(count))
      squares.append(squares[values.count - 1] + mean * mean * Double(count))
    }
    self.values = values
    self.numbers = numbers
    self.sums = sums
    self.squares = squares
  }

  /// A point for each distinct number.
  ///
  /// - Parameter keys: of the numbers (``FloatKey``), in any order.
  package init(keys: [UInt32]) {
    let sorted = RadixSort.sorted(keys)
    var starts: [Int] = []
    for i in sorted.indices where i == 0 || sorted[i] != sorted[i - 1] { starts.append(i) }
    let ends = starts.dropFirst() + [sorted.count]
    self.init(
      points: zip(starts, ends).lazy.map { start, end in
        (Double(FloatKey.float(sorted[start])), end - start)
      })
  }

  /// A point for each distinct number; none is NaN or zero.
  package init(_ values: [Float]) {
    self.init(keys: values.map { FloatKey.key($0) })
  }

  /// How many points there are.
  package var count: Int { values.count }

  /// How many numbers there are before a point, or in all.
  package func numbers(before position: Int) -> Int { numbers[position] }

  /// The sums of the numbers, and of the squares of their points' means, before a point.
  package func prefix(_ position: Int) -> (sum: Double, square: Double) {
    (sums[position], squares[position])
  }

  /// The mean of the numbers in a run of points that is not empty.
  package func mean(_ run: Range<Int>) -> Double {
    (sums[run.upperBound] - sums[run.lowerBound])
      / Double(numbers[run.upperBound] - numbers[run.lowerBound])
  }

  /// The sum of squared distances of a run's numbers from their mean, as far as it depends on the
  /// run: distances within a point are left out.
  package func inertia(_ run: Range<Int>) -> Double {
    Self.inertia(
      sum: sums[run.upperBound] - sums[run.lowerBound],
      square: squares[run.upperBound] - squares[run.lowerBound],
      count: numbers[run.upperBound] - numbers[run.lowerBound])
  }

  /// Sum of squares less count times the mean squared; never negative.
  package static func inertia(sum: Double, square: Double, count: Int) -> Double {
    max(0, square - sum * sum / Double(count))
  }

  /// The first point above `limit`. O(log count).
  package func first(above limit: Double) -> Int {
    values.partition { $0 > limit }
  }

  /// At most `limit` points, the first included, at which to cut the samples: half of them at steps
  /// of equal mass, half at steps of equal width, which part the outliers from the rest.
  package func quantiles(_ limit: Int) -> [Int] {
    let steps = max(limit / 2, 1)
    let low = values[0]
    let width = values[count - 1] - low
    let total = numbers[count]
    let mass = (0..<steps).map { step in
      // The first point after the one that has the number of this rank.
      numbers.partition { $0 > total * step / steps }
    }
    let even = (1..<steps).map { first(above: low + width * Double($0) / Double(steps)) }
    var starts = [0]
    for start in (mass + even).sorted() where start > starts[starts.count - 1] && start < count {
      starts.append(start)
    }
    return starts
  }

  /// The point of the run with the least magnitude, the positive one of two. The run is not empty.
  package func nearestToZero(_ run: Range<Int>) -> Float {
    let split = min(max(first(above: 0), run.lowerBound), run.upperBound)
    let below = split > run.lowerBound ? values[split - 1] : -.infinity
    let above = split < run.upperBound ? values[split] : .infinity
    return Float(above <= -below ? above : below)
  }
}

extension Array {
  /// The first index from which on `isAbove` holds, where it holds for no element before one for
  /// which it does not. O(log count).
  fileprivate func partition(_ isAbove: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isAbove(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
