import Charts
import SONICBackend

extension BarChart {
  /// SONIC's frames a second and watt by reading.
  static func readings(_ evaluation: Evaluation) -> BarChart {
    BarChart(
      name: "reproduction", title: "SONIC on the paper's networks, by how the paper is read",
      unit: "kFPS/W", groups: evaluation.networks,
      series: evaluation.readings.map { reading in
        (
          reading.name,
          evaluation.reports(of: reading).map { $0.framesPerSecondPerWatt / 1e3 }
        )
      })
  }

  /// All accelerators, by network.
  static func comparison(
    _ metric: Comparison.Metric, _ comparison: Comparison, _ experiment: Experiment
  ) -> BarChart {
    func value(_ outcome: Outcome) -> Double {
      switch metric {
      case .efficiency: outcome.efficiency / 1e3
      case .energyPerBit: outcome.energyPerBit(experiment.bits) * 1e12
      }
    }
    let isEfficiency = metric == .efficiency
    return BarChart(
      name: isEfficiency ? "reproduction-fps-per-watt" : "reproduction-energy-per-bit",
      title: isEfficiency
        ? "Frames a second and watt, memory not counted" : "Energy a bit, memory not counted",
      unit: isEfficiency ? "kFPS/W" : "pJ a bit", groups: comparison.entries.map(\.network),
      series: [("sonic", comparison.entries.map { value($0.sonic(experiment)) })]
        + comparison.accelerators.enumerated().map { index, accelerator in
          (accelerator.name, comparison.entries.map { value($0.other(index, experiment)) })
        })
  }
}
