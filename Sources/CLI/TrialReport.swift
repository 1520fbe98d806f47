import Charts
import Foundation
import Hardware
import SONICBackend
import Support

/// Trials of a program on accelerators that are not perfect, as the machine says and with other figures.
struct TrialReport {
  /// Trials on one kind of machine.
  struct Row {
    let name: String
    /// How many samples there are.
    let samples: Int
    /// Of each trial, how many labels come first, and among the first five.
    let first: [Int]
    let firstFive: [Int]

    /// In per cent.
    func interval(_ hits: [Int]) -> MeanInterval {
      MeanInterval(hits.map { 100 * Double($0) / Double(samples) })
    }
  }

  private let program: Program
  /// As the machine's figures are.
  private let base: Row
  private let sweeps: [(sweep: Sweep, rows: [Row])]

  /// All of them in order.
  var rows: [Row] { [base] + sweeps.flatMap(\.rows) }

  /// - Throws: exit code 64 or 65 for figures to sweep that the machine has not.
  init(
    _ runnable: Runnable, named file: String, _ sweeps: [Sweep], trials: Int,
    on set: LabeledSamples, seed: UInt64, threads: Int
  ) throws(Failure) {
    program = runnable.program
    // All that is wrong with figures comes to light before the first trial.
    var machines: [[Runnable]] = []
    for sweep in sweeps {
      var varied: [Runnable] = []
      for value in sweep.values { varied.append(try runnable.setting([(sweep.path, value)])) }
      machines.append(varied)
    }
    func row(_ name: String, _ runnable: Runnable) throws(Failure) -> Row {
      let scores = try about(file) { () throws(Failure) in
        try Scores.trials(trials, of: runnable, on: set, seed: seed, threads: threads)
      }
      return Row(
        name: name, samples: set.count, first: scores.map { $0.hits(set.labels) },
        firstFive: scores.map { $0.hits(set.labels, within: 5) })
    }
    base = try row("noisy", runnable)
    var done: [(sweep: Sweep, rows: [Row])] = []
    for (sweep, machines) in zip(sweeps, machines) {
      var rows: [Row] = []
      for (value, machine) in zip(sweep.values, machines) {
        rows.append(try row("\(sweep.path)=\(value)", machine))
      }
      done.append((sweep, rows))
    }
    self.sweeps = done
  }

  /// A page with the trials, and its charts.
  func files(in folder: String) -> [OutputFile] {
    let charts = sweeps.map { Self.chart($0.sweep, $0.rows) }
    let sections = zip(sweeps, charts).map { swept, chart in
      let figure = program.machine.figures.first { $0.path == swept.sweep.path }
      let here =
        figure.map { "\($0.value) (\($0.mark)) in the machine file" } ?? "not in the machine file"
      let rows = zip(swept.sweep.values, swept.rows).map { value, row in [value] + Self.cells(row) }
      let table = DataTable(
        name: chart.name, header: [swept.sweep.path] + Self.header, words: rows)
      return """
        ## \(swept.sweep.path)

        \(here).

        \(table.markdown)
        ![\(swept.sweep.path)](\(chart.name).svg)

        """
    }
    let table = DataTable(name: "noise", header: Self.header, words: [Self.cells(base)])
    let page = """
      # Accuracy on accelerators that are not perfect

      Printed by `sonic accuracy --trials`: the program of \(program.header.model) on the machine
      \(program.machine.name), \(base.samples) labelled samples, \(base.first.count) trials a row, each
      on another accelerator of the kind: other rings off their wavelengths, other noise. Means stand with half of
      their interval at 95 % confidence over trials (Student's t), and with the least and the most of the trials.
      What noise is computed from, and how: [Numerics.md](Numerics.md), [Physics.md](Physics.md).

      \(table.markdown)
      \(sections.joined(separator: "\n"))
      """
    let drawn = charts.map { OutputFile("\(folder)/\($0.name).svg", $0.svg) }
    return [OutputFile("\(folder)/Noise.md", Data(page.utf8))] + drawn
  }

  private static let header = ["top-1, %", "+-", "least", "most", "top-5, %", "+-"]

  private static func cells(_ row: Row) -> [String] {
    let (first, five) = (row.interval(row.first), row.interval(row.firstFive))
    return [first.mean, first.halfWidth, first.least, first.most, five.mean, five.halfWidth].map {
      $0.isFinite ? String(format: "%.2f", $0) : ""
    }
  }

  /// Accuracy over the numbers that values start with.
  private static func chart(_ sweep: Sweep, _ rows: [Row]) -> LineChart {
    let parts = sweep.values.map { $0.split(separator: " ", maxSplits: 1) }
    let numbers = parts.map { $0.first.flatMap { Double($0) } ?? .nan }
    let unit = parts.first.flatMap { $0.count > 1 ? String($0[1]) : nil }
    let isPositive = numbers.allSatisfy { $0 > 0 }
    func series(_ name: String, _ hits: (Row) -> [Int]) -> LineChart.Series {
      LineChart.Series(
        name,
        zip(numbers, rows).sorted { $0.0 < $1.0 }
          .filter { !$0.0.isNaN }.map { (x: $0.0, y: $0.1.interval(hits($0.1)).mean) })
    }
    return LineChart(
      name: "noise-" + sweep.path.replacing(".", with: "-"), title: "Accuracy by \(sweep.path)",
      x: LineChart.Axis(
        sweep.path + (unit.map { ", \($0)" } ?? ""), isPositive ? .logarithmic : .linear),
      y: LineChart.Axis("accuracy, %", range: 0...100),
      series: [series("top-1", \.first), series("top-5", \.firstFive)])
  }
}
