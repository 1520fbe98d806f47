import OpenBLAS

/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, by LAPACK's dsyev.
///
/// The last bits, and signs of vectors, may differ between machines.
public struct EigenDecomposition: Hashable, Sendable {
  /// In ascending order.
  public let values: [Double]
  /// One for each value.
  public let vectors: [[Double]]

  /// - Precondition: the matrix is square, symmetric and finite, and has a row.
  public init(_ matrix: [[Double]]) {
    let n = matrix.count
    precondition(n > 0 && matrix.allSatisfy { $0.count == n })
    var elements = matrix.flatMap { $0 }
    precondition(elements.allSatisfy(\.isFinite))
    var values = [Double](repeating: 0, count: n)
    var room = [Double](repeating: 0, count: 3 * n)
    let unconverged = unsafe elements.withUnsafeMutableBufferPointer { elements in
      unsafe values.withUnsafeMutableBufferPointer { values in
        unsafe room.withUnsafeMutableBufferPointer { room in
          unsafe symmetric_eigen(
            blasint(n), elements.baseAddress, values.baseAddress, room.baseAddress)
        }
      }
    }
    precondition(unconverged == 0, "LAPACK's dsyev failed")
    self.values = values
    self.vectors = (0..<n).map { Array(elements[$0 * n..<($0 + 1) * n]) }
  }

  /// The vector that the matrix turns into `target`: the sum over eigenvectors v of (v . target) / value v.
  ///
  /// - Precondition: no eigenvalue is zero.
  public func solve(_ target: [Double]) -> [Double] {
    var solution = [Double](repeating: 0, count: values.count)
    for (value, vector) in zip(values, vectors) {
      let factor = zip(vector, target).reduce(0) { $0 + $1.0 * $1.1 } / value
      for index in solution.indices { solution[index] += factor * vector[index] }
    }
    return solution
  }

  /// The largest eigenvalue over the smallest, of a positive definite matrix: by how much errors of a target
  /// can grow in a solution.
  public var condition: Double { (values.last ?? 1) / (values.first ?? 1) }
}
