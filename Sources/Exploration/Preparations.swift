import Compiler
import Hardware
import Support
import Synchronization

/// Networks as the graph passes leave them, each brought through once for all designs that they do not
/// tell apart.
final class Preparations: Sendable {
  private struct Key: Hashable {
    var subject: Int
    /// The values of the parameters that the graph passes see.
    var values: [String]
  }

  private let subjects: [Subject]
  private let machine: Machine
  private let isCompared: Bool
  private let prepared = Mutex<[Key: Result<PreparedNetwork, Failure>]>([:])

  init(_ subjects: [Subject], on machine: Machine, isCompared: Bool) {
    self.subjects = subjects
    self.machine = machine
    self.isCompared = isCompared
  }

  /// What the compiler says of the networks in a design that all were prepared for.
  func notes(of design: Design) -> [Diagnostic] {
    subjects.indices.flatMap { subject in
      let notes = (try? network(subject, design)?.get())?.notes ?? []
      return notes.map {
        Diagnostic($0.severity, at: $0.place.inFile(subjects[subject].name), $0.message)
      }
    }
  }

  /// Prepares all networks for a design.
  ///
  /// - Throws: what keeps one from it.
  func prepare(_ design: Design) throws(Failure) {
    for subject in subjects.indices {
      _ = prepare(subject, for: design)
      _ = try network(subject, design)?.get()
    }
  }

  private func network(_ subject: Int, _ design: Design) -> Result<PreparedNetwork, Failure>? {
    prepared.withLock { $0[Key(subject: subject, values: design.graphValues)] }
  }

  /// Prepares what is missing for a design, on all threads that the subject's options give.
  ///
  /// - Returns: whether anything was.
  func prepare(_ subject: Int, for design: Design) -> Bool {
    let key = Key(subject: subject, values: design.graphValues)
    guard prepared.withLock({ $0[key] }) == nil else { return false }
    let result: Result<PreparedNetwork, Failure>
    do throws(Failure) {
      let options = try design.options(subjects[subject].options)
      result = .success(
        try PreparedNetwork(
          subjects[subject].graph, options, on: machine, isCompared: isCompared))
    } catch {
      result = .failure(error)
    }
    prepared.withLock { $0[key] = result }
    return true
  }

  /// What a design makes of a network that was prepared for it.
  ///
  /// - Parameter machine: the design's.
  func figures(
    of subject: Int, in design: Design, on machine: Machine
  ) -> Result<Figures, Failure> {
    network(subject, design)!.flatMap { network in
      Result { () throws(Failure) in
        let report = try network.report(
          on: machine, design.options(subjects[subject].options))
        return Figures(report, on: machine, signalToNoise: network.signalToNoise)
      }
    }
  }
}

extension Design {
  /// The values of the parameters that passes over the graph see.
  fileprivate var graphValues: [String] {
    CompilerParameter.allCases.filter(\.isOfGraph).map { values[$0.rawValue] ?? "" }
  }

  /// Options as the design has them.
  func options(_ base: Options) throws(Failure) -> Options {
    var options = base
    for parameter in CompilerParameter.allCases {
      guard let value = values[parameter.rawValue] else { continue }
      guard parameter.set(value, in: &options) else {
        throw Failure(.bug, "design \(text) has no \(parameter.rawValue) that can be")
      }
    }
    return options
  }

  /// The machine of the design.
  func machine(_ base: Machine) throws(Failure) -> Machine {
    let figures = values.filter { CompilerParameter(rawValue: $0.key) == nil }
    return try base.setting(
      figures.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, name: base.name)
  }
}
