import Charts

extension DataTable {
  /// What each accelerator takes for each network, and how many times better SONIC is.
  static func outcomes(_ comparison: Comparison, _ experiment: Experiment, name: String)
    -> DataTable
  {
    let sonic = comparison.entries.map { entry in
      [Cell("sonic"), Cell(entry.network)] + entry.sonic(experiment).cells(experiment)
        + [Cell(1.0), Cell(1.0)]
    }
    let others = comparison.accelerators.enumerated().map { index, accelerator in
      let ratios = Comparison.Metric.allCases.map {
        comparison.ratios($0, over: index, experiment)
      }
      let rows = comparison.entries.enumerated().map { row, entry in
        [Cell(accelerator.name), Cell(entry.network)]
          + entry.other(index, experiment).cells(experiment) + ratios.map { Cell($0[row]) }
      }
      let means = ratios.map { Cell(mean($0)) }
      return rows + [[Cell(accelerator.name), "mean", "", "", "", ""] + means]
    }
    return DataTable(
      name: name,
      header: [
        "accelerator", "network", "kFPS", "W", "kFPS/W", "pJ a bit", "SONIC's times the FPS/W",
        "SONIC's times less energy a bit",
      ], rows: sonic + others.flatMap { $0 })
  }

  /// How many times better SONIC is than each accelerator, under every experiment, beside what is published. What
  /// is near to it is in bold type.
  static func ratios(
    _ metric: Comparison.Metric, _ comparison: Comparison, _ experiments: [Experiment]
  ) -> DataTable {
    DataTable(
      name: metric == .efficiency ? "ratios-fps-per-watt" : "ratios-energy-per-bit",
      header: ["SONIC against", "published", "off by more than 25 %"] + experiments.map(\.name),
      rows: comparison.accelerators.enumerated().map { index, accelerator in
        let published = PublishedFigures.ratio(metric, over: accelerator.peer)
        let ratios = experiments.map { comparison.ratio(metric, over: index, $0) }
        let isNear = ratios.map { ratio in published.map { ratio.isNear($0.value) } ?? false }
        return [
          Cell(accelerator.name), published.map { Cell($0) } ?? "not given",
          published == nil ? "" : isNear[0] ? "no" : "yes",
        ]
          + zip(ratios, isNear).map { ratio, isNear in
            isNear ? Cell(ratio, as: "**\(figure(ratio))**") : Cell(ratio)
          }
      })
  }
}

extension Double {
  /// Whether it differs from a published number by at most 25 % of that.
  func isNear(_ published: Double) -> Bool { (self - published).magnitude <= 0.25 * published }
}

extension Outcome {
  fileprivate func cells(_ experiment: Experiment) -> [Cell] {
    [
      framesPerSecond / 1e3, watts, efficiency / 1e3, energyPerBit(experiment.bits) * 1e12,
    ].map { Cell($0) }
  }
}
