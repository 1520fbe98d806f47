import Foundation
import Hardware
import Simulation

extension Report {
  /// The report for people: totals, energy by component, steps.
  public var table: String {
    totals + "\n" + energyTable + "\n" + stepTable
  }

  private var totals: String {
    let busiest = resources.filter { $0.name.hasPrefix("CONV") }.map(\.utilization)
    let fc = resources.filter { $0.name.hasPrefix("FC") }.map(\.utilization)
    func mean(_ values: [Double]) -> Double {
      values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
    let rows: [(String, String)] = [
      ("model", model), ("machine", "\(machine): \(machineSummary)"), ("samples", "\(samples)"),
      ("latency", Words.time(latencyPicoseconds / max(samples, 1)) + " a sample"),
      ("throughput", Words.engineering(framesPerSecond, "FPS")),
      (
        "energy",
        Words.engineering(Double(energyFemtojoules) * 1e-15 / Double(max(samples, 1)), "J")
          + " a sample, "
          + Words.engineering(
            Double(energyWithoutMemoryFemtojoules) * 1e-15 / Double(max(samples, 1)), "J")
          + " without memory"
      ),
      (
        "power",
        Words.engineering(averagePowerWatts, "W") + " on average, "
          + Words.engineering(peakPowerWatts, "W") + " at most"
      ),
      ("efficiency", Words.engineering(framesPerSecondPerWatt, "FPS/W")),
      (
        "energy per bit",
        Words.engineering(energyPerBitPicojoules * 1e-12, "J") + ", "
          + Words.engineering(energyPerBitWithoutMemoryPicojoules * 1e-12, "J") + " without memory"
      ),
      (
        "utilization",
        Words.percent(resources[0].utilization) + " DMA, " + Words.percent(resources[1].utilization)
          + " ECU, " + Words.percent(mean(busiest)) + " CONV VDUs, " + Words.percent(mean(fc))
          + " FC VDUs"
      ),
      (
        "roofline",
        Words.engineering(roofline.achieved, "products/s") + " of "
          + Words.engineering(min(roofline.peak, roofline.memoryBound), "products/s") + " at "
          + String(format: "%.1f", roofline.productsPerByte) + " products a byte"
      ),
      ("bottleneck", bottleneck?.sentence ?? "unknown"), ("counts", basis.counts.rawValue),
      (
        "times",
        "computed from figures marked "
          + basis.timeMarks.map(\.rawValue).joined(separator: ", ")
      ),
      (
        "energies",
        basis.energyByMark.map {
          Words.percent(Double($0.energyFemtojoules) / Double(max(energyFemtojoules, 1)))
            + " \($0.mark.rawValue)"
        }.joined(separator: ", ") + ", by the least certain figure of each component"
      ),
      (
        "marks",
        basis.marks.map { "\($0.rawValue) \($0.meaning)" }.joined(separator: "; ")
      ),
    ]
    return Words.align(rows.map { [$0.0, $0.1] })
  }

  private var energyTable: String {
    let total = Double(max(energyFemtojoules, 1))
    let rows = components.sorted { $0.energyFemtojoules > $1.energyFemtojoules }.map { component in
      let share = Double(component.energyFemtojoules) / total
      return [
        component.name, Words.engineering(Double(component.energyFemtojoules) * 1e-15, "J"),
        Words.percent(share), basis.words(component),
        String(repeating: "█", count: Int((share * 40).rounded())),
      ]
    }
    return "energy by component, all samples, and the figures that it is computed from\n"
      + Words.align(rows, right: [1, 2])
  }

  private var stepTable: String {
    let header = [
      "step", "kind", "stays", "survive", "start", "took", "energy", "lit", "bound by",
    ]
    let samples = max(samples, 1)
    let rows = steps.map { step in
      [
        step.name, step.kind, step.dataflow ?? "",
        step.weights == 0 ? "" : Words.percent(Double(step.survivors) / Double(step.weights)),
        Words.time(step.startPicoseconds),
        Words.time((step.endPicoseconds - step.startPicoseconds) / samples),
        Words.engineering(Double(step.energyFemtojoules) * 1e-15 / Double(samples), "J"),
        step.products == 0 ? "" : Words.percent(Double(step.lit) / Double(step.products)),
        step.bound,
      ]
    }
    return "steps, a sample\n" + Words.align([header] + rows, right: [3, 4, 5, 6, 7])
  }
}
