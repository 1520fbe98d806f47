import Charts
public import Foundation
import Hardware
import Plan
import Simulation
public import Support

/// What a page shows: one program, or two side by side.
public struct Views: Encodable, Sendable {
  let views: [View]
  /// Of two.
  let comparison: Comparison?

  public init(_ view: View) {
    views = [view]
    comparison = nil
  }

  /// - Parameters:
  ///   - first: one program.
  ///   - second: the other.
  ///   - labels: what to call them.
  public init(_ first: View, _ second: View, labels: [String]) {
    views = [first, second]
    comparison = Comparison(first.report, second.report, labels: labels)
  }

  /// What the page is called.
  public var title: String { views.map(\.title).joined(separator: ", ") }

  /// The JSON form, without white space.
  public var json: Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A number that is not finite would be a bug, and an empty page would hide it.
    return try! encoder.encode(self)
  }
}

/// All that a page about a program shows: what it is, what a run of it took or is expected to take, and
/// what each instruction did when. Sources/Viewer/Page/payload.js reads it.
public struct View: Encodable, Sendable {
  let format = "sonic-view"
  let version = 1
  /// Of all samples.
  public let report: Report
  /// Of the first sample, with all instructions.
  let inspection: Inspection
  let timeline: Columns
  let pipelines: [Pipeline]
  /// By the program's steps; null for operations.
  let weights: [StoredWeights?]

  /// Events, a column for each property, in program order.
  struct Columns: Encodable, Sendable {
    var rows: [String]
    var instruction: [Int] = []
    var row: [Int] = []
    var start: [Int] = []
    var duration: [Int] = []
    var energy: [Int] = []
    var imprints: [Int] = []
    /// Positions of those on the critical path, first to last.
    var critical: [Int] = []
  }

  /// The times of a kind of VDU under a dataflow, in picoseconds.
  struct Pipeline: Encodable, Sendable {
    var kind: String
    var dataflow: String
    var imprint: Int
    var pace: Int
    var fill: Int
    var rows: Int
    var banks: Int
  }

  /// - Parameters:
  ///   - runnable: the program.
  ///   - first: the account of the first sample.
  ///   - report: of all samples.
  public init(_ runnable: Runnable, first: Account, report: Report) {
    self.report = report
    inspection = Inspection(runnable, first, report.basis.counts, instructions: true)
    timeline = Columns(first, of: runnable.program)
    pipelines = Pipeline.all(of: runnable.program.machine)
    weights = StoredWeights.all(of: runnable)
  }

  /// What a sample is expected to take.
  public init(estimating runnable: Runnable) {
    let account = Execution.estimate(runnable)
    self.init(
      runnable, first: account, report: Report(runnable, account, .expected, samples: 1))
  }

  private enum Key: CodingKey {
    case format, version, report, inspection, timeline, pipelines, weights, charts
  }

  public func encode(to encoder: any Encoder) throws {
    var keyed = encoder.container(keyedBy: Key.self)
    try keyed.encode(format, forKey: .format)
    try keyed.encode(version, forKey: .version)
    try keyed.encode(report, forKey: .report)
    try keyed.encode(inspection, forKey: .inspection)
    try keyed.encode(timeline, forKey: .timeline)
    try keyed.encode(pipelines, forKey: .pipelines)
    try keyed.encode(weights, forKey: .weights)
    try keyed.encode(Self.pictures([energyByStep, roofline]), forKey: .charts)
  }

  /// SVG files by their names.
  private static func pictures(_ charts: [any Chart]) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: charts.map { ($0.name, String(decoding: $0.svg, as: UTF8.self)) })
  }

  /// The positions of the steps of this name.
  ///
  /// - Throws: exit code 65 if there is none.
  public func steps(named name: String) throws(Failure) -> [Int] {
    try inspection.steps(named: name)
  }

  /// What pictures and pages of it are called.
  var title: String { "\(report.model) on \(report.machine)" }
}

extension View.Columns {
  fileprivate init(_ account: Account, of program: Program) {
    rows = program.machine.resourceNames
    critical = CriticalPath(program, account).events
    for event in account.events {
      instruction.append(event.instruction)
      row.append(event.row)
      start.append(event.span.start.count)
      duration.append(event.span.duration.count)
      energy.append(event.energy.count)
      imprints.append(event.imprints)
    }
  }
}

extension View.Pipeline {
  fileprivate static func all(of machine: Machine) -> [Self] {
    VDUKind.allCases.flatMap { kind in
      Dataflow.allCases.map { dataflow in
        let timing = machine.timing(kind, dataflow)
        return Self(
          kind: kind.name, dataflow: dataflow.name, imprint: timing.imprint.count,
          pace: timing.pace.count, fill: timing.fill.count, rows: timing.rows,
          banks: timing.banks)
      }
    }
  }
}
