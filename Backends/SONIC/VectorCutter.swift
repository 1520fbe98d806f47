/// Cuts a sequence of elements into vectors: a new one starts when the last is full, or where a slice
/// of the kernel ends that vectors may not cross.
struct VectorCutter {
  let length: Int
  /// Elements of a slice; zero where vectors may cross.
  let slice: Int
  private var filled = 0
  private var current = -1

  init(length: Int, slice: Int) {
    self.length = length
    self.slice = slice
  }

  /// Takes the next element; whether it starts a new vector.
  @inline(__always)
  mutating func startsVector(at element: Int) -> Bool {
    let slice = slice == 0 ? 0 : element / slice
    if filled == length || filled == 0 || slice != current {
      filled = 1
      current = slice
      return true
    }
    filled += 1
    return false
  }
}
