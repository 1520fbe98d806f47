extension Array {
  /// The elements in the order of keys that are not negative; those of one key stay in their order.
  ///
  /// O(n) for each eleven bits of the largest key.
  @inlinable
  public func sorted(byKey key: (Element) -> Int) -> [Element] {
    guard count > 1 else { return self }
    let (bits, most) = (11, reduce(0) { Swift.max($0, key($1)) })
    let (digits, values) = ((Int.bitWidth - most.leadingZeroBitCount + bits - 1) / bits, 1 << bits)
    // Of each digit, how often each value occurs; then where the next element with it goes.
    var places = [Int](repeating: 0, count: digits * values)
    for element in self {
      var rest = key(element)
      for first in stride(from: 0, to: places.count, by: values) {
        places[first + rest & (values - 1)] += 1
        rest >>= bits
      }
    }
    var (elements, next) = (self, self)
    for digit in 0..<digits {
      let first = digit * values
      var place = 0
      for value in first..<first + values {
        let count = places[value]
        places[value] = place
        place += count
      }
      for element in elements {
        let value = first + key(element) >> (digit * bits) & (values - 1)
        next[places[value]] = element
        places[value] += 1
      }
      swap(&elements, &next)
    }
    return elements
  }
}
