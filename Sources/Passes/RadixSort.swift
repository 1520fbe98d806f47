/// Sorting of 32-bit floats by their bits, in time linear in their number.
package enum RadixSort {
  /// `floats` in ascending order, -0 before +0; none may be NaN. O(count), with one more array of
  /// the same size.
  package static func sorted(_ floats: [Float]) -> [Float] {
    var keys = floats.map { key($0.bitPattern) }
    var scratch = keys
    for shift in [0, digitBits, 2 * digitBits] {
      pass(from: keys, to: &scratch, shift: UInt32(shift))
      swap(&keys, &scratch)
    }
    return keys.map { Float(bitPattern: bits($0)) }
  }

  private static let digitBits = 11
  private static let digits = 1 << digitBits

  /// A stable counting sort by one digit.
  private static func pass(from keys: [UInt32], to sorted: inout [UInt32], shift: UInt32) {
    let mask = UInt32(digits - 1)
    var starts = [Int](repeating: 0, count: digits + 1)
    for key in keys { starts[Int((key >> shift) & mask) + 1] += 1 }
    for digit in 0..<digits { starts[digit + 1] += starts[digit] }
    for key in keys {
      let digit = Int((key >> shift) & mask)
      sorted[starts[digit]] = key
      starts[digit] += 1
    }
  }

  /// An unsigned number in the order of the floats: negative ones are flipped, positive ones raised
  /// above them.
  private static func key(_ bits: UInt32) -> UInt32 {
    bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
  }

  private static func bits(_ key: UInt32) -> UInt32 {
    key >> 31 == 1 ? key & 0x7FFF_FFFF : ~key
  }
}
