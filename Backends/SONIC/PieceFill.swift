import Support

extension Workers {
  /// The most elements that a thread makes at a time; so few are not worth handing out.
  private static let piece = 1 << 14

  /// An array of `count` elements, made piece by piece on all threads.
  ///
  /// - Parameters:
  ///   - unit: elements that stay together; a divisor of `count`.
  ///   - reads: elements read for each unit, where that is more.
  ///   - make: what makes a range of units, and where to.
  func fill<Element: BitwiseCopyable & Sendable>(
    _ count: Int, unit: Int = 1, reads: Int = 1,
    _ make: @escaping @Sendable (Range<Int>, UnsafeMutablePointer<Element>) -> Void
  ) -> [Element] {
    guard count > 0 else { return [] }
    let units = count / unit
    let work = units * max(unit, reads)
    // As much for each thread.
    let shares = (work + Self.piece * threads - 1) / (Self.piece * threads) * threads
    let pieces = work <= Self.piece ? 1 : min(shares, units)
    return unsafe [Element](unsafeUninitializedCapacity: count) { elements, initialized in
      nonisolated(unsafe) let elements = elements.baseAddress!
      forEach(count: pieces) { piece in
        let range = units * piece / pieces..<units * (piece + 1) / pieces
        unsafe make(range, elements + range.lowerBound * unit)
      }
      initialized = count
    }
  }
}
