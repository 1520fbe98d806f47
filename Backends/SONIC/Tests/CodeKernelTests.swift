import Kernels
import Support
import TestKit
import Testing

/// Kernels that make, move and count codes, on every path, against what their comments say of one
/// element.
@Suite(.serialized) struct CodeKernelTests {
  private func codes(_ random: inout SeededRandom, _ count: Int) -> [Int16] {
    let every = 1 + random.next(below: 3)
    return (0..<count).map { _ in
      random.next(below: every) == 0 ? Int16(random.next(below: 65535) - 32767) : 0
    }
  }

  /// Shifts on both sides of 32, and scales that take sums out of 32 bits and of the bounds.
  @Test func collects() {
    withSeed(0..<1000) { _, random in
      let most = 1 + random.next(below: [1000, 1 << 20, Int(Int32.max)][random.next(below: 3)])
      let runs = (0..<1 + random.next(below: 4)).reduce(into: [sonic_run]()) { runs, _ in
        let lane = runs.last.map { $0.lane + $0.count + random.next(below: 5) } ?? 0
        runs.append(sonic_run(lane: lane, count: 1 + random.next(below: 70), to: lane))
      }
      let lanes = runs.last!.lane + runs.last!.count
      let sums = (0..<lanes + 32).map { _ in Int32(random.next(below: 2 * most) - most) }
      let scale = sonic_scale(
        bias: Int64(random.next(below: 1 << 40) - 1 << 39) << (random.next(below: 2) * 21),
        multiplier: Int32(random.next(below: 1 << 25) - 1 << 24),
        shift: Int32(1 + random.next(below: 40)))
      let (lower, upper) = [(-32767, 32767), (0, 32767), (-5, 900)][random.next(below: 3)]
      let step = 1 + random.next(below: 2) * 2
      var expected = [Int16](repeating: 99, count: lanes * step)
      for run in runs {
        for j in 0..<run.count {
          let product = Int(sums[run.lane + j]) * Int(scale.multiplier)
          let code = (product + Int(scale.bias) + 1 << (Int(scale.shift) - 1)) >> Int(scale.shift)
          let place = run.to + j * step
          if place < expected.count { expected[place] = Int16(min(max(code, lower), upper)) }
        }
      }
      guard runs.allSatisfy({ $0.to + ($0.count - 1) * step < expected.count }) else { return }
      try onEveryPath {
        var found = [Int16](repeating: 99, count: lanes * step)
        unsafe sonic_collect(
          sums, Int32(most), scale, Int16(lower), Int16(upper), runs, runs.count, step, &found)
        try #require(found == expected)
      }
    }
  }

  @Test func adds() {
    withSeed(0..<500) { _, random in
      let count = random.next(below: 200)
      let (a, b) = (codes(&random, count), codes(&random, count))
      let steps = (0..<3).map { _ in
        Float(sign: .plus, exponent: -random.next(below: 16), significand: 1)
      }
      let bounds: (Float, Float) = [(-.infinity, .infinity), (0, 6)][random.next(below: 2)]
      let expected = zip(a, b).map { a, b in
        let sum = Float(a) * steps[0] + Float(b) * steps[1]
        let bounded = min(max(sum, bounds.0), bounds.1) / steps[2]
        return Int16(min(max(bounded.rounded(.toNearestOrEven), -32767), 32767))
      }
      try onEveryPath {
        var found = [Int16](repeating: 0, count: count)
        unsafe a.withUnsafeBufferPointer { a in
          unsafe b.withUnsafeBufferPointer { b in
            unsafe sonic_add(
              sonic_codes(codes: a.baseAddress, step: steps[0]),
              sonic_codes(codes: b.baseAddress, step: steps[1]), bounds.0, bounds.1, count,
              1 / steps[2], &found)
          }
        }
        try #require(found == expected)
      }
    }
  }

  @Test func takesRows() {
    withSeed(0..<500) { _, random in
      let (rows, count) = (random.next(below: 5), 1 + random.next(below: 80))
      let step = 1 + random.next(below: 3)
      let (pitch, target) = (count * step + random.next(below: 9), count + random.next(below: 9))
      let from = codes(&random, rows * pitch + 1)
      var expected = [Int16](repeating: 7, count: rows * target)
      for row in 0..<rows {
        for i in 0..<count { expected[row * target + i] = from[row * pitch + i * step] }
      }
      try onEveryPath {
        var found = [Int16](repeating: 7, count: rows * target)
        unsafe from.withUnsafeBufferPointer { from in
          let source = unsafe sonic_rows(numbers: from.baseAddress, pitch: pitch, step: step)
          unsafe sonic_take(source, rows, count, &found, target)
        }
        try #require(found == expected)
      }
    }
  }

  @Test func transposes() {
    withSeed(0..<500) { _, random in
      let (rows, columns) = (random.next(below: 40), random.next(below: 40))
      let (pitch, target) = (columns + random.next(below: 5), rows + random.next(below: 5))
      let from = codes(&random, rows * pitch)
      var expected = [Int16](repeating: 7, count: columns * target)
      for row in 0..<rows {
        for column in 0..<columns { expected[column * target + row] = from[row * pitch + column] }
      }
      var found = [Int16](repeating: 7, count: columns * target)
      unsafe sonic_transpose(from, rows, columns, pitch, &found, target)
      try #require(found == expected)
    }
  }

  @Test func counts() {
    withSeed(0..<500) { _, random in
      let (planes, length) = (1 + random.next(below: 6), 1 + random.next(below: 200))
      let pitch = length + random.next(below: 9)
      let values = codes(&random, planes * pitch)
      let expected = (0..<planes).map { plane in
        Int32(values[plane * pitch..<plane * pitch + length].count { $0 != 0 })
      }
      try onEveryPath {
        var found = [Int32](repeating: 0, count: planes)
        unsafe sonic_count_nonzero(values, planes, pitch, length, &found)
        try #require(found == expected)
      }
    }
  }
}
