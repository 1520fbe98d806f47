import Kernels
import OpenBLAS
import Support
import Synchronization

/// A row-major matrix inside an array of floats.
public struct Matrix: Sendable {
  let elements: [Float]
  let offset: Int
  let rows: Int
  let columns: Int
  let stride: Int
  let isTransposed: Bool

  /// - Parameters:
  ///   - elements: an array that the matrix is in.
  ///   - offset: where in `elements` the matrix starts.
  ///   - rows: of the matrix as it takes part in a product.
  ///   - columns: of the same.
  ///   - stride: elements from one stored row to the next; nil where they follow each other.
  ///   - isTransposed: whether `elements` hold the transpose, `columns` rows of `rows`.
  /// - Precondition: the matrix lies inside `elements`.
  public init(
    _ elements: [Float], offset: Int = 0, rows: Int, columns: Int, stride: Int? = nil,
    isTransposed: Bool = false
  ) {
    let (height, width) = isTransposed ? (columns, rows) : (rows, columns)
    let stride = stride ?? width
    precondition(
      height == 0 || width == 0
        || offset >= 0 && stride >= width
          && offset + (height - 1) * stride + width <= elements.count
    )
    self.elements = elements
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.stride = stride
    self.isTransposed = isTransposed
  }
}

extension Matrix {
  /// The matrix as kernels take it, its elements at `base`.
  fileprivate func pointers(_ base: UnsafeBufferPointer<Float>) -> sonic_matrix {
    let (row, column) = isTransposed ? (1, stride) : (stride, 1)
    return unsafe sonic_matrix(elements: base.baseAddress! + offset, row: row, column: column)
  }
}

/// Products of matrices, by OpenBLAS (the only place that uses it) or in a fixed order.
public enum MatrixMultiply {
  /// The order in which the products of an element are summed.
  public enum Order: Sendable {
    /// OpenBLAS's own: fast, but results may differ in the last bits between machines and between
    /// numbers of threads.
    case any
    /// One after another, each product rounded and then each sum: the same bits everywhere.
    case ascending
  }

  private static let threads = Atomic(1)

  /// Products of fewer multiplications are not worth a second thread.
  private static let smallProduct = 1 << 20

  /// Lets every later product use this many threads.
  public static func setThreads(_ count: Int) {
    openblas_set_num_threads(Int32(clamping: max(count, 1)))
    threads.store(max(count, 1), ordering: .relaxed)
  }

  /// Ends the threads that wait busily for a product since the process started; the next product starts
  /// them again.
  public static func endThreads() { openblas_end_threads() }

  /// Writes `a * b`, or adds it to what is there, into the `a.rows` by `b.columns` matrix that
  /// starts at `offset` of `target` and has `stride` elements from row to row.
  ///
  /// - Precondition: the matrices fit each other, and the result lies inside `target`.
  public static func multiply(
    _ a: Matrix, _ b: Matrix, into target: inout [Float], at offset: Int = 0,
    stride: Int? = nil, adding: Bool = false, order: Order = .any
  ) {
    precondition(a.columns == b.rows)
    let (rows, columns, depth) = (a.rows, b.columns, a.columns)
    let stride = stride ?? columns
    guard rows > 0, columns > 0 else { return }
    precondition(
      offset >= 0 && stride >= columns && offset + (rows - 1) * stride + columns <= target.count)
    if !adding, depth == 0 || order == .ascending { clear(&target, offset, rows, columns, stride) }
    guard depth > 0 else { return }
    if order == .ascending { return accumulate(a, b, &target, offset, stride) }
    unsafe a.elements.withUnsafeBufferPointer { left in
      unsafe b.elements.withUnsafeBufferPointer { right in
        unsafe target.withUnsafeMutableBufferPointer { result in
          unsafe cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
            b.isTransposed ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(depth), 1,
            left.baseAddress! + a.offset, blasint(a.stride),
            right.baseAddress! + b.offset, blasint(b.stride), adding ? 1 : 0,
            result.baseAddress! + offset, blasint(stride))
        }
      }
    }
  }

  /// Adds `a * b` to the target, the products of each element in the order of `a`'s columns. An island of
  /// unsafe code: see Kernels/include/sonic_multiply.h.
  private static func accumulate(
    _ a: Matrix, _ b: Matrix, _ target: inout [Float], _ offset: Int, _ stride: Int
  ) {
    let (rows, columns, depth) = (a.rows, b.columns, a.columns)
    let together = Int(SONIC_COLUMNS)
    let isSmall = rows * columns * depth < smallProduct
    unsafe a.elements.withUnsafeBufferPointer { left in
      unsafe b.elements.withUnsafeBufferPointer { right in
        unsafe target.withUnsafeMutableBufferPointer { result in
          nonisolated(unsafe) let target = unsafe result.baseAddress! + offset
          nonisolated(unsafe) let (left, right) = unsafe (a.pointers(left), b.pointers(right))
          let panels = (columns + together - 1) / together
          parallelForEach(
            count: panels, threads: isSmall ? 1 : threads.load(ordering: .relaxed)
          ) { panel in
            let first = panel * together
            unsafe withUnsafeTemporaryAllocation(
              of: Float.self, capacity: depth * together
            ) { room in
              var right = unsafe right
              unsafe right.elements += first * right.column
              unsafe sonic_multiply(
                [left], rows, depth, &right, min(together, columns - first), room.baseAddress!,
                target + first, stride)
            }
          }
        }
      }
    }
  }

  private static func clear(
    _ target: inout [Float], _ offset: Int, _ rows: Int, _ columns: Int, _ stride: Int
  ) {
    for row in 0..<rows {
      for column in 0..<columns { target[offset + row * stride + column] = 0 }
    }
  }
}
