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
  /// The axes around the runs, outermost first.
  private let outer: [(size: Int, stride: SIMD4<Int>)]

  /// - Parameter strides: for each operand, at most four, the distance between neighbours along
  ///   each axis of `shape`.
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
  }

  /// A walk over `shape` with operands that broadcast to it.
  public init(_ shape: Shape, broadcasting operands: [Shape]) {
    self.init(shape, strides: operands.map { $0.strides(broadcastTo: shape) })
  }

  /// Calls `body` with the offsets of the first element of each run, in order.
  @inline(__always)
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
