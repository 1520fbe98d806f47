import Kernels
import Support
import TestKit
import Testing

/// Kernels of operations of the control unit, on every path, against what their comments say of one
/// element.
@Suite(.serialized) struct OperationKernelTests {
  private func codes(_ random: inout SeededRandom, _ count: Int) -> [Int16] {
    (0..<count).map { _ in Int16(random.next(below: 65535) - 32767) }
  }

  private func step(_ random: inout SeededRandom) -> Float {
    Float(sign: .plus, exponent: -random.next(below: 16), significand: 1)
  }

  /// Numbers of one kind, which is drawn, and what they are.
  private struct Numbers {
    var floats: [Float]
    var codes: [Int16] = []
    var table: [Float] = []
    var step: Float = 0

    init(_ random: inout SeededRandom, codes: [Int16], step: Float) {
      floats = codes.map { Float($0) * step }
      switch random.next(below: 3) {
      case 0: break
      case 1: (self.codes, self.step) = (codes, step)
      default:
        self.codes = codes
        table = (0..<65536).map { _ in random.nextFloat() - 0.5 }
        for extreme: Float in [0, 1e-30, 3e38, -3e38] where random.next(below: 4) == 0 {
          table[Int(UInt16(bitPattern: codes[random.next(below: codes.count)]))] = extreme
        }
        floats = codes.map { table[Int(UInt16(bitPattern: $0))] }
      }
    }

    func with(_ body: (sonic_numbers) -> Void) {
      unsafe floats.withUnsafeBufferPointer { floats in
        unsafe codes.withUnsafeBufferPointer { codes in
          unsafe table.withUnsafeBufferPointer { table in
            unsafe body(
              sonic_numbers(
                floats: self.codes.isEmpty ? floats.baseAddress : nil, codes: codes.baseAddress,
                table: self.table.isEmpty ? nil : table.baseAddress, step: step))
          }
        }
      }
    }
  }

  /// Sums and products of all kinds of numbers, in rows shorter and longer than a block.
  @Test func combines() {
    withSeed(0..<500) { _, random in
      let row = [1, 1 + random.next(below: 40), 500 + random.next(below: 900)][
        random.next(below: 3)]
      let rows = 1 + random.next(below: row == 1 ? 2000 : 5)
      let a = Numbers(&random, codes: codes(&random, rows * row), step: step(&random))
      let b = Numbers(&random, codes: codes(&random, rows), step: step(&random))
      let bounds: (Float, Float) = [(-.infinity, .infinity), (0, 6)][random.next(below: 2)]
      let isProduct = random.next(below: 2) == 0
      let scale = 1 / step(&random)
      let expected = a.floats.enumerated().map { index, a in
        let b = b.floats[index / row]
        return min(max(isProduct ? a * b : a + b, bounds.0), bounds.1)
      }
      let expectedCodes = expected.map {
        Int16(min(max(($0 * scale).rounded(.toNearestOrEven), -32767), 32767))
      }
      let combination = sonic_combination(
        is_product: isProduct ? 1 : 0, lower: bounds.0, upper: bounds.1)
      try onEveryPath {
        var floats = [Float](repeating: 0, count: rows * row)
        var codes = [Int16](repeating: 0, count: rows * row)
        unsafe a.with { a in
          unsafe b.with { b in
            unsafe sonic_combine(combination, a, b, row, rows * row, &floats, 1, nil)
            unsafe sonic_combine(combination, a, b, row, rows * row, nil, scale, &codes)
          }
        }
        try #require(floats == expected)
        try #require(codes == expectedCodes)
      }
    }
  }

  @Test func looks() {
    withSeed(0..<20) { _, random in
      let codes = codes(&random, random.next(below: 200))
      let table = self.codes(&random, 65536)
      let expected = codes.map { table[Int(UInt16(bitPattern: $0))] }
      var found = [Int16](repeating: 0, count: codes.count)
      unsafe sonic_look(codes, codes.count, table, &found)
      try #require(found == expected)
      var floats = [Float](repeating: 0, count: codes.count)
      unsafe sonic_look_floats(codes, codes.count, table.map { Float($0) }, &floats)
      try #require(floats == expected.map { Float($0) })
    }
  }

  /// Rows of neighbours, of planes enlarged and interleaved, and others.
  @Test func moves() {
    withSeed(0..<1000) { _, random in
      let (rows, count) = (random.next(below: 9), 1 + random.next(below: 70))
      let codes = codes(&random, 500)
      let starts = (0..<rows).map { _ in UInt32(random.next(below: 300)) }
      let kind = random.next(below: 4)
      let offsets = (0..<count).map { index in
        switch kind {
        case 0: UInt32(5 + index)
        case 1: UInt32(3 + index / 2)
        case 2: UInt32(index / 2 + index % 2 * 97)
        default: UInt32(random.next(below: 200))
        }
      }
      let expected = starts.flatMap { start in offsets.map { codes[Int(start + $0)] } }
      try onEveryPath {
        var found = [Int16](repeating: 0, count: rows * count)
        unsafe sonic_move(codes, starts, rows, offsets, count, &found)
        try #require(found == expected)
      }
    }
  }

  /// Sums beyond 32 bits.
  @Test func totals() {
    withSeed(0..<20) { _, random in
      let count = random.next(below: 200_000)
      let most = random.next(below: 2) == 0
      let codes = most ? [Int16](repeating: 32767, count: count) : codes(&random, count)
      let expected = codes.reduce(Int64(0)) { $0 + Int64($1) }
      try onEveryPath { try #require(unsafe sonic_total(codes, count) == expected) }
    }
  }

  private func windows(_ random: inout SeededRandom) -> sonic_windows {
    let (input, taps) = (1 + random.next(below: 40), 1 + random.next(below: 4))
    let (stride, dilation) = (1 + random.next(below: 3), 1 + random.next(below: 3))
    return sonic_windows(
      input: input, taps: taps, stride: stride, dilation: dilation, pad: random.next(below: 6),
      output: 1 + random.next(below: input / stride + 3))
  }

  /// Windows that lie in the padding in part or altogether, before and behind the input.
  @Test func findsMaxima() {
    withSeed(0..<1000) { _, random in
      let (rows, columns) = (windows(&random), windows(&random))
      let plane = codes(&random, rows.input * columns.input)
      var expected: [Int16] = []
      for y in 0..<rows.output {
        for x in 0..<columns.output {
          var largest: Int16 = -32767
          for i in 0..<rows.taps {
            for j in 0..<columns.taps {
              let row = y * rows.stride + i * rows.dilation - rows.pad
              let column = x * columns.stride + j * columns.dilation - columns.pad
              guard (0..<rows.input).contains(row), (0..<columns.input).contains(column) else {
                continue
              }
              largest = max(largest, plane[row * columns.input + column])
            }
          }
          expected.append(largest)
        }
      }
      try onEveryPath {
        var line = [Int16](repeating: 0, count: sonic_windows_width(columns))
        var found = [Int16](repeating: 0, count: expected.count)
        unsafe sonic_maxima(plane, rows, columns, &line, &found)
        try #require(found == expected)
      }
    }
  }
}
