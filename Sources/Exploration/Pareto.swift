/// Order among points of several costs, of which less is better: no more of any and less of some dominates.
public enum Pareto {
  public static func dominates(_ a: [Double], _ b: [Double]) -> Bool {
    var isBetter = false
    for (x, y) in zip(a, b) {
      if x > y { return false }
      if x < y { isBetter = true }
    }
    return isBetter
  }

  /// The points that none dominates, ascending. O(n log n + n f) for a front of f.
  public static func front(_ points: [[Double]]) -> [Int] {
    // None dominates one that comes before it.
    let order = points.indices.sorted { a, b in
      points[a].lexicographicallyPrecedes(points[b])
        || (points[a] == points[b] && a < b)
    }
    var front: [Int] = []
    for index in order where !front.contains(where: { dominates(points[$0], points[index]) }) {
      front.append(index)
    }
    return front.sorted()
  }

  /// Fronts, the best first: each that none dominates but those of fronts before, ascending (Deb et al.,
  /// IEEE Transactions on Evolutionary Computation 6(2), 2002, section III.A). O(m n^2) for m costs.
  public static func fronts(_ points: [[Double]]) -> [[Int]] {
    var dominated = [[Int]](repeating: [], count: points.count)
    var dominators = [Int](repeating: 0, count: points.count)
    for a in points.indices {
      for b in points.indices where dominates(points[a], points[b]) {
        dominated[a].append(b)
        dominators[b] += 1
      }
    }
    var fronts: [[Int]] = []
    var next = points.indices.filter { dominators[$0] == 0 }
    while !next.isEmpty {
      fronts.append(next)
      var after: [Int] = []
      for a in next {
        for b in dominated[a] {
          dominators[b] -= 1
          if dominators[b] == 0 { after.append(b) }
        }
      }
      next = after.sorted()
    }
    return fronts
  }

  /// How far apart each point of a front has its neighbours, in the sum over costs of their distance as a
  /// share of the front's extent; infinite at the ends (section III.B). O(m n log n).
  public static func crowding(_ front: [[Double]]) -> [Double] {
    var distances = [Double](repeating: 0, count: front.count)
    for cost in 0..<(front.first?.count ?? 0) {
      let order = front.indices.sorted { (front[$0][cost], $0) < (front[$1][cost], $1) }
      let extent = front[order[order.count - 1]][cost] - front[order[0]][cost]
      for (place, index) in order.enumerated() {
        if place == 0 || place == order.count - 1 {
          distances[index] = .infinity
        } else if extent > 0 {
          distances[index] +=
            (front[order[place + 1]][cost] - front[order[place - 1]][cost]) / extent
        }
      }
    }
    return distances
  }
}
