extension [Float] {
  /// Sets the `count` elements of smallest magnitude to zero; among equal ones, the first.
  /// O(elements): finds the largest magnitude to go by counting, half of its bits at a time.
  public mutating func zeroSmallest(_ count: Int) {
    guard count > 0 else { return }
    let (high, below) = Self.bucket(of: count, bits: lazy.map { $0.magnitude.bitPattern >> 16 })
    let inBucket = lazy.map(\.magnitude.bitPattern).filter { $0 >> 16 == high }
    let (low, belowInBucket) = Self.bucket(of: count - below, bits: inBucket.map { $0 & 0xFFFF })
    let threshold = high << 16 | low
    var left = count - below - belowInBucket
    for i in indices {
      let magnitude = self[i].magnitude.bitPattern
      if magnitude < threshold {
        self[i] = 0
      } else if magnitude == threshold, left > 0 {
        self[i] = 0
        left -= 1
      }
    }
  }

  /// Which 16-bit number is the `rank`-th smallest, counted from 1, and how many are smaller.
  private static func bucket(
    of rank: Int, bits: some Sequence<UInt32>
  ) -> (bucket: UInt32, below: Int) {
    var counts = [Int](repeating: 0, count: 1 << 16)
    for bits in bits { counts[Int(bits)] += 1 }
    var below = 0
    for (bucket, count) in counts.enumerated() {
      if below + count >= rank { return (UInt32(bucket), below) }
      below += count
    }
    preconditionFailure("rank \(rank) of \(below) elements")
  }
}
