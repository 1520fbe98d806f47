extension [Int16] {
  /// Some arrays of as many elements, which are filled together.
  ///
  /// - Parameters:
  ///   - arrays: how many; at most some dozens.
  ///   - count: elements of each.
  ///   - fill: writes all elements of all.
  static func filled(
    _ arrays: Int, of count: Int, _ fill: ([UnsafeMutablePointer<Int16>]) -> Void
  ) -> [[Int16]] {
    unsafe filled(arrays, of: count, [], fill)
  }

  private static func filled(
    _ arrays: Int, of count: Int, _ made: [UnsafeMutablePointer<Int16>],
    _ fill: ([UnsafeMutablePointer<Int16>]) -> Void
  ) -> [[Int16]] {
    guard unsafe made.count < arrays else {
      unsafe fill(made)
      return []
    }
    // An array is only written while it is made.
    var others: [[Int16]] = []
    let array = unsafe [Int16](unsafeUninitializedCapacity: count) { elements, initialized in
      others = unsafe filled(arrays, of: count, made + [elements.baseAddress!], fill)
      initialized = count
    }
    return [array] + others
  }
}
