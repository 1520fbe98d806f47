extension Array {
  /// The elements in the order of keys that are not negative; those of one key stay in their order.
  ///
  /// O(n) for each eleven bits of the largest key.
  @inlinable
  public func sorted(byKey key: (Element) -> Int) -> [Element] {
    guard count > 1 else { return self }
    let bits = 11
    let most = reduce(0) { Swift.max($0, key($1)) }
    var (elements, next) = (self, self)
    for shift in stride(from: 0, to: Int.bitWidth - most.leadingZeroBitCount, by: bits) {
      var places = [Int](repeating: 0, count: 1 << bits)
      for element in elements { places[key(element) >> shift & (1 << bits - 1)] += 1 }
      var place = 0
      for digit in places.indices {
        let count = places[digit]
        places[digit] = place
        place += count
      }
      for element in elements {
        let digit = key(element) >> shift & (1 << bits - 1)
        next[places[digit]] = element
        places[digit] += 1
      }
      swap(&elements, &next)
    }
    return elements
  }
}
