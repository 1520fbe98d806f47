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
      let runs = (0..<1 + random.next(below: 4)).reduce(into: [(lane: Int, count: Int)]()) {
        runs, _ in
        let lane = runs.last.map { $0.lane + $0.count + random.next(below: 5) } ?? 0
        runs.append((lane, 1 + random.next(below: 70)))
      }
      let lanes = runs.last!.lane + runs.last!.count
      let areZero = random.next(below: 8) == 0
      let sums = (0..<lanes + 32).map { _ in
        areZero ? 0 : Int32(random.next(below: 2 * most) - most)
      }
      let scale = sonic_scale(
        bias: Int64(random.next(below: 1 << 40) - 1 << 39) << (random.next(below: 2) * 21),
        multiplier: Int32(random.next(below: 1 << 25) - 1 << 24),
        shift: Int32(1 + random.next(below: 40)))
      let (lower, upper) = [(-32767, 32767), (0, 32767), (-5, 900)][random.next(below: 3)]
      let (step, offset) = (1 + random.next(below: 2) * 2, random.next(below: 9))
      let looked = Looked(&random)
      var expected = [Int16](repeating: 99, count: lanes * step + offset)
      for run in runs {
        for j in 0..<run.count {
          let product = Int(sums[run.lane + j]) * Int(scale.multiplier)
          let code = (product + Int(scale.bias) + 1 << (Int(scale.shift) - 1)) >> Int(scale.shift)
          let bounded = Int16(min(max(code, lower), upper))
          expected[run.lane * step + offset + j * step] =
            looked.table.map { $0[Int(UInt16(bitPattern: bounded))] } ?? bounded
        }
      }
      try onEveryPath {
        var found = [Int16](repeating: 99, count: expected.count)
        unsafe found.withUnsafeMutableBufferPointer { found in
          let runs = unsafe runs.map { run in
            unsafe sonic_run(
              lane: run.lane, count: run.count, to: found.baseAddress! + run.lane * step)
          }
          unsafe collect(
            areZero ? nil : sums, most, scale, Int16(lower), Int16(upper), looked, runs, step,
            offset)
        }
        try #require(found == expected)
      }
    }
  }

  private func collect(
    _ sums: [Int32]?, _ most: Int, _ scale: sonic_scale, _ lower: Int16, _ upper: Int16,
    _ looked: Looked, _ runs: [sonic_run], _ step: Int, _ offset: Int
  ) {
    unsafe looked.table.withBytes { table in
      var swish = looked.swish ?? sonic_swish()
      let isSwish = unsafe looked.swish != nil && sonic_is_swish(&swish, table) != 0
      unsafe withUnsafePointer(to: &swish) { swish in
        let finish = unsafe sonic_finish(
          lower: lower, upper: upper, table: table, swish: isSwish ? swish : nil)
        unsafe sonic_collect(sums, Int32(most), scale, finish, runs, runs.count, step, offset)
      }
    }
  }

  /// What makes the same codes as a table is known, and what makes another one is not taken for it.
  @Test func tellsOtherTablesFromHardSwish() {
    withSeed(0..<50) { _, random in
      var swish = sonic_swish(random: &random)
      let table = swish.table
      var other = table
      other[random.next(below: 1 << 16)] ^= 1
      try onEveryPath {
        let isVector = sonic_path() == Int32(SONIC_AVX512)
        try #require(unsafe sonic_is_swish(&swish, table) == (isVector ? 1 : 0))
        try #require(unsafe sonic_is_swish(&swish, other) == 0)
      }
    }
  }

  @Test func takesPlanes() {
    withSeed(0..<500) { _, random in
      let (planes, rows) = (random.next(below: 5), random.next(below: 5))
      let (count, step) = (1 + random.next(below: 80), 1 + random.next(below: 3))
      let row = (
        from: (count - 1) * step + 1 + random.next(below: 9), to: count + random.next(below: 9)
      )
      let plane = (
        from: rows * row.from + random.next(below: 9), to: rows * row.to + random.next(below: 9)
      )
      let from = codes(&random, planes * plane.from)
      var expected = [Int16](repeating: 7, count: planes * plane.to)
      for plane in (0..<planes).map({ (from: $0 * plane.from, to: $0 * plane.to) }) {
        for index in 0..<rows * count {
          let (r, i) = index.quotientAndRemainder(dividingBy: count)
          expected[plane.to + r * row.to + i] = from[plane.from + r * row.from + i * step]
        }
      }
      try onEveryPath {
        var found = [Int16](repeating: 7, count: planes * plane.to)
        unsafe from.withUnsafeBufferPointer { from in
          let source = unsafe sonic_planes(
            numbers: from.baseAddress, planes: planes, plane_pitch: plane.from, rows: rows,
            row_pitch: row.from, step: step)
          unsafe sonic_take(source, count, &found, plane.to, row.to)
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

  /// Bits of values that are not zero, in words wherever they go, and the largest magnitude of all.
  @Test func scans() {
    withSeed(0..<500) { _, random in
      let (rows, width) = (1 + random.next(below: 20), 1 + random.next(below: 200))
      let (pitch, step) = (width + random.next(below: 9), rows + random.next(below: 5))
      let marked = random.next(below: 2) == 0 ? width : random.next(below: width) / 64 * 64
      let values = codes(&random, rows * pitch)
      var (peak, expected) = (
        0, [UInt64](repeating: 7, count: (marked + 63) / 64 * step + rows)
      )
      for row in 0..<rows {
        for column in 0..<width {
          let value = values[row * pitch + column]
          peak = max(peak, abs(Int(value)))
          guard column < marked else { continue }
          let word = column / 64 * step + row
          if column % 64 == 0 { expected[word] = 0 }
          if value != 0 { expected[word] |= 1 << UInt64(column % 64) }
        }
      }
      try onEveryPath {
        var words = expected.map { _ in UInt64(7) }
        let found = unsafe sonic_scan(values, rows, pitch, width, marked, step, &words)
        try #require(words == expected)
        try #require(Int(found) == peak)
      }
    }
  }

  /// Bits of some lanes that are valid, further on.
  @Test func countsLanes() {
    withSeed(0..<500) { _, random in
      let (rows, lanes) = (1 + random.next(below: 80), 1 + random.next(below: 300))
      let step = rows + random.next(below: 5)
      let first = random.next(below: lanes)
      let isOne = random.next(below: 4) == 0
      let end = first + 1 + (isOne ? 0 : random.next(below: lanes - first))
      let offset = random.next(below: 150)
      let bits = (0..<(lanes + offset + 63) / 64 * step).map { _ in random.next() as UInt64 }
      var valid = (0..<(lanes + 63) / 64 + 2).map { _ in random.next() as UInt64 }
      (valid[0], valid[valid.count - 1]) = (0, 0)
      let expected = (0..<rows).map { row in
        (first..<end).count { lane in
          let place = lane + offset
          return valid[lane / 64 + 1] >> UInt64(lane % 64) & 1 == 1
            && bits[place / 64 * step + row] >> UInt64(place % 64) & 1 == 1
        }
      }
      let pitch = rows + random.next(below: 5)
      try onEveryPath {
        let count = end - first < 128 ? 1 : 2
        var digits = [Int8](repeating: -1, count: count * pitch)
        unsafe digits.withUnsafeMutableBufferPointer { digits in
          unsafe valid.withUnsafeBufferPointer { valid in
            unsafe sonic_count_lanes(
              bits, step, rows, valid.baseAddress! + 1, first, end, offset,
              sonic_digits(first: digits.baseAddress!, count: count, pitch: pitch))
          }
        }
        let found = (0..<rows).map { row in
          (0..<count).reduce(0) { $0 + Int(digits[$1 * pitch + row]) << (7 * $1) }
        }
        try #require(found == expected)
        // Nothing else is written.
        let isElse = digits.indices.filter { $0 % pitch >= rows }
        try #require(isElse.allSatisfy { digits[$0] == -1 })
      }
    }
  }

  @Test func addsNonzero() {
    withSeed(0..<200) { _, random in
      let values = codes(&random, random.next(below: 200))
      let base = values.map { _ in Int32(random.next(below: 1000)) }
      let expected = zip(values, base).map { $0 == 0 ? $1 : $1 + 1 }
      try onEveryPath {
        var found = base
        unsafe sonic_add_nonzero(values, values.count, &found)
        try #require(found == expected)
      }
    }
  }

  /// Where weights and activations meet, in bits.
  @Test func countsCommonBits() {
    withSeed(0..<200) { _, random in
      let count = 1 + random.next(below: 300)
      let words = (count + 63) / 64
      let values = (0..<count).map { _ in Int16(random.next(below: 2)) }
      let kernels = (0..<random.next(below: 5)).map { _ in
        (0..<count).map { _ in random.next(below: 2) == 1 }
      }
      let places = (0..<count).map { UInt32($0) }.shuffled(using: &random)
      var rows = [UInt64](repeating: 0, count: max(kernels.count, 1) * words)
      for (kernel, marks) in kernels.enumerated() {
        var pairs: [UInt8] = []
        var skip = 0
        for mark in marks {
          // A filler skips 255 elements more.
          if skip == 255 {
            pairs += [255, 0]
            skip = 0
          }
          if mark { pairs += [UInt8(skip), 1] }
          skip = mark ? 0 : skip + 1
        }
        unsafe rows.withUnsafeMutableBufferPointer { rows in
          unsafe sonic_mark_elements(
            pairs, pairs.count / 2, places, rows.baseAddress! + kernel * words)
        }
      }
      let expected = kernels.joined().enumerated().reduce(0) { sum, mark in
        sum + (mark.element && values[Int(places[mark.offset % count])] != 0 ? 1 : 0)
      }
      try onEveryPath {
        var bits = [UInt64](repeating: .max, count: words)
        _ = unsafe sonic_scan(values, 1, count, count, count, 1, &bits)
        try #require(
          unsafe sonic_count_common(rows, kernels.count, bits, words) == UInt64(expected))
      }
    }
  }

  /// Sums beyond 32 bits, of parts that are all of a row or some of it.
  @Test func weighs() {
    withSeed(0..<200) { _, random in
      let isLong = random.next(below: 50) == 0
      let (rows, pitch) = (
        1 + random.next(below: 10), 1 + random.next(below: isLong ? 500_000 : 1000)
      )
      let least = [0, 1][random.next(below: 2)]
      let digits = (0..<[1, 2, 3, 5][random.next(below: 4)]).map { _ in
        (0..<rows * pitch).map { _ in Int8(max(random.next(below: 0x80), 0x7F * least)) }
      }
      var (parts, weights): ([sonic_part], [UInt8]) = ([], [])
      for _ in 0..<random.next(below: isLong ? 2 : 5) {
        let first = random.next(below: 2) * random.next(below: pitch)
        let count =
          first == 0 && random.next(below: 2) == 0
          ? pitch : 1 + random.next(below: pitch - first)
        parts.append(
          sonic_part(start: weights.count, first: first, count: count, sum: random.next(below: 3)))
        weights += (0..<rows * count).map { _ in UInt8(max(random.next(below: 256), 255 * least)) }
      }
      var expected = [1, 2, 3]
      for part in parts {
        expected[part.sum] += digits.reversed().reduce(0) { sum, digits in
          (0..<rows * part.count).reduce(sum << 7) { sum, index in
            let (row, column) = index.quotientAndRemainder(dividingBy: part.count)
            let digit = digits[row * pitch + part.first + column]
            return sum + Int(weights[part.start + index]) * Int(digit)
          }
        }
      }
      var joined = Array(digits.joined())
      try onEveryPath {
        var found = [1, 2, 3]
        unsafe joined.withUnsafeMutableBufferPointer { joined in
          unsafe sonic_weigh(
            weights, parts, parts.count, rows,
            sonic_digits(first: joined.baseAddress!, count: digits.count, pitch: rows * pitch),
            pitch, &found)
        }
        try #require(found == expected)
      }
    }
  }
}

/// No table, any table, or the one of a HardSwish.
private struct Looked {
  var table: [Int16]?
  var swish: sonic_swish?

  init(_ random: inout SeededRandom) {
    switch random.next(below: 4) {
    case 0: table = (0...UInt16.max).map { Int16(bitPattern: $0 &* 7) }
    case 1:
      swish = sonic_swish(random: &random)
      table = swish!.table
    default: break
    }
  }
}

extension [Int16]? {
  fileprivate func withBytes(_ body: (UnsafePointer<Int16>?) -> Void) {
    guard let self else { return body(nil) }
    unsafe self.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
  }
}

extension sonic_swish {
  fileprivate init(random: inout SeededRandom) {
    let fraction = 4 + random.next(below: 11)
    self.init(
      step: Float(sign: .plus, exponent: -fraction, significand: 1),
      addend: random.next(below: 2) == 0 ? 0 : random.nextFloat() - 0.5,
      scale: Float(sign: .plus, exponent: fraction - 2 + random.next(below: 5), significand: 1),
      lower: random.next(below: 2) == 0 ? -32767 : -20, upper: 32767)
  }

  /// By code, from the formula of its operator.
  fileprivate var table: [Int16] {
    (0...UInt16.max).map { code in
      let x = Float(Int16(bitPattern: code)) * step
      let value = (x * max(0, min(1, x / 6 + 0.5)) + addend) * scale
      let rounded = value.rounded(.toNearestOrEven)
      return Int16(min(max(rounded, Float(lower)), Float(upper)))
    }
  }
}
