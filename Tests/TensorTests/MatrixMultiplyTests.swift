import Kernels
import Support
import Tensor
import TestKit
import Testing

@Suite struct MatrixMultiplyTests {
  @Test(arguments: [MatrixMultiply.Order.any, .ascending])
  func multipliesPartsOfArrays(_ order: MatrixMultiply.Order) {
    // [1 2; 3 4] * [5 6; 7 8] into the right half of a matrix of four columns.
    let a = Matrix([0, 1, 2, 3, 4], offset: 1, rows: 2, columns: 2)
    let b = Matrix([5, 7, 0, 6, 8, 0], rows: 2, columns: 2, stride: 3, isTransposed: true)
    var target = [Float](repeating: 1, count: 8)
    MatrixMultiply.multiply(a, b, into: &target, at: 2, stride: 4, order: order)
    #expect(target == [1, 1, 19, 22, 1, 1, 43, 50])
    MatrixMultiply.multiply(a, b, into: &target, at: 2, stride: 4, adding: true, order: order)
    #expect(target == [1, 1, 38, 44, 1, 1, 86, 100])
  }

  @Test(arguments: [MatrixMultiply.Order.any, .ascending])
  func emptySumsAreZero(_ order: MatrixMultiply.Order) {
    var target: [Float] = [1, 2]
    let (a, b) = (Matrix([], rows: 1, columns: 0), Matrix([], rows: 0, columns: 2))
    MatrixMultiply.multiply(a, b, into: &target, adding: true, order: order)
    #expect(target == [1, 2])
    MatrixMultiply.multiply(a, b, into: &target, order: order)
    #expect(target == [0, 0])
  }

  /// 2^24 + 1 is 2^24 in floats, so the order shows.
  @Test func ascendingSumsOneAfterAnother() {
    let a = Matrix([0x1p24, 1, 1, -0x1p24], rows: 1, columns: 4)
    let b = Matrix([1, 1, 1, 1], rows: 4, columns: 1)
    var target: [Float] = [0]
    MatrixMultiply.multiply(a, b, into: &target, order: .ascending)
    #expect(target == [0])
    MatrixMultiply.multiply(a, b, into: &target, adding: true, order: .ascending)
    #expect(target == [0])
  }

  /// Every path, any number of threads, and sizes that are no whole blocks: the bits of a sum written down.
  @Test func ascendingIsTheSameEverywhere() {
    defer {
      sonic_limit_path(Int32(SONIC_AVX512))
      MatrixMultiply.setThreads(1)
    }
    withSeed(0..<40) { seed, random in
      let isLarge = seed % 10 == 0
      let (rows, depth) = (1 + random.next(below: isLarge ? 130 : 9), random.next(below: 90))
      let columns = 1 + random.next(below: isLarge ? 200 : 70)
      let left = (0..<rows * depth).map { _ in random.nextFloat() - 0.5 }
      let right = (0..<depth * columns).map { _ in random.nextFloat() - 0.5 }
      let (isLeft, isRight) = (random.next(below: 2) == 0, random.next(below: 2) == 0)
      let a = Matrix(left, rows: rows, columns: depth, isTransposed: isLeft)
      let b = Matrix(right, rows: depth, columns: columns, isTransposed: isRight)
      let expected = (0..<rows * columns).map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        return (0..<depth).reduce(Float(1)) { sum, k in
          sum + left[isLeft ? k * rows + row : row * depth + k]
            * right[isRight ? column * depth + k : k * columns + column]
        }
      }
      for path in [SONIC_PORTABLE, SONIC_AVX2, SONIC_AVX512] {
        for threads in [1, 3] {
          sonic_limit_path(Int32(path))
          MatrixMultiply.setThreads(threads)
          var target = [Float](repeating: 1, count: rows * columns)
          MatrixMultiply.multiply(a, b, into: &target, adding: true, order: .ascending)
          try #require(target == expected)
        }
      }
    }
  }

  @Test func threadsAreSettable() {
    MatrixMultiply.setThreads(1)
    var target: [Float] = [0]
    MatrixMultiply.multiply(
      Matrix([3], rows: 1, columns: 1), Matrix([4], rows: 1, columns: 1), into: &target)
    #expect(target == [12])
  }
}
