import Support
import Tensor
import Testing

/// A tensor of numbers close to normal.
func random(_ shape: Shape, _ random: inout SeededRandom) -> Tensor {
  Tensor(shape, floats: (0..<shape.count).map { _ in random.nextNormal() })
}

/// Zeros, where only the shape matters.
func zeros(_ sizes: Int...) -> Tensor {
  Tensor(Shape(sizes), floats: [Float](repeating: 0, count: Shape(sizes).count))
}

/// Checks that two tensors agree but for the order of summation.
func expectClose(
  _ found: Tensor, _ expected: Tensor, tolerance: Float = 1e-4, _ comment: Comment,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.shape == expected.shape, comment, sourceLocation: sourceLocation)
  let worst = zip(found.floats, expected.floats).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0
  #expect(worst <= tolerance, comment, sourceLocation: sourceLocation)
}
