import Support

/// Breeds designs: a generation's parents are the best of those before and their children, by fronts and,
/// within a front, by how far they are apart.
///
/// A design is evaluated once, so children are designs that have not been seen; where breeding finds
/// none, chance does.
struct NSGA2: Search {
  private struct Individual {
    var choices: [Int]
    var costs: [Double]
    var front = 0
    var distance = 0.0
  }

  private let space: Space
  private let size: Int
  private var left: Int
  private var random: SeededRandom
  private var seen: Set<[Int]> = []
  private var parents: [Individual] = []
  private var children: [[Int]] = []

  /// Pairs are crossed with this chance, in 1/10.
  private static let crossing = 9

  /// - Parameter size: of a generation.
  init(_ space: Space, budget: Int, seed: UInt64, size: Int = 64) {
    self.space = space
    self.size = size
    left = min(budget, space.count)
    random = SeededRandom(seed: seed)
  }

  mutating func next(after costs: [[Double]?]) -> [[Int]] {
    let born = zip(children, costs).map { choices, costs in
      let worst = [Double](repeating: .infinity, count: space.objectives.count)
      return Individual(choices: choices, costs: costs ?? worst)
    }
    parents = Self.best(size, of: parents + born)
    let count = min(size, left)
    left -= count
    children = parents.isEmpty ? space.sample(count, &random) : breed(count)
    seen.formUnion(children)
    return children
  }

  /// The best, with their fronts and distances.
  private static func best(_ count: Int, of all: [Individual]) -> [Individual] {
    var best: [Individual] = []
    for (front, members) in Pareto.fronts(all.map(\.costs)).enumerated() {
      let distances = Pareto.crowding(members.map { all[$0].costs })
      let ranked = zip(members, distances).map { index, distance in
        Individual(
          choices: all[index].choices, costs: all[index].costs, front: front, distance: distance)
      }
      // The front that does not fit goes by distance.
      let order = ranked.indices.sorted {
        (-ranked[$0].distance, $0) < (-ranked[$1].distance, $1)
      }
      best += order.prefix(count - best.count).map { ranked[$0] }
      if best.count == count { break }
    }
    return best
  }

  private mutating func breed(_ count: Int) -> [[Int]] {
    var brood: [[Int]] = []
    var attempts = 0
    while brood.count < count {
      attempts += 1
      let child = attempts > 20 * size ? stranger() : child()
      if seen.insert(child).inserted { brood.append(child) }
    }
    return brood
  }

  /// Any design; the next one that has not been seen where that is one that has.
  private mutating func stranger() -> [Int] {
    var choices = space.any(&random)
    while seen.contains(choices) {
      for place in choices.indices.reversed() {
        choices[place] += 1
        if choices[place] < space.parameters[place].values.count { break }
        choices[place] = 0
      }
    }
    return choices
  }

  /// Of two parents, each the better of two; genes from either, and some changed.
  private mutating func child() -> [Int] {
    let (mother, father) = (tournament(), tournament())
    let isCrossed = random.next(below: 10) < Self.crossing
    return space.parameters.indices.map { place in
      let count = space.parameters[place].values.count
      let isFathers = isCrossed && random.next(below: 2) == 1
      let gene = isFathers ? father[place] : mother[place]
      // One gene of a child changes, in the mean.
      guard random.next(below: space.parameters.count) == 0 else { return gene }
      switch random.next(below: 4) {
      case 0: return max(gene - 1, 0)
      case 1: return min(gene + 1, count - 1)
      default: return random.next(below: count)
      }
    }
  }

  private mutating func tournament() -> [Int] {
    let a = parents[random.next(below: parents.count)]
    let b = parents[random.next(below: parents.count)]
    let isFirst = (a.front, -a.distance) <= (b.front, -b.distance)
    return isFirst ? a.choices : b.choices
  }
}
