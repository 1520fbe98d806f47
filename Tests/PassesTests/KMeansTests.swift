import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct KMeansTests {
  /// Samples of one of several shapes; none is zero.
  private func samples(_ shape: Int, _ count: Int, _ random: inout SeededRandom) -> [Float] {
    (0..<count).map { _ in
      let normal = random.nextNormal()
      let uniform = 2 * random.nextFloat() - 1
      let sample =
        switch shape {
        case 0: normal
        case 1: uniform
        case 2: uniform * uniform * uniform
        case 3: normal * 0.05 + Float(random.next(below: 5))
        case 4: normal.magnitude < 1 ? normal + (normal < 0 ? -1 : 1) : normal
        case 5: Float(random.next(below: 100) - 50)
        default: normal * (random.next(below: 20) == 0 ? 100 : 1)
        }
      return sample == 0 ? 1 : sample
    }
  }

  @Test func sorts() throws {
    withSeed(0..<20) { _, random in
      let keys = (0..<300).map { _ in UInt32(truncatingIfNeeded: random.next()) }
      try #require(RadixSort.sorted(keys) == keys.sorted())
    }
    #expect(RadixSort.sorted([]).isEmpty)
  }

  @Test func inertiaOfRuns() {
    let floats = (0..<200).map { Float($0 * $0) }
    let samples = SortedSamples(floats)
    for run in [0..<1, 0..<200, 63..<65, 64..<128, 100..<199] {
      let mean = floats[run].reduce(0) { $0 + Double($1) } / Double(run.count)
      let inertia = floats[run].reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
      #expect(abs(samples.mean(run) - mean) < 1e-9)
      #expect(abs(samples.inertia(run) - inertia) <= 1e-9 * inertia)
    }
  }

  @Test func lloydIsCloseToTheOptimum() throws {
    withSeed(0..<100) { seed, random in
      let count = [50, 500, 2000][random.next(below: 3)]
      let k = [2, 3, 8, 16, 64][random.next(below: 5)]
      let samples = SortedSamples(samples(Int(seed % 7), count, &random))
      let exact = KMeans.exact(samples, k: k).inertia
      let lloyd = KMeans.lloyd(samples, k: k).inertia
      let scale = samples.inertia(0..<samples.count)
      try #require(lloyd >= exact - 1e-12 * scale)
      try #require(lloyd <= 1.01 * exact + 1e-12 * scale)
    }
  }

  @Test func iterationsAreMonotone() throws {
    withSeed(0..<50) { seed, random in
      let samples = SortedSamples(samples(Int(seed % 7), 1000, &random))
      let k = 2 + random.next(below: 20)
      var kmeans = KMeans(samples, bounds: (0...k).map { samples.count * $0 / k })
      for _ in 0..<30 {
        let before = kmeans.inertia
        kmeans.iterate()
        try #require(kmeans.inertia <= before * (1 + 1e-12))
      }
    }
  }

  /// The least inertia over all ways to cut `samples` into `k` runs.
  private func bruteForce(_ samples: SortedSamples, k: Int, from start: Int = 0) -> Double {
    if k == 1 { return samples.inertia(start..<samples.count) }
    return (start + 1...samples.count - k + 1).map {
      samples.inertia(start..<$0) + bruteForce(samples, k: k - 1, from: $0)
    }.min()!
  }

  @Test func exactEqualsBruteForce() throws {
    withSeed(0..<60) { seed, random in
      let count = 5 + random.next(below: 8)
      let k = 1 + random.next(below: 4)
      let samples = SortedSamples(samples(Int(seed % 7), count, &random))
      let expected = bruteForce(samples, k: min(k, samples.count))
      let scale = samples.inertia(0..<samples.count)
      try #require(abs(KMeans.exact(samples, k: k).inertia - expected) <= 1e-9 * scale)
      try #require(KMeans.lloyd(samples, k: k).inertia <= expected + 1e-9 * scale)
    }
  }

  @Test func centroidsAscendAndAreNotZero() {
    // The means of -1 and 1, and of -2 and 3 and -1, would be zero.
    #expect(KMeans.lloyd(SortedSamples([-1, 1]), k: 1).centroids == [1])
    #expect(KMeans.lloyd(SortedSamples([-2, 3, -1]), k: 1).centroids == [-1])
    #expect(KMeans.exact(SortedSamples([5, 1, 1, 1, 5]), k: 4).centroids == [1, 5])
    #expect(KMeans.lloyd(SortedSamples([]), k: 4).centroids.isEmpty)
    let centroids = KMeans.lloyd(SortedSamples((1...1000).map { Float($0) }), k: 10).centroids
    #expect(centroids == centroids.sorted() && centroids.count == 10)
  }

  @Test func outliersGetClustersOfTheirOwn() {
    let samples = SortedSamples((1...100_000).map { Float($0) } + [1e9, -1e9])
    let centroids = KMeans.lloyd(samples, k: 8).centroids
    #expect(centroids.first == -1e9 && centroids.last == 1e9)
  }

  /// The inertia of numbers about the nearest of ascending `centroids`.
  private func inertia(_ numbers: [Float], about centroids: [Float]) -> Double {
    numbers.reduce(0) { sum, number in
      var (low, high) = (0, centroids.count - 1)
      while low < high {
        let middle = (low + high) / 2
        let border = (Double(centroids[middle]) + Double(centroids[middle + 1])) / 2
        if Double(number) > border { low = middle + 1 } else { high = middle }
      }
      let distance = Double(number) - Double(centroids[low])
      return sum + distance * distance
    }
  }

  /// Many weights are counted in bins; those must be fine enough.
  @Test(arguments: [0, 1, 2, 3, 4, 6, 7], [16, 64])
  func binsAreFineEnough(_ shape: Int, _ k: Int) {
    withSeed(0..<2) { _, random in
      let numbers =
        shape == 7
        ? (0..<70_000).map { _ in 1 + 0.01 * random.nextNormal() }
        : samples(shape, 70_000, &random)
      let exact = inertia(numbers, about: KMeans.exact(SortedSamples(numbers), k: k).centroids)
      let binned = SortedSamples(
        DividedWeights(numbers), nonzeros: numbers.count { $0 != 0 }, threads: 2)
      #expect(binned.count < 60_000)
      #expect(binned.numbers(before: binned.count) == numbers.count)
      let mean = numbers.reduce(0) { $0 + Double($1) } / Double(numbers.count)
      #expect(abs(binned.mean(0..<binned.count) - mean) < 1e-9 * binned.values.last!)
      let found = inertia(numbers, about: KMeans.lloyd(binned, k: k).centroids)
      #expect(found <= 1.01 * exact)
    }
  }
}
