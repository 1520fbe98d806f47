import Charts
import SONICBackend

extension DataTable {
  /// What SONIC takes for every layout, by reading.
  static func results(_ evaluation: Evaluation) -> DataTable {
    DataTable(
      name: "results",
      header: [
        "reading", "layout", "latency, us", "kFPS", "W", "uJ a picture", "MR hold, %", "kFPS/W",
        "kFPS/W without memory", "pJ a bit", "pJ a bit without memory", "bottleneck",
      ],
      rows: evaluation.readings.flatMap { reading in
        let own = evaluation.results.filter { $0.reading == reading.name }
        let rows = own.map { result in
          [Cell(reading.name), Cell(result.layout)] + result.figures.map { Cell($0) }
            + [Cell(result.report.bottleneck?.limit ?? "")]
        }
        let last = own.indices.filter {
          $0 + 1 == own.count || own[$0 + 1].network != own[$0].network
        }
        return rows + [
          means(reading, "mean of first", own.filter(\.isFirst)),
          means(reading, "mean of last", last.map { own[$0] }),
        ]
      })
  }

  /// Means of what the paper gives means of.
  private static func means(
    _ reading: Variant, _ name: String, _ results: [Evaluation.Result]
  ) -> [Cell] {
    let figures = results.map(\.figures)
    let averaged = (0..<9).map { column in
      column < 5 ? "" : Cell(mean(figures.map { $0[column] }))
    }
    return [Cell(reading.name), Cell(name)] + averaged + [""]
  }
}

extension Evaluation.Result {
  /// Latency in us, kFPS, W, uJ, per cent of MR hold; then kFPS/W and pJ a bit, each with memory and without.
  fileprivate var figures: [Double] {
    let hold = report.components.first { $0.name == Component.thermalHold.name }
    let energy = Double(report.energyFemtojoules)
    return [
      Double(report.latencyPicoseconds) / 1e6, report.framesPerSecond / 1e3,
      report.averagePowerWatts, energy / 1e9,
      100 * Double(hold?.energyFemtojoules ?? 0) / energy, report.framesPerSecondPerWatt / 1e3,
      1e12 / Double(report.energyWithoutMemoryFemtojoules), report.energyPerBitPicojoules,
      report.energyPerBitWithoutMemoryPicojoules,
    ]
  }
}
