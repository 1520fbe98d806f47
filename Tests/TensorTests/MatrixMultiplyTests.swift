import Tensor
import Testing

@Suite struct MatrixMultiplyTests {
  @Test func multipliesPartsOfArrays() {
    // [1 2; 3 4] * [5 6; 7 8] into the right half of a matrix of four columns.
    let a = Matrix([0, 1, 2, 3, 4], offset: 1, rows: 2, columns: 2)
    let b = Matrix([5, 7, 0, 6, 8, 0], rows: 2, columns: 2, stride: 3, isTransposed: true)
    var target = [Float](repeating: 1, count: 8)
    MatrixMultiply.multiply(a, b, into: &target, at: 2, stride: 4)
    #expect(target == [1, 1, 19, 22, 1, 1, 43, 50])
    MatrixMultiply.multiply(a, b, into: &target, at: 2, stride: 4, adding: true)
    #expect(target == [1, 1, 38, 44, 1, 1, 86, 100])
  }

  @Test func emptySumsAreZero() {
    var target: [Float] = [1, 2]
    let (a, b) = (Matrix([], rows: 1, columns: 0), Matrix([], rows: 0, columns: 2))
    MatrixMultiply.multiply(a, b, into: &target, adding: true)
    #expect(target == [1, 2])
    MatrixMultiply.multiply(a, b, into: &target)
    #expect(target == [0, 0])
  }

  @Test func threadsAreSettable() {
    MatrixMultiply.setThreads(1)
    var target: [Float] = [0]
    MatrixMultiply.multiply(
      Matrix([3], rows: 1, columns: 1), Matrix([4], rows: 1, columns: 1), into: &target)
    #expect(target == [12])
  }
}
