import Support

/// Elements that a thread fills at a time: enough to make up for handing them out.
private let chunk = 1 << 18

/// An array that `fill` writes, run by run, on up to `threads` threads. An island of unsafe code:
/// threads write to parts of one array that do not overlap.
///
/// - Parameter fill: called once for each run, with its indices and its elements, all of which it
///   must write.
func filledInParallel<Element: BitwiseCopyable & Sendable>(
  count: Int, threads: Int,
  _ fill: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Element>) -> Void
) -> [Element] {
  unsafe [Element](unsafeUninitializedCapacity: count) { elements, initialized in
    nonisolated(unsafe) let elements = unsafe elements
    parallelForEach(count: (count + chunk - 1) / chunk, threads: threads) { run in
      let range = run * chunk..<min((run + 1) * chunk, count)
      unsafe fill(range, UnsafeMutableBufferPointer(rebasing: elements[range]))
    }
    initialized = count
  }
}
