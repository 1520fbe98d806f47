public import Graph
public import Plan
public import Support

/// The compiler as a list: passes over the graph, the step down to a plan, passes over the plan.
public struct Pipeline: Sendable {
  /// What the compiler has in hand between two passes.
  public enum Stage: Sendable {
    case graph(Graph)
    case plan(Plan)

    /// What the verifier of the level finds wrong.
    public var problems: [Diagnostic] {
      switch self {
      case .graph(let graph): graph.verify()
      case .plan(let plan): plan.verify()
      }
    }

    /// The text form of the level. Large constants are left out unless `isFull`.
    public func text(isFull: Bool) -> String {
      switch self {
      case .graph(let graph): graph.text(constants: isFull ? .full : .elided)
      case .plan(let plan): plan.text(isFull: isFull)
      }
    }
  }

  public let graph: [Pass<Graph, Graph>]
  public let lower: Pass<Graph, Plan>
  public let plan: [Pass<Plan, Plan>]

  public init(
    graph: [Pass<Graph, Graph>], lower: Pass<Graph, Plan>, plan: [Pass<Plan, Plan>]
  ) {
    self.graph = graph
    self.lower = lower
    self.plan = plan
  }

  /// The passes in order, by name and summary.
  public var passes: [(name: String, summary: String)] {
    graph.map { ($0.name, $0.summary) } + [(lower.name, lower.summary)]
      + plan.map { ($0.name, $0.summary) }
  }

  /// Runs the passes up to and including the one called `last`, or all. What a pass was given is freed
  /// once the next level is there, unless somebody else holds it.
  ///
  /// - Parameters:
  ///   - graph: as a frontend gives it.
  ///   - context: what every pass sees.
  ///   - last: the name of a pass; nil runs all.
  ///   - isVerified: whether the verifier checks what every pass makes; what it finds is our bug.
  ///   - observe: called after each pass with its name, what it made, and how long it took.
  public func run(
    _ graph: consuming Graph, _ context: inout Context, until last: String? = nil,
    isVerified: Bool = false,
    observe: (_ pass: String, _ made: Stage, _ took: Duration) -> Void = { _, _, _ in }
  ) throws(Failure) -> Stage {
    let clock = ContinuousClock()
    var stage = Stage.graph(copy graph)

    func step<Input, Output>(
      _ pass: Pass<Input, Output>, _ input: Input, _ wrap: (Output) -> Stage
    ) throws(Failure) -> Output {
      let start = clock.now
      let output = try pass.run(input, &context)
      let took = clock.now - start
      stage = wrap(output)
      if isVerified, let problem = stage.problems.first(where: { $0.severity == .error }) {
        throw Failure(.bug, at: problem.place, "after pass \(pass.name): \(problem.message)")
      }
      observe(pass.name, stage, took)
      return output
    }

    var graph = graph
    for pass in self.graph {
      graph = try step(pass, graph) { .graph($0) }
      if pass.name == last { return stage }
    }
    var plan = try step(lower, consume graph) { .plan($0) }
    if lower.name == last { return stage }
    for pass in self.plan {
      plan = try step(pass, plan) { .plan($0) }
      if pass.name == last { return stage }
    }
    return stage
  }
}
