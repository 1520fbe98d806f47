import Support

extension Workers {
  /// Elements that a thread makes at a time: enough to make up for handing them out.
  private static let piece = 1 << 16

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
    let height = max(Self.piece / max(unit, reads), 1)
    return unsafe [Element](unsafeUninitializedCapacity: count) { elements, initialized in
      nonisolated(unsafe) let elements = elements.baseAddress!
      forEach(count: (units + height - 1) / height) { piece in
        let range = piece * height..<min((piece + 1) * height, units)
        unsafe make(range, elements + range.lowerBound * unit)
      }
      initialized = count
    }
  }
}
