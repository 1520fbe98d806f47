/// Broadcasting as ONNX and NumPy have it: shapes are aligned at their last axis, and a size of 1
/// stretches.
extension Shape {
  /// The shape that both broadcast to; nil if they do not agree.
  public func broadcast(with other: Shape) -> Shape? {
    let rank = max(self.rank, other.rank)
    var sizes: [Int] = []
    for axis in 0..<rank {
      let a = axis < rank - self.rank ? 1 : self[axis - (rank - self.rank)]
      let b = axis < rank - other.rank ? 1 : other[axis - (rank - other.rank)]
      guard a == b || a == 1 || b == 1 else { return nil }
      sizes.append(a == 1 ? b : a)
    }
    return Shape(checking: sizes)
  }

  /// The distance in this shape's elements between neighbours along each axis of `target`, which
  /// this shape broadcasts to: 0 where it is stretched.
  public func strides(broadcastTo target: Shape) -> [Int] {
    let added = target.rank - rank
    return [Int](repeating: 0, count: added)
      + zip(sizes, strides).map { size, stride in size == 1 ? 0 : stride }
  }
}

/// A walk over an index space in row-major order: runs along the innermost axis, each with the
/// offset of its first element in up to four operands. Axes that all operands cross evenly are
/// merged, so that a walk over equal shapes is a single run.
public struct Walk: Sendable {
  /// Elements of a run.
  public let count: Int
  /// How many runs there are.
  public let runs: Int
  /// The distance between neighbours of a run in each operand.
  public let step: SIMD4<Int>
  /// One more than the largest offset in each operand.
  public let extents: SIMD4<Int>
  /// The axes around the runs, outermost first.
  @usableFromInline let outer: [(size: Int, stride: SIMD4<Int>)]

  /// - Parameters:
  ///   - shape: of the result.
  ///   - strides: for each operand, at most four, the distance between neighbours along each axis
  ///     of `shape`; none negative.
  public init(_ shape: Shape, strides: [[Int]]) {
    var axes: [(size: Int, stride: SIMD4<Int>)] = []
    for axis in 0..<shape.rank where shape[axis] != 1 {
      var stride = SIMD4<Int>.zero
      for (operand, strides) in strides.enumerated() { stride[operand] = strides[axis] }
      if let last = axes.last, last.stride == stride &* SIMD4(repeating: shape[axis]) {
        axes[axes.count - 1] = (last.size * shape[axis], stride)
      } else {
        axes.append((shape[axis], stride))
      }
    }
    let inner = axes.popLast() ?? (1, .zero)
    count = inner.size
    step = inner.stride
    runs = axes.reduce(1) { $0 * $1.size }
    outer = axes
    extents =
      runs * count == 0
      ? .zero
      : (axes + [inner]).reduce(.one) { $0 &+ $1.stride &* SIMD4(repeating: $1.size - 1) }
  }

  /// A walk over `shape` with operands that broadcast to it.
  public init(_ shape: Shape, broadcasting operands: [Shape]) {
    self.init(shape, strides: operands.map { $0.strides(broadcastTo: shape) })
  }

  /// Calls `body` with the offsets of the first element of each run, in order.
  @inlinable @inline(__always)
  public func forEachRun(_ body: (SIMD4<Int>) -> Void) {
    guard runs > 0, count > 0 else { return }
    var offset = SIMD4<Int>.zero
    var index = [Int](repeating: 0, count: outer.count)
    for _ in 0..<runs {
      body(offset)
      for axis in outer.indices.reversed() {
        index[axis] += 1
        offset &+= outer[axis].stride
        if index[axis] < outer[axis].size { break }
        offset &-= outer[axis].stride &* SIMD4(repeating: outer[axis].size)
        index[axis] = 0
      }
    }
  }
}

extension Walk {
  /// `f` of each pair of elements of two operands, in order. Inlined, so that a loop is compiled for
  /// each `f`; an island of unsafe code, whose bounds are checked once.
  @inlinable @inline(__always)
  public func map<A, B, Result>(_ a: [A], _ b: [B], _ f: (A, B) -> Result) -> [Result] {
    precondition(extents[0] <= a.count && extents[1] <= b.count)
    return unsafe [Result](unsafeUninitializedCapacity: runs * count) { result, initialized in
      var to = 0
      unsafe a.withUnsafeBufferPointer { a in
        unsafe b.withUnsafeBufferPointer { b in
          forEachRun { start in
            let (i, j) = (start[0], start[1])
            let (stepA, stepB) = (step[0], step[1])
            if stepA == 1 && stepB == 1 {
              for k in 0..<count {
                unsafe result.initializeElement(at: to &+ k, to: f(a[i &+ k], b[j &+ k]))
              }
            } else if stepA == 1 && stepB == 0 {
              let right = unsafe b[j]
              for k in 0..<count {
                unsafe result.initializeElement(at: to &+ k, to: f(a[i &+ k], right))
              }
            } else {
              for k in 0..<count {
                let value = unsafe f(a[i &+ k &* stepA], b[j &+ k &* stepB])
                unsafe result.initializeElement(at: to &+ k, to: value)
              }
            }
            to += count
          }
        }
      }
      initialized = to
    }
  }
}
