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
  private let seed: UInt64
  /// The program without noise.
  private let perfect: Row
  /// As the machine's figures are.
  private let base: Row
  private let sweeps: [(sweep: Sweep, rows: [Row])]

  /// All of them in order.
  var rows: [Row] { [base] + sweeps.flatMap(\.rows) }

  /// - Parameter scores: the program's without noise.
  /// - Throws: exit code 64 or 65 for figures to sweep that the machine has not.
  init(
    _ runnable: Runnable, named file: String, _ scores: Scores, _ sweeps: [Sweep], trials: Int,
    on set: LabeledSamples, seed: UInt64, threads: Int
  ) throws(Failure) {
    perfect = Row(
      name: "photonic", samples: set.count, first: [scores.hits(set.labels)],
      firstFive: [scores.hits(set.labels, within: 5)])
    program = runnable.program
    self.seed = seed
    var options = RunOptions()
    options.numerics = .noisy
    func checked(_ runnable: Runnable, _ place: String) throws(Failure) -> Runnable {
      do {
        try options.check(runnable.program.machine)
      } catch {
        throw error.inFile(place)
      }
      return runnable
    }
    // All that is wrong with figures comes to light before the first trial.
    _ = try checked(runnable, file)
    var machines: [[Runnable]] = []
    for sweep in sweeps {
      var varied: [Runnable] = []
      for value in sweep.values {
        varied.append(
          try checked(runnable.setting([(sweep.path, value)]), "\(sweep.path)=\(value)"))
      }
      machines.append(varied)
    }
    func row(_ name: String, _ runnable: Runnable) throws(Failure) -> Row {
      let hits = try about(file) { () throws(Failure) in
        try Scores.trials(trials, of: runnable, on: set, seed: seed, threads: threads)
      }
      return Row(
        name: name, samples: set.count, first: hits.map(\.first), firstFive: hits.map(\.firstFive))
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

  /// A page with the trials, and its charts: of each sweep over numbers of one unit.
  func files(in folder: String) -> [OutputFile] {
    var charts: [LineChart] = []
    let sections = sweeps.map { sweep, rows in
      let figure = program.machine.figures.first { $0.path == sweep.path }
      let table = DataTable(
        name: sweep.path, header: [sweep.path] + Self.header,
        words: zip(sweep.values, rows).map { value, row in [value] + Self.cells(row) })
      var text = "## \(sweep.path)\n\n"
      if let figure {
        text += "Elsewhere on this page: \(figure.value) (\(figure.mark.rawValue)).\n\n"
      }
      text += table.markdown + "\n" + fallen(sweep, rows) + "\n"
      if let chart = Self.chart(sweep, rows) {
        charts.append(chart)
        text += "\n![\(sweep.path)](\(chart.name).svg)\n"
      }
      return text
    }
    let table = DataTable(
      name: "noise", header: ["numerics"] + Self.header,
      words: [perfect, base].map { [$0.name] + Self.cells($0) })
    let set = program.machine.figures.filter { $0.source.hasPrefix("set; ") }.map {
      "\($0.path) = \($0.value)"
    }
    let machine =
      program.machine.name + (set.isEmpty ? "" : ", with \(set.joined(separator: ", "))")
    let page = """
      # Accuracy on accelerators that are not perfect

      Printed by `sonic accuracy --trials`: the program of \(program.header.model) on the machine
      \(machine); \(base.samples) labelled samples; \(base.first.count) trials a row, each
      on another accelerator of the kind, drawn from seed \(seed): other rings off their wavelengths, other noise. Means
      stand with half of their interval at 95 % confidence over trials (Student's t), and with the least and the most
      of the trials. What noise is computed from, and how: [Numerics.md](Numerics.md), [Physics.md](Physics.md).

      \(table.markdown)
      \(sections.joined(separator: "\n"))
      """
    let drawn = charts.map { OutputFile("\(folder)/\($0.name).svg", $0.svg) }
    return [OutputFile("\(folder)/Noise.md", Data(page.utf8))] + drawn
  }

  /// Where accuracy has fallen.
  private func fallen(_ sweep: Sweep, _ rows: [Row]) -> String {
    let mean = base.interval(base.first).mean
    let values = zip(sweep.values, rows).filter { $1.interval($1.first).mean < mean - 1 }.map(\.0)
    return String(format: "More than one point below %.2f %%: ", mean)
      + (values.isEmpty ? "none" : values.joined(separator: ", ")) + "."
  }

  private static let header = ["top-1, %", "+-", "least", "most", "top-5, %", "+-"]

  private static func cells(_ row: Row) -> [String] {
    let (first, five) = (row.interval(row.first), row.interval(row.firstFive))
    return [first.mean, first.halfWidth, first.least, first.most, five.mean, five.halfWidth].map {
      $0.isFinite ? String(format: "%.2f", $0) : ""
    }
  }

  /// Accuracy over what was swept; nil where that is not numbers of one unit.
  private static func chart(_ sweep: Sweep, _ rows: [Row]) -> LineChart? {
    guard let (unit, numbers) = sweep.numbers else { return nil }
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    func series(_ name: String, _ hits: (Row) -> [Int]) -> LineChart.Series {
      LineChart.Series(
        name, order.map { (x: numbers[$0], y: rows[$0].interval(hits(rows[$0])).mean) })
    }
    return LineChart(
      name: "noise-" + sweep.path.replacing(".", with: "-"), title: "Accuracy by \(sweep.path)",
      x: LineChart.Axis(
        sweep.path + (unit.isEmpty ? "" : ", \(unit)"),
        numbers.allSatisfy { $0 > 0 } ? .logarithmic : .linear),
      y: LineChart.Axis("accuracy, %", range: 0...100),
      series: [series("top-1", \.first), series("top-5", \.firstFive)])
  }
}
