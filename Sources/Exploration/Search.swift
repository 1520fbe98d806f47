package import Support

/// A way to choose designs of a space, generation by generation. The same seed gives the same designs.
public enum SearchMethod: String, CaseIterable, Sendable {
  /// All of them, in order.
  case grid
  /// Any of them, each as likely.
  case random
  /// What is bred from the best so far (Deb et al., IEEE Transactions on Evolutionary Computation 6(2), 2002).
  case nsga2
}

/// Chooses what to evaluate next.
protocol Search {
  /// The next designs, each for the first time; none when the search is over.
  ///
  /// - Parameter costs: of those that the last call gave, of which less is better; nil for a network that
  ///   does not run.
  mutating func next(after costs: [[Double]?]) -> [[Int]]
}

/// Some designs at once, whatever comes out.
struct ListSearch: Search {
  private var designs: [[Int]]

  /// The first `budget` designs of the space.
  init(gridOf space: Space, budget: Int) {
    designs = (0..<min(budget, space.count)).map { space.choices(at: $0) }
  }

  /// `budget` designs, or all.
  init(randomOf space: Space, budget: Int, seed: UInt64) {
    var random = SeededRandom(seed: seed)
    designs = space.sample(min(budget, space.count), &random)
  }

  mutating func next(after costs: [[Double]?]) -> [[Int]] {
    defer { designs = [] }
    return designs
  }
}

extension Space {
  /// Different designs, each set of them as likely. O(count).
  package func sample(_ count: Int, _ random: inout SeededRandom) -> [[Int]] {
    guard self.count < .max else {
      // More than can be numbered: hardly any comes twice.
      var seen: Set<[Int]> = []
      while seen.count < count { seen.insert(any(&random)) }
      return seen.sorted { $0.lexicographicallyPrecedes($1) }
    }
    // The first steps of a shuffle of all.
    // Where a step of the shuffle has put something else.
    var moved: [Int: Int] = [:]
    return (0..<count).map { place in
      let other = place + random.next(below: self.count - place)
      defer { moved[other] = moved[place] ?? place }
      return choices(at: moved[other] ?? other)
    }
  }

  /// Any design, each as likely.
  func any(_ random: inout SeededRandom) -> [Int] {
    parameters.map { random.next(below: $0.values.count) }
  }
}
