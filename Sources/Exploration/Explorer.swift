import Foundation
public import Hardware
public import Support

/// Evaluates designs of a space for some networks.
public struct Explorer: Sendable {
  private let subjects: [Subject]
  private let space: Space
  private let machine: Machine
  private let results: Results
  private let preparations: Preparations
  private let workers: Workers

  /// - Parameters:
  ///   - subjects: the networks.
  ///   - space: what varies.
  ///   - machine: what all designs have but for their parameters.
  ///   - results: opened for the same subjects.
  ///   - threads: to use.
  public init(
    _ subjects: [Subject], in space: Space, on machine: Machine, results: Results, threads: Int
  ) {
    self.subjects = subjects
    self.space = space
    self.machine = machine
    self.results = results
    workers = Workers(threads: threads)
    preparations = Preparations(
      subjects, on: machine, isCompared: space.objectives.contains(.signalToNoise))
  }

  /// Evaluates the reference, all designs that differ from it in one parameter, and what a search chooses.
  ///
  /// - Parameters:
  ///   - method: how designs are chosen.
  ///   - budget: the most designs that the search chooses, at most ``Space/mostChosen``.
  ///   - seed: draws its random numbers.
  ///   - progress: told how many designs more are done.
  /// - Throws: what keeps a network from running on the reference.
  public func explore(
    _ method: SearchMethod, budget: Int, seed: UInt64, progress: (Int) -> Void
  ) throws(Failure) -> Exploration {
    let reference = reference
    let variations = space.parameters.map { parameter in
      parameter.values.map { reference.setting(parameter.name, $0) }
    }
    var found: [Design: Result<[Figures], Failure>] = [:]
    var order: [Design] = []
    func evaluate(_ designs: [Design]) throws(Failure) {
      var new: [Design] = []
      for design in designs where found[design] == nil {
        found[design] = .success([])
        new.append(design)
      }
      for (design, result) in zip(new, try self.evaluate(new, progress: progress)) {
        found[design] = result
      }
      order += new
      progress(designs.count - new.count)
    }
    try preparations.prepare(reference)
    try evaluate([reference])
    _ = try found[reference]!.get()
    try evaluate(Array(variations.joined()))
    var search: any Search =
      switch method {
      case .grid: ListSearch(gridOf: space, budget: budget)
      case .random: ListSearch(randomOf: space, budget: budget, seed: seed)
      case .nsga2: NSGA2(space, budget: budget, seed: seed)
      }
    var costs: [[Double]?] = []
    while true {
      let designs = search.next(after: costs).map { space.design($0) }
      if designs.isEmpty { break }
      try evaluate(designs)
      costs = designs.map { found[$0].flatMap { try? $0.get() }.map(space.costs) }
    }
    return Exploration(
      space, networks: subjects.map(\.name), variations: variations,
      found: order.map { ($0, found[$0]!) }, notes: preparations.notes(of: reference))
  }

  /// How many designs ``explore(_:budget:seed:progress:)`` tells of.
  public func steps(_ method: SearchMethod, budget: Int) -> Int {
    1 + space.parameters.reduce(0) { $0 + $1.values.count } + min(budget, space.count)
  }

  /// The machine as it is, and the options that all networks share.
  private var reference: Design {
    Design(
      space.parameters.compactMap { parameter in
        if let option = CompilerParameter(rawValue: parameter.name) {
          let values = Set(subjects.map { option.value(of: $0.options) })
          return values.count == 1 ? values.first!.map { (parameter.name, $0) } : nil
        }
        return machine.figures.first { $0.path == parameter.name }.map { ($0.path, $0.value) }
      })
  }

  /// The most tasks that are looked up in one transaction.
  private static let mostLookups = 1 << 14

  /// What designs come to: figures by network, or what keeps a network from running.
  private func evaluate(
    _ designs: [Design], progress: (Int) -> Void
  ) throws(Failure) -> [Result<[Figures], Failure>] {
    let tasks = designs.flatMap { design in
      subjects.indices.map { Results.Task(subject: $0, design: design) }
    }
    var known: [Results.Task: Result<Figures, Failure>] = [:]
    var pending = tasks[...]
    // About half a second's work at a time: transactions stay few, and other processes get their share.
    var claims = workers.threads * subjects.count
    let clock = ContinuousClock()
    while !pending.isEmpty {
      let start = clock.now
      let states = try results.take(pending.prefix(Self.mostLookups), claims: claims)
      let taken = pending.prefix(states.count)
      pending.removeFirst(taken.count)
      var claimed: [Results.Task] = []
      for (task, state) in zip(taken, states) {
        switch state {
        case .known(let result): known[task] = result
        case .claimed: claimed.append(task)
        case .elsewhere: pending.append(task)
        }
      }
      let outcome = try compute(claimed)
      try results.record(outcome)
      for (task, result) in outcome { known[task] = result }
      if taken.allSatisfy({ known[$0] == nil }) {
        // Others are at all of them.
        Thread.sleep(forTimeInterval: 0.05)
      }
      let took = clock.now - start
      if took < .milliseconds(250) { claims = min(2 * claims, Self.mostLookups) }
      if took > .seconds(1) { claims = max(claims / 2, workers.threads) }
      progress(taken.count { $0.subject == 0 && known[$0] != nil })
    }
    return designs.map { design in
      Result { () throws(Failure) in
        var figures: [Figures] = []
        for subject in subjects.indices {
          figures.append(try known[Results.Task(subject: subject, design: design)]!.get())
        }
        return figures
      }
    }
  }

  /// Evaluates tasks that were claimed, on all threads.
  private func compute(
    _ tasks: [Results.Task]
  ) throws(Failure) -> [(task: Results.Task, result: Result<Figures, Failure>)] {
    for task in tasks where preparations.prepare(task.subject, for: task.design) {
      // That may have taken a while.
      try results.renew()
    }
    var place: [Design: Int] = [:]
    var designs: [Design] = []
    for task in tasks where place[task.design] == nil {
      place[task.design] = designs.count
      designs.append(task.design)
    }
    let (machine, preparations) = (machine, preparations)
    let machines = workers.map(count: designs.count) { [designs] index in
      Result { () throws(Failure) in try designs[index].machine(machine) }
    }
    let results = workers.map(count: tasks.count) { [place] index in
      let task = tasks[index]
      return machines[place[task.design]!].flatMap {
        preparations.figures(of: task.subject, in: task.design, on: $0)
      }
    }
    return Array(zip(tasks, results))
  }
}

extension Space {
  /// What networks come to in each objective, as costs.
  func costs(_ networks: [Figures]) -> [Double] {
    objectives.map { $0.cost($0.value(networks)) }
  }
}
