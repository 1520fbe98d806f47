extension Array {
  /// `f` of each element, like `map`, in a loop that becomes vector instructions: `f` is inlined and
  /// nothing is checked inside.
  @inlinable @inline(__always)
  public func eachMap<Result>(_ f: (Element) -> Result) -> [Result] {
    unsafe [Result](unsafeUninitializedCapacity: count) { result, initialized in
      unsafe withUnsafeBufferPointer { elements in
        for index in 0..<elements.count {
          unsafe result.initializeElement(at: index, to: f(elements[index]))
        }
      }
      initialized = count
    }
  }
}
