import Support
import Tensor
import Testing

@Suite struct SparseTensorTests {
  /// A tensor of which about one in four elements is not zero; -0 is among them.
  private func random(_ type: ElementType, _ random: inout SeededRandom) -> Tensor {
    let shape = Shape((0..<random.next(below: 4)).map { _ in random.next(below: 7) })
    let picks = (0..<shape.count).map { _ in random.next(below: 8) }
    return type.isFloatingPoint
      ? Tensor(shape, floats: picks.map { [1.5, -0.0][safe: $0] ?? 0 }, type: type)
      : Tensor(shape, ints: picks.map { [3, 7][safe: $0] ?? 0 }, type: type)
  }

  @Test func unfoldingGivesEveryBitBack() {
    var random = SeededRandom(seed: 1)
    for type in [ElementType.float, .double, .int64, .uint8, .float16] {
      for _ in 0..<100 {
        let tensor = self.random(type, &random)
        let sparse = SparseTensor(tensor, exactly: true)
        #expect(sparse.dense.encoded() == tensor.encoded())
        #expect(sparse.values.count == tensor.nonzeroCount)
        #expect(SparseTensor.problem(sparse.positions, in: tensor.shape) == nil)
        // But for the sign of zeros, they may be left out.
        let loose = SparseTensor(tensor, exactly: false)
        #expect(loose.dense == tensor && loose.positions.count <= sparse.positions.count)
      }
    }
  }

  @Test func positionsLieInTheTensorAndAscend() {
    let twice = "found indices out of order or twice, expected them ascending"
    let faulty: [(positions: [Int64], problem: String?)] = [
      ([], nil), ([0, 5], nil), ([6], "found index 6, expected 0 ..< 6"),
      ([-1], "found index -1, expected 0 ..< 6"), ([3, 3], twice), ([3, 1], twice),
      ([.min], "found index \(Int64.min), expected 0 ..< 6"),
    ]
    for (positions, problem) in faulty {
      #expect(SparseTensor.problem(positions, in: [2, 3]) == problem)
    }
  }

  @Test func aLimitIsForAllTogether() {
    var limit = UnfoldingLimit(free: 100)
    let asked: [(shape: Shape, values: Int, isAdmitted: Bool)] = [
      ([60], 0, true), ([60], 0, false), ([1064], 1, true), ([1], 0, false),
      (Shape([Shape.mostElements]), 1 << 20, false), ([4], -1, false), ([4], .max, true),
    ]
    for (shape, values, isAdmitted) in asked {
      let found = limit.admits(shape, values: values)
      #expect(found == isAdmitted, "\(values) of \(shape)")
    }
  }
}

extension Array {
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
