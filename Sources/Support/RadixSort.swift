extension Array {
  /// The elements in the order of keys that are not negative; those of one key stay in their order.
  ///
  /// O(n) for every eleven bits of the largest key.
  ///
  /// - Precondition: there are fewer than 2^32.
  @inlinable
  public func sorted(byKey key: (Element) -> Int) -> [Element] {
    guard count > 1 else { return self }
    let width = Int.bitWidth - reduce(0) { Swift.max($0, key($1)) }.leadingZeroBitCount
    let digits = (width + 10) / 11
    let bits = digits > 0 ? (width + digits - 1) / digits : 0
    let values = 1 << bits
    // Of each digit, how often each value occurs; then where the next element with it goes.
    var places = [UInt32](repeating: 0, count: digits * values)
    var elements = self
    unsafe places.withUnsafeMutableBufferPointer { places in
      for element in self {
        var rest = key(element)
        for digit in 0..<digits {
          unsafe places[digit * values + rest & (values - 1)] &+= 1
          rest >>= bits
        }
      }
      for digit in 0..<digits {
        var place: UInt32 = 0
        for value in digit * values..<(digit + 1) * values {
          place &+= unsafe places[value]
          unsafe places[value] = place &- places[value]
        }
        elements = unsafe [Element](unsafeUninitializedCapacity: count) { next, filled in
          for element in elements {
            let value = digit * values + key(element) >> (digit * bits) & (values - 1)
            unsafe next.initializeElement(at: Int(places[value]), to: element)
            unsafe places[value] &+= 1
          }
          filled = count
        }
      }
    }
    return elements
  }
}
