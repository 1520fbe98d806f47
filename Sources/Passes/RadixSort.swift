/// Sorting of 32-bit numbers in time linear in their number.
package enum RadixSort {
  /// `keys` in ascending order. O(count), with one more array of the same size.
  package static func sorted(_ keys: [UInt32]) -> [UInt32] {
    var keys = keys
    var scratch = keys
    for shift in [0, digitBits, 2 * digitBits] {
      pass(from: keys, to: &scratch, shift: UInt32(shift))
      swap(&keys, &scratch)
    }
    return keys
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
}
