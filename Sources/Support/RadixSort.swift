extension Array {
  /// Puts the elements from an index on in the order of keys that are not negative; those of one key stay in
  /// their order.
  ///
  /// O(n) for every digit of the largest key. A digit has about as many bits as n, but at most eleven.
  ///
  /// - Precondition: there are fewer than 2^32.
  @inlinable
  public mutating func sort(from start: Int = 0, byKey key: (Element) -> Int) {
    let count = self.count - start
    guard count > 1 else { return }
    // All of them need not be copied.
    var elements = start == 0 ? self : Array(self[start...])
    let width = Int.bitWidth - elements.reduce(0) { Swift.max($0, key($1)) }.leadingZeroBitCount
    let longest = Swift.min(Int.bitWidth - count.leadingZeroBitCount, 11)
    let digits = (width + longest - 1) / longest
    let bits = digits > 0 ? (width + digits - 1) / digits : 0
    let values = 1 << bits
    // Of each digit, how often each value occurs; then where the next element with it goes.
    var places = [UInt32](repeating: 0, count: digits * values)
    unsafe places.withUnsafeMutableBufferPointer { places in
      for element in elements {
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
    if start == 0 { self = elements } else { replaceSubrange(start..., with: elements) }
  }

  /// Makes one run of the two that end with the array, each in the order of its keys: of elements with one
  /// key, the first run's come first.
  ///
  /// O(log n), and O(1) for each element between the second run's first and the first run's last.
  ///
  /// - Precondition: neither run is empty.
  @inlinable
  public mutating func mergeRuns(_ first: Int, _ second: Int, byKey key: (Element) -> Int) {
    let least = key(self[second])
    var (place, end) = (first, second)
    while place < end {
      let middle = (place + end) / 2
      if key(self[middle]) <= least { place = middle + 1 } else { end = middle }
    }
    var next = second
    for element in Array(self[place..<second]) {
      while next < count, key(self[next]) < key(element) {
        self[place] = self[next]
        (place, next) = (place + 1, next + 1)
      }
      self[place] = element
      place += 1
    }
  }
}
