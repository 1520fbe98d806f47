/// Where each element of a result comes from, an axis at a time: element `[i, j, ...]` is element
/// `tables[0][i] + tables[1][j] + ...` of the source. Transposing, slicing, gathering, padding,
/// tiling and nearest-neighbour resizing differ only in their tables.
public struct Rearrangement: Sendable {
  /// Stands in a table for the fill value.
  public static let fill = -1

  public let shape: Shape
  private let tables: [[Int]]

  /// - Parameter tables: for each axis of the result, the offset that each index adds, or ``fill``.
  ///   Without fills in them, sums must be indices of the source.
  public init(_ tables: [[Int]]) {
    shape = Shape(tables.map(\.count))
    self.tables = Self.merged(tables)
  }

  /// Element `[i, j, ...]` of the result comes from element `[indices[0][i], indices[1][j], ...]`
  /// of a source of shape `source`.
  public init(_ indices: [[Int]], of source: Shape) {
    self.init(
      zip(indices, source.strides).map { indices, stride in
        indices.map { $0 == Self.fill ? Self.fill : $0 * stride }
      })
  }

  /// Offsets along an axis that is walked with a stride.
  public static func offsets(_ count: Int, stride: Int, start: Int = 0) -> [Int] {
    (0..<count).map { start + $0 * stride }
  }

  /// Joins innermost axes as long as their common table stays small, so that runs are long.
  private static func merged(_ tables: [[Int]]) -> [[Int]] {
    var tables = tables
    while tables.count > 1 {
      let inner = tables[tables.count - 1]
      let outer = tables[tables.count - 2]
      guard inner.count * outer.count <= 4096 else { break }
      tables.removeLast(2)
      tables.append(
        outer.flatMap { o in inner.map { i in o == fill || i == fill ? fill : o + i } })
    }
    return tables
  }

  /// The source's elements in the order of the result.
  public func callAsFunction(_ source: Tensor, fill: Tensor? = nil) -> Tensor {
    switch source.elements {
    case .floats(let floats):
      Tensor(shape, floats: apply(floats, fill?.floats[0] ?? 0), type: source.type)
    case .doubles(let doubles):
      Tensor(shape, doubles: apply(doubles, fill?.doubles[0] ?? 0))
    case .ints(let ints):
      Tensor(shape, ints: apply(ints, fill?.ints[0] ?? 0), type: source.type)
    }
  }

  /// An island of unsafe code, whose bounds are checked once.
  private func apply<Element: BitwiseCopyable>(_ source: [Element], _ fill: Element) -> [Element] {
    guard let inner = tables.last else { return source }
    guard shape.count > 0 else { return [] }
    precondition(tables.reduce(0) { $0 + ($1.max() ?? 0) } < max(source.count, 1))
    let isFilled = inner.contains(Self.fill)
    let isContiguous = !isFilled && inner.indices.allSatisfy { inner[$0] == inner[0] + $0 }
    return unsafe [Element](unsafeUninitializedCapacity: shape.count) { result, initialized in
      unsafe source.withUnsafeBufferPointer { source in
        var to = 0
        forEachRun { base in
          guard let base else {
            for k in inner.indices { unsafe result.initializeElement(at: to &+ k, to: fill) }
            to += inner.count
            return
          }
          if isContiguous {
            let run = unsafe UnsafeBufferPointer(
              rebasing: source[(base + inner[0])..<(base + inner[0] + inner.count)])
            _ = unsafe result[to...].update(fromContentsOf: run)
          } else if isFilled {
            for (k, offset) in inner.enumerated() {
              let value = unsafe offset == Self.fill ? fill : source[base &+ offset]
              unsafe result.initializeElement(at: to &+ k, to: value)
            }
          } else {
            for (k, offset) in inner.enumerated() {
              unsafe result.initializeElement(at: to &+ k, to: source[base &+ offset])
            }
          }
          to += inner.count
        }
        initialized = to
      }
    }
  }

  /// Calls `body` with the offset that the axes around each run add; nil where one of them fills.
  @inline(__always)
  private func forEachRun(_ body: (Int?) -> Void) {
    let outer = tables.dropLast()
    var index = [Int](repeating: 0, count: outer.count)
    for _ in 0..<outer.reduce(1, { $0 * $1.count }) {
      var base: Int? = 0
      for axis in outer.indices {
        let offset = outer[axis][index[axis]]
        base = offset == Self.fill ? nil : base.map { $0 + offset }
      }
      body(base)
      for axis in index.indices.reversed() {
        index[axis] += 1
        if index[axis] < outer[axis].count { break }
        index[axis] = 0
      }
    }
  }
}
