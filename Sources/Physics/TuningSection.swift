import Charts
import Foundation
import Hardware
import Photonics

extension Models {
  var tuningSection: Section {
    Section(
      title: "Hybrid tuning",
      text: """
        A shift of at most \(figure(tuning.threshold.value)) nm (O) is electro-optic,
        \(figure(tuning.electroOpticPower.value * 1e3)) uW for a nanometer; a larger one is thermo-optic,
        \(figure(tuning.thermoOpticPower.value)) mW for a free spectral range (SONIC's table: T; choice by size: C). A
        nanometer of heat takes \(figure(heatOverField))x the power and
        \(figure(tuning.thermoOpticLatency / tuning.electroOpticLatency))x the time. So weights are imprinted by EO tuning, and
        what fabrication left is made up for by heat.
        """,
      tables: [tuningTable], chart: tuningChart)
  }

  private var heatOverField: Double {
    tuning.thermoOpticPower / tuning.freeSpectralRange.value / tuning.electroOpticPower
  }

  private var tuningTable: DataTable {
    let shifts = [
      ("drift", Nanometers(optics.drift)), ("weight 0.5", imprint.detuning(of: 0.5)),
      ("weight 0.9", imprint.detuning(of: 0.9)), ("weight 1", imprint.range),
      ("fabrication variation", variation),
      ("free spectral range", ring.freeSpectralRange),
    ]
    return DataTable(
      name: "tuning", header: ["what", "shift, nm", "by", "latency, ns", "power, uW"],
      words: shifts.map { name, distance in
        let shift = tuning.tune(by: distance)
        return [
          name, figure(distance.value), shift.method.rawValue, figure(shift.latency.value),
          figure(shift.power.value * 1e3),
        ]
      })
  }

  private var tuningChart: LineChart {
    let threshold = tuning.threshold.value
    func line(_ name: String, _ range: ClosedRange<Double>) -> LineChart.Series {
      LineChart.Series(
        name,
        (0...40).map { index in
          let share = Double(index) / 40
          let shift = range.lowerBound * pow(range.upperBound / range.lowerBound, share)
          return (shift, tuning.tune(by: Nanometers(shift)).power.value * 1e3)
        })
    }
    return LineChart(
      name: "physics-tuning", title: "Power of a shift",
      x: LineChart.Axis("shift, nm", .logarithmic), y: LineChart.Axis("uW", .logarithmic),
      series: [
        line("electro-optic", threshold / 100...threshold),
        line("thermo-optic", threshold * 1.0001...ring.freeSpectralRange.value),
      ])
  }
}
