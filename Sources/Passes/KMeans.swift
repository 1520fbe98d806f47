/// One-dimensional k-means: at most `k` centroids that are close to many numbers.
///
/// Clusters are runs of the sorted numbers, so an iteration costs O(k log n) for n points.
package struct KMeans: Sendable {
  package let samples: SortedSamples
  /// The point at which each run starts, then the number of points. Strictly ascending: no run is
  /// empty.
  package private(set) var bounds: [Int]

  package init(_ samples: SortedSamples, bounds: [Int]) {
    self.samples = samples
    self.bounds = bounds
  }

  /// Density-based initialization, then Lloyd's iterations until nothing moves.
  ///
  /// The usual initialization (Han, Mao and Dally, arXiv 1510.00149; the SONIC paper follows it)
  /// cuts the cumulative distribution into `k` regions of equal mass. Lloyd's iterations then stop
  /// in poor local optima where weights have few samples a cluster or long tails. So the
  /// distribution is cut into more regions, and those are merged into `k` in the best way.
  ///
  /// - Precondition: `k` is positive.
  package static func lloyd(_ samples: SortedSamples, k: Int) -> KMeans {
    var kmeans = optimum(samples, Pieces(samples, limit: 16 * k), k: k)
    kmeans.settle()
    return kmeans
  }

  /// The optimum, up to rounding of `Double`, for up to ``exactLimit`` points. More of them are cut
  /// into so many regions first, the optimum over those is taken, and Lloyd's iterations follow.
  ///
  /// - Precondition: `k` is positive.
  package static func exact(_ samples: SortedSamples, k: Int) -> KMeans {
    var kmeans = optimum(samples, Pieces(samples, limit: exactLimit), k: k)
    kmeans.settle()
    return kmeans
  }

  /// Points for which ``exact`` is exact.
  package static let exactLimit = 1 << 15

  package var runs: [Range<Int>] { zip(bounds, bounds.dropFirst()).map { $0..<$1 } }

  /// The sum of squared distances of the points' numbers from the mean of their run; see
  /// ``SortedSamples/inertia(_:)``.
  package var inertia: Double { runs.reduce(0) { $0 + samples.inertia($1) } }

  /// The means of the runs as floats: ascending, distinct, none of them zero if no sample is.
  package var centroids: [Float] {
    var centroids: [Float] = []
    for run in runs {
      let mean = Float(samples.mean(run))
      let centroid = mean == 0 ? samples.nearestToZero(run) : mean
      if centroids.last != centroid { centroids.append(centroid) }
    }
    return centroids
  }

  /// One of Lloyd's iterations: every point goes to the run with the nearest mean, the lower one
  /// in a tie. A run that becomes empty vanishes. The inertia does not grow.
  package mutating func iterate() {
    let means = runs.map { samples.mean($0) }
    var next = [0]
    for (low, high) in zip(means, means.dropFirst()) {
      let start = samples.first(above: (low + high) / 2)
      if start > next[next.count - 1], start < samples.count { next.append(start) }
    }
    next.append(samples.count)
    bounds = next
  }

  /// Iterations after which ``settle`` gives up: far more than weights need; it guards against a
  /// cycle that rounding could make.
  private static let patience = 20_000

  /// Iterates until nothing moves.
  private mutating func settle() {
    guard samples.count > 0 else { return }
    for _ in 0..<Self.patience {
      let before = bounds
      iterate()
      if bounds == before { return }
    }
  }
}
