import Exploration
import Support
import TestKit
import Testing

/// Laws of fronts and distances, against their definitions.
@Suite struct ParetoTests {
  /// Few different costs, so that many are equal.
  private static func points(_ random: inout SeededRandom) -> [[Double]] {
    let costs = 1 + random.next(below: 4)
    return (0..<random.next(below: 30)).map { _ in
      (0..<costs).map { _ in Double(random.next(below: 6)) }
    }
  }

  @Test func dominationIsAnOrder() {
    withSeed(0..<50) { _, random in
      let points = Self.points(&random)
      for a in points {
        #expect(!Pareto.dominates(a, a))
        for b in points where Pareto.dominates(a, b) {
          #expect(!Pareto.dominates(b, a))
          for c in points where Pareto.dominates(b, c) { #expect(Pareto.dominates(a, c)) }
        }
      }
    }
  }

  @Test func frontIsWhatNoneDominates() {
    withSeed(0..<200) { _, random in
      let points = Self.points(&random)
      let expected = points.indices.filter { index in
        !points.contains { Pareto.dominates($0, points[index]) }
      }
      #expect(Pareto.front(points) == expected)
    }
  }

  /// Each front is what is not dominated once those before it are taken away.
  @Test func frontsPeel() {
    withSeed(0..<200) { _, random in
      let points = Self.points(&random)
      var left = Array(points.indices)
      for front in Pareto.fronts(points) {
        let expected = left.filter { index in
          !left.contains { Pareto.dominates(points[$0], points[index]) }
        }
        #expect(front == expected)
        left.removeAll { expected.contains($0) }
      }
      #expect(left.isEmpty)
    }
  }

  /// Among different costs, a point's distance is between the nearest costs on both sides, in each.
  @Test func crowdingIsTheDistanceOfNeighbours() {
    withSeed(0..<100) { _, random in
      let count = 1 + random.next(below: 12)
      let columns = (0..<3).map { _ in (0..<count).map { Double($0 * $0) }.shuffled(using: &random)
      }
      let points = (0..<count).map { index in columns.map { $0[index] } }
      for (point, distance) in zip(points, Pareto.crowding(points)) {
        var expected = 0.0
        for (cost, column) in zip(point, columns) {
          let below = column.filter { $0 < cost }.max() ?? -.infinity
          let above = column.filter { $0 > cost }.min() ?? .infinity
          expected += (above - below) / max(column.max()! - column.min()!, 1)
        }
        #expect(abs(distance - expected) < 1e-9 || distance == expected)
      }
    }
  }
}
