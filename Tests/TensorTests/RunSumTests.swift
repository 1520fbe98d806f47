import Support
import Tensor
import TestKit
import Testing

@Suite struct RunSumTests {
  /// Sums of a few runs and of many, in the order of their elements: another order has other bits.
  @Test func sumsInOrder() {
    withSeed(0..<100) { _, random in
      let (runs, size) = (random.next(below: 30), 1 + random.next(below: 60))
      let values = (0..<runs * size).map { _ in
        (random.nextFloat() - 0.5) * Float(1 << random.next(below: 30))
      }
      let expected = (0..<runs).map { run in
        values[run * size..<(run + 1) * size].reduce(0.0) { $0 + Double($1) }
      }
      try #require(values.sums(ofRuns: size) == expected)
    }
  }

  /// Local response normalization's norms, channel by channel.
  @Test func normsOfNeighbours() {
    withSeed(0..<100) { _, random in
      let (images, channels) = (1 + random.next(below: 2), 1 + random.next(below: 9))
      let plane = 1 + random.next(below: 70)
      let neighbours = (before: random.next(below: 4), after: random.next(below: 4))
      let values = (0..<images * channels * plane).map { _ in random.nextFloat() * 9 - 4 }
      let (alpha, bias) = (random.nextFloat(), random.nextFloat())
      let expected = values.indices.map { index in
        let channel = index / plane % channels
        let first = max(channel - neighbours.before, 0)
        let last = min(channel + neighbours.after, channels - 1)
        var sum: Float = 0
        for other in first...last {
          let value = values[index + (other - channel) * plane]
          sum += value * value
        }
        return bias + alpha * sum
      }
      try #require(
        values.norms(
          channels: channels, plane: plane, neighbours: neighbours, alpha: alpha, bias: bias)
          == expected)
      try #require(values.divided(by: expected) == zip(values, expected).map { $0 / $1 })
    }
  }
}
