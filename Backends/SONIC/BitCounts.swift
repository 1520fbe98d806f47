import Kernels

/// Small counts, one for each element of a patch, bit by bit: plane i holds bit i of each count. The
/// products of two such lists, element by element, add up by counting the bits that their planes share.
struct BitCounts {
  private let words: Int
  private var planes: [UInt64] = []

  /// - Parameter counts: none negative.
  init(_ counts: some Collection<Int32>) {
    words = (counts.count + 63) / 64
    let most = counts.max() ?? 0
    let depth = Int32.bitWidth - most.leadingZeroBitCount
    planes = [UInt64](repeating: 0, count: depth * words)
    for (element, count) in counts.enumerated() where count != 0 {
      var rest = UInt32(bitPattern: count)
      let bit = UInt64(1) << UInt64(element % 64)
      while rest != 0 {
        planes[rest.trailingZeroBitCount * words + element / 64] |= bit
        rest &= rest - 1
      }
    }
  }

  /// The bytes that it takes.
  var size: Int { planes.count * MemoryLayout<UInt64>.size }

  /// The sum over all elements of one's count times the other's. O(elements * both depths / 64).
  static func * (a: Self, b: Self) -> Int {
    guard a.words > 0 else { return 0 }
    var sum = 0
    unsafe a.planes.withUnsafeBufferPointer { left in
      unsafe b.planes.withUnsafeBufferPointer { right in
        for i in 0..<left.count / a.words {
          for j in 0..<right.count / b.words {
            let shared = unsafe sonic_count_both(
              left.baseAddress! + i * a.words, right.baseAddress! + j * b.words, a.words)
            sum += shared << (i + j)
          }
        }
      }
    }
    return sum
  }
}
