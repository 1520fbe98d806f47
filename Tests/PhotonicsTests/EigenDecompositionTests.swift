import Photonics
import Support
import TestKit
import Testing

@Suite struct EigenDecompositionTests {
  /// Eigenvalues times outer products of eigenvectors add up to the matrix; vectors are orthonormal; a solution
  /// solves.
  @Test func rebuildsTheMatrix() {
    withSeed(0..<100) { _, random in
      let n = 1 + random.next(below: 20)
      var matrix = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
      for i in 0..<n {
        for j in 0...i {
          matrix[i][j] = Double(random.nextNormal())
          matrix[j][i] = matrix[i][j]
        }
        // Far from singular.
        matrix[i][i] += 12
      }
      let modes = EigenDecomposition(matrix)
      try #require(modes.values == modes.values.sorted())
      for i in 0..<n {
        for j in 0..<n {
          let sum = zip(modes.values, modes.vectors).reduce(0) { $0 + $1.0 * $1.1[i] * $1.1[j] }
          try #require((sum - matrix[i][j]).magnitude < 1e-11)
          let product = zip(modes.vectors[i], modes.vectors[j]).reduce(0) { $0 + $1.0 * $1.1 }
          try #require((product - (i == j ? 1 : 0)).magnitude < 1e-12)
        }
      }
      let target = (0..<n).map { _ in Double(random.nextNormal()) }
      let solution = modes.solve(target)
      for i in 0..<n {
        let product = zip(matrix[i], solution).reduce(0) { $0 + $1.0 * $1.1 }
        try #require((product - target[i]).magnitude < 1e-9)
      }
    }
  }
}
