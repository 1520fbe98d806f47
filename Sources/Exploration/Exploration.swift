public import Support

/// What came out of a search.
public struct Exploration: Sendable {
  /// A design on which all networks run.
  public struct Point: Sendable {
    public let design: Design
    /// By network.
    public let figures: [Figures]
    /// By the space's objectives.
    public let values: [Double]
    let costs: [Double]
  }

  public let space: Space
  public let networks: [String]
  /// The machine as it is.
  public let reference: Point
  /// In the order in which they were chosen, the reference first.
  public let points: [Point]
  /// Designs on which a network does not run, and why.
  public let failures: [(design: Design, failure: Failure)]
  /// The points that no other dominates, as places among all, by the first objective, the best first.
  public let front: [Int]
  /// Of each parameter, the designs that differ from the reference in no other.
  let variations: [[Design]]
  /// What the compiler has to say of the networks as the reference has them.
  public let notes: [Diagnostic]

  /// - Parameter found: the reference first, on which all networks run.
  init(
    _ space: Space, networks: [String], variations: [[Design]],
    found: [(design: Design, figures: Result<[Figures], Failure>)], notes: [Diagnostic]
  ) {
    self.space = space
    self.networks = networks
    self.variations = variations
    self.notes = notes
    var points: [Point] = []
    var failures: [(design: Design, failure: Failure)] = []
    for (design, result) in found {
      switch result {
      case .success(let figures):
        points.append(
          Point(
            design: design, figures: figures,
            values: space.objectives.map { $0.value(figures) }, costs: space.costs(figures)))
      case .failure(let failure): failures.append((design, failure))
      }
    }
    self.reference = points[0]
    self.points = points
    self.failures = failures
    front = Pareto.front(points.map(\.costs)).sorted {
      (points[$0].costs[0], $0) < (points[$1].costs[0], $1)
    }
  }

  /// The points that are no worse than the reference in any objective and better in some.
  public var better: [Point] { points.filter { Pareto.dominates($0.costs, reference.costs) } }

  /// How many points do better than the reference in an objective.
  func betterCount(_ objective: Objective) -> Int {
    points.count { cost($0, objective) < cost(reference, objective) }
  }

  /// The point that does best in an objective, the first of equal ones.
  ///
  /// - Parameter isAllowed: which points to choose among; the reference is one.
  func best(_ objective: Objective, where isAllowed: (Point) -> Bool = { _ in true }) -> Point {
    points.filter(isAllowed).min { cost($0, objective) < cost($1, objective) } ?? reference
  }

  /// How many times better a point does than the reference.
  func gain(_ point: Point, _ objective: Objective) -> Double {
    let (value, reference) = (objective.value(point.figures), objective.value(reference.figures))
    if value == reference { return 1 }
    return objective.isMaximized ? value / reference : reference / value
  }

  private func cost(_ point: Point, _ objective: Objective) -> Double {
    objective.cost(objective.value(point.figures))
  }
}
