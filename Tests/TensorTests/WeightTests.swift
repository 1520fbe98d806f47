import Foundation
import Support
import Tensor
import TestKit
import Testing

@Suite struct WeightTests {
  /// Weights with zeros of both signs, sizes that differ, and ties.
  private func weights(_ count: Int, _ random: inout SeededRandom) -> [Float] {
    (0..<count).map { _ in
      switch random.next(below: 6) {
      case 0: 0
      case 1: -0.0
      case 2: Float(random.next(below: 9)) - 4
      case 3: random.nextNormal() * .leastNormalMagnitude
      default: random.nextNormal()
      }
    }
  }

  @Test func keysAscendAsFloats() throws {
    withSeed(0..<20) { _, random in
      let floats = weights(300, &random).map { $0 + 0 }
      for (a, b) in zip(floats, floats.dropFirst()) {
        try #require((FloatKey.key(a) < FloatKey.key(b)) == (a < b))
        try #require(FloatKey.float(FloatKey.key(a)) == a)
        let middle = (Double(a) + Double(b)) / 2
        let first = FloatKey.float(FloatKey.first(above: middle))
        try #require(Double(first) > middle && Double(first.nextDown) <= middle)
      }
    }
  }

  @Test func codesAreOfTheNearestValue() throws {
    withSeed(0..<60) { _, random in
      let inner = [1, 2, 7, 600][random.next(below: 4)]
      let kernels = 1 + random.next(below: 9)
      let rounds = 1 + random.next(below: 4)
      let floats = weights(inner * kernels * rounds, &random)
      let divisors = (0..<kernels).map { _ in 0.1 + random.nextFloat() }
      let isDivided = random.next(below: 2) == 0
      let count = 1 + random.next(below: 255)
      let values = Set((0..<count).map { _ in random.nextNormal() }).subtracting([0]).sorted()
      let middles = zip(values, values.dropFirst()).map { (Double($0) + Double($1)) / 2 }
      let weights = DividedWeights(floats, divisors: isDivided ? divisors : [], inner: inner)
      let codes = weights.encoded(limits: middles.map { FloatKey.first(above: $0) }, threads: 2)
      for (i, float) in floats.enumerated() {
        let weight = isDivided ? float / divisors[i / inner % kernels] : float
        let expected = weight == 0 ? 0 : 1 + middles.count { Double(weight) > $0 }
        try #require(Int(codes[i]) == expected)
      }
    }
  }

  @Test func keysAreThoseOfNonzeroWeights() {
    withSeed(0..<20) { _, random in
      let floats = weights(2000, &random)
      let divided = DividedWeights(floats, divisors: [0.5, 3], inner: 5)
      let expected = floats.enumerated().map { $1 / [0.5, 3][$0 / 5 % 2] }.filter { $0 != 0 }
      #expect(divided.keys(0..<2000).map { FloatKey.float($0) } == expected)
      var counts = [UInt32](repeating: 0, count: FloatKey.halves)
      divided.countKeys(0..<2000, into: &counts)
      #expect(counts.reduce(0, +) == UInt32(expected.count))
    }
  }

  @Test func sumsOfSquares() {
    withSeed(0..<20) { _, random in
      let floats = weights(7 * 31, &random)
      let expected = floats.map { Double($0) * Double($0) }
      let all = WeightSums.squares(floats, 3..<200)
      #expect(abs(all.sum - expected[3..<200].reduce(0, +)) <= 1e-12 * all.sum)
      #expect(all.nonzeros == floats[3..<200].count { $0 != 0 })
      let columns = WeightSums.columnSquares(floats, columns: 7, rows: 2..<30)
      for column in 0..<7 {
        let places = stride(from: 14 + column, to: 210, by: 7)
        #expect(columns.sums[column] == places.reduce(0) { $0 + expected[$1] })
        #expect(columns.nonzeros[column] == UInt32(places.count { floats[$0] != 0 }))
      }
    }
    #expect(WeightSums.squares([.infinity, 1], 0..<2).sum == .infinity)
    #expect(WeightSums.squares([], 0..<0).sum == 0)
  }

  @Test func distinctFloats() {
    let floats = (0..<5000).map { Float($0 * 7919 % 255) - 127 }
    #expect(WeightSums.distinct(floats, limit: 254)?.count == 254)
    #expect(WeightSums.distinct(floats, limit: 253) == nil)
    #expect(WeightSums.distinct([3, -0.0, 0, -1, 3], limit: 2) == [-1, 3])
    #expect(WeightSums.distinct([], limit: 1) == [])
  }

  @Test func pairsStandForTheCodes() throws {
    withSeed(0..<60) { _, random in
      let patch = [1, 7, 64, 3000][random.next(below: 4)]
      let density = [2, 10, 1000][random.next(below: 3)]
      let codes = (0..<patch * random.next(below: 20)).map { _ in
        random.next(below: density) == 0 ? UInt8(1 + random.next(below: 255)) : 0
      }
      let (pairs, starts) = WeightCodes.pairs(codes, patch: patch, threads: 3)
      try #require(starts.count == codes.count / patch + 1 && 2 * starts.last! == pairs.count)
      var decoded = [UInt8](repeating: 0, count: codes.count)
      var survivors = 0
      for kernel in 0..<codes.count / patch {
        var place = kernel * patch
        for pair in starts[kernel]..<starts[kernel + 1] {
          place += Int(pairs[2 * pair])
          let code = pairs[2 * pair + 1]
          if code == 0 {
            try #require(pairs[2 * pair] == 255)
          } else {
            decoded[place] = code
            survivors += 1
            place += 1
          }
        }
      }
      try #require(decoded == codes)
      try #require(WeightCodes.survivors(pairs, 0..<pairs.count / 2) == survivors)
      try #require(WeightCodes.survivors(Data(pairs)) == survivors)
    }
  }

  @Test func codesDecodeToScaledValues() throws {
    withSeed(0..<40) { _, random in
      let inner = [1, 3, 700][random.next(below: 3)]
      let kernels = 1 + random.next(below: 5)
      let codebook = (0..<200).map { _ in random.nextNormal() }
      let gains = (0..<kernels).map { _ in random.nextNormal() }
      let codes = (0..<inner * kernels * 2).map { _ in UInt8(random.next(below: 201)) }
      let values = [0] + codebook
      try #require(
        WeightCodes.decoded(codes, codebook: codebook) == codes.map { values[Int($0)] })
      try #require(
        WeightCodes.decoded(codes, codebook: codebook, gains: gains, inner: inner)
          == codes.enumerated().map { values[Int($1)] * gains[$0 / inner % kernels] })
    }
  }
}
