import Support
import Tensor
import Testing

/// Walks and rearrangements against index arithmetic, an element at a time.
@Suite struct BroadcastTests {
  @Test func shapes() {
    #expect(Shape([2, 1, 4]).broadcast(with: [3, 1]) == [2, 3, 4])
    #expect(Shape([]).broadcast(with: [5]) == [5])
    #expect(Shape([0]).broadcast(with: [1]) == [0])
    #expect(Shape([1, 1]).broadcast(with: [0]) == [1, 0])
    #expect(Shape([2]).broadcast(with: [3]) == nil)
    #expect(Shape([2, 3]).broadcast(with: [2]) == nil)
    #expect(Shape([2, 1, 4]).strides(broadcastTo: [5, 2, 3, 4]) == [0, 4, 0, 1])
  }

  @Test(arguments: UInt64(0)..<200)
  func walksVisitWhatTheyShould(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let shape = Shape((0..<random.next(below: 5)).map { _ in random.next(below: 4) })
    let operands = (0..<(1 + random.next(below: 3))).map { _ in
      let kept = random.next(below: shape.rank + 1)
      return Shape(shape.sizes.suffix(kept).map { random.next(below: 2) == 0 ? 1 : $0 })
    }
    let walk = Walk(shape, broadcasting: operands)
    var found: [[Int]] = []
    walk.forEachRun { start in
      for k in 0..<walk.count {
        found.append(operands.indices.map { start[$0] + k * walk.step[$0] })
      }
    }
    let strides = operands.map { $0.strides(broadcastTo: shape) }
    let expected = Self.indices(shape).map { index in
      strides.map { zip(index, $0).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    #expect(found == expected, "seed \(seed)")
    #expect(walk.runs * walk.count == shape.count, "seed \(seed)")
  }

  @Test func equalShapesAreOneRun() {
    let walk = Walk([4, 3, 2, 5], broadcasting: [[4, 3, 2, 5], [4, 3, 2, 5]])
    #expect(walk.runs == 1 && walk.count == 120)
    let perChannel = Walk([4, 3, 2, 5], broadcasting: [[4, 3, 2, 5], [3, 1, 1]])
    #expect(perChannel.runs == 12 && perChannel.count == 10)
  }

  @Test(arguments: UInt64(0)..<200)
  func rearrangementsTakeWhatTheyShould(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let source = Shape((0..<random.next(below: 5)).map { _ in 1 + random.next(below: 4) })
    let tables = source.sizes.map { size in
      (0..<random.next(below: 6)).map { _ in random.next(below: size + 1) - 1 }
    }
    let tensor = Tensor(source, ints: (0..<Int64(source.count)).map { $0 })
    let found = Rearrangement(tables, of: source)(tensor, fill: Tensor([], ints: [-7]))
    let shape = Shape(tables.map(\.count))
    let expected = Self.indices(shape).map { index -> Int64 in
      let from = zip(tables, index).map { $0[$1] }
      if from.contains(Rearrangement.fill) { return -7 }
      return Int64(zip(from, source.strides).reduce(0) { $0 + $1.0 * $1.1 })
    }
    #expect(found == Tensor(shape, ints: expected), "seed \(seed)")
  }

  /// Every index of a shape, in row-major order.
  static func indices(_ shape: Shape) -> [[Int]] {
    shape.sizes.reduce([[]]) { prefixes, size in
      prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } }
    }
  }
}
