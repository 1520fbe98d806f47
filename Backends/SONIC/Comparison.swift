public import Foundation

/// Two programs, or one on two machines, side by side: what changes, in all and by step.
public struct Comparison: Encodable, Sendable {
  let format = "sonic-comparison"
  let version = 1
  /// What the two are.
  public let labels: [String]
  /// Of a sample.
  public let totals: [Total]
  /// Steps of one name, in the order of the first; then those that only the second has.
  public let steps: [Step]

  /// A figure of each.
  public struct Total: Encodable, Sendable {
    public let name: String
    public let unit: String
    public let first: Double
    public let second: Double
  }

  /// A step of each; nil where one does not have it.
  public struct Step: Encodable, Sendable {
    public let name: String
    public let first: Report.Step?
    public let second: Report.Step?
  }

  /// - Parameters:
  ///   - first: one report.
  ///   - second: the other.
  ///   - labels: what to call them.
  public init(_ first: Report, _ second: Report, labels: [String]) {
    self.labels = labels
    func total(_ name: String, _ unit: String, _ figure: (Report) -> Double) -> Total {
      Total(name: name, unit: unit, first: figure(first), second: figure(second))
    }
    func sum(_ report: Report, _ count: (Report.Step) -> Int) -> Double {
      Double(report.steps.reduce(0) { $0 + count($1) })
    }
    totals = [
      total("latency", "s") { Double($0.latencyPicoseconds) * 1e-12 / Double($0.samples) },
      total("throughput", "FPS") { $0.framesPerSecond },
      total("energy", "J") { Double($0.energyFemtojoules) * 1e-15 / Double($0.samples) },
      total("energy without memory", "J") {
        Double($0.energyWithoutMemoryFemtojoules) * 1e-15 / Double($0.samples)
      },
      total("power", "W") { $0.averagePowerWatts },
      total("peak power", "W") { $0.peakPowerWatts },
      total("efficiency", "FPS/W") { $0.framesPerSecondPerWatt },
      total("energy per bit", "J") { $0.energyPerBitPicojoules * 1e-12 },
      total("main memory traffic", "B") { Double($0.trafficBytes) / Double($0.samples) },
      total("weights left", "") { sum($0) { $0.survivors } },
      total("vectors", "") { sum($0) { $0.vectors } },
    ]
    // Several steps may have one name: the first of one goes with the first of the other.
    var rest = second.steps
    var steps = first.steps.map { step in
      let other = rest.firstIndex { $0.name == step.name }.map { rest.remove(at: $0) }
      return Step(name: step.name, first: step, second: other)
    }
    steps += rest.map { Step(name: $0.name, first: nil, second: $0) }
    self.steps = steps
  }

  /// The JSON form.
  public var json: Data { Words.json(self) }

  /// For people.
  public var table: String {
    let header = ["", "first", "second", "change"]
    let rows = totals.map { total in
      [
        total.name, Words.engineering(total.first, total.unit),
        Words.engineering(total.second, total.unit), Words.change(total.first, total.second),
      ]
    }
    let names = zip(["first", "second"], labels).map { [$0, $1] }
    return Words.align(names) + "\n" + Words.align([header] + rows, right: [1, 2, 3])
      + "\nsteps\n" + stepTable
  }

  private var stepTable: String {
    let header = [
      "step", "kind", "took", "", "change", "energy", "", "change", "left", "", "bound by",
    ]
    let rows = steps.map { step -> [String] in
      let sides = [step.first, step.second]
      let times = sides.map { $0.map { Double($0.endPicoseconds - $0.startPicoseconds) * 1e-12 } }
      let energies = sides.map { $0.map { Double($0.energyFemtojoules) * 1e-15 } }
      let left = sides.map { side in
        side.flatMap { $0.weights > 0 ? Double($0.survivors) / Double($0.weights) : nil }
      }
      return [step.name, joined(sides.map { $0?.kind })]
        + times.map { $0.map { Words.engineering($0, "s") } ?? "-" } + [change(times)]
        + energies.map { $0.map { Words.engineering($0, "J") } ?? "-" } + [change(energies)]
        + left.map { $0.map(Words.percent) ?? "" } + [joined(sides.map { $0?.bound })]
    }
    return Words.align([header] + rows, right: [2, 3, 4, 5, 6, 7, 8, 9])
  }

  private func change(_ values: [Double?]) -> String {
    guard let first = values[0] else { return "new" }
    guard let second = values[1] else { return "gone" }
    return Words.change(first, second)
  }

  /// One word where both are the same.
  private func joined(_ words: [String?]) -> String {
    let words = words.compactMap { $0 }
    return Set(words).count == 1 ? words[0] : words.joined(separator: " -> ")
  }
}
