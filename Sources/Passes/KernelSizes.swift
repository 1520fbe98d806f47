import Support
import Tensor

/// The size of each kernel: the root mean square of its nonzero weights, 1 where it has none.
///
/// Squares are summed up in an order that depends on the shape alone.
struct KernelSizes: Sendable {
  let sizes: [Float]
  /// Weights that are not zero, in all kernels.
  let nonzeros: Int
  /// Whether all weights are finite.
  let isFinite: Bool

  /// Weights that are summed up at a time, at least.
  private static let chunk = 1 << 18

  /// - Parameter axis: along which kernels lie; nil takes all weights as one kernel.
  init(_ tensor: Tensor, axis: Int?, threads: Int) {
    let kernels = axis.map { tensor.shape[$0] } ?? 1
    let inner = axis.map { tensor.shape.strides[$0] } ?? tensor.count
    var squares = [Double](repeating: 0, count: kernels)
    var counts = [Int](repeating: 0, count: kernels)
    if inner == 1 {
      for part in Self.columns(tensor, kernels, threads) {
        for kernel in 0..<kernels {
          squares[kernel] += part.sums[kernel]
          counts[kernel] += Int(part.nonzeros[kernel])
        }
      }
    } else {
      for (run, part) in Self.runs(tensor, inner, threads).joined().enumerated() {
        squares[run % kernels] += part.sum
        counts[run % kernels] += part.nonzeros
      }
    }
    sizes = zip(squares, counts).map { square, count in
      count == 0 ? 1 : Float((square / Double(count)).squareRoot())
    }
    nonzeros = counts.reduce(0, +)
    isFinite = squares.allSatisfy(\.isFinite)
  }

  /// Sums of the columns of a matrix, for some rows after others.
  private static func columns(
    _ tensor: Tensor, _ kernels: Int, _ threads: Int
  ) -> [(sums: [Double], nonzeros: [UInt32])] {
    let rows = kernels == 0 ? 0 : tensor.count / kernels
    let step = max(chunk / max(kernels, 1), 1)
    return parallelMap(count: (rows + step - 1) / step, threads: threads) { index in
      WeightSums.columnSquares(
        tensor.floats, columns: kernels, rows: index * step..<min((index + 1) * step, rows))
    }
  }

  /// Sums of runs of `inner` weights, in lists.
  private static func runs(
    _ tensor: Tensor, _ inner: Int, _ threads: Int
  ) -> [[(sum: Double, nonzeros: Int)]] {
    let count = inner == 0 ? 0 : tensor.count / inner
    let step = max(chunk / max(inner, 1), 1)
    return parallelMap(count: (count + step - 1) / step, threads: threads) { index in
      (index * step..<min((index + 1) * step, count)).map {
        WeightSums.squares(tensor.floats, $0 * inner..<($0 + 1) * inner)
      }
    }
  }
}
