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
      ("latency", Self.time(latencyPicoseconds / max(samples, 1)) + " a sample"),
      ("throughput", Self.engineering(framesPerSecond, "FPS")),
      (
        "energy",
        Self.engineering(Double(energyFemtojoules) * 1e-15 / Double(max(samples, 1)), "J")
          + " a sample, "
          + Self.engineering(
            Double(energyWithoutMemoryFemtojoules) * 1e-15 / Double(max(samples, 1)), "J")
          + " without memory"
      ),
      (
        "power",
        Self.engineering(averagePowerWatts, "W") + " on average, "
          + Self.engineering(peakPowerWatts, "W") + " at most"
      ),
      ("efficiency", Self.engineering(framesPerSecondPerWatt, "FPS/W")),
      (
        "energy per bit",
        Self.engineering(energyPerBitPicojoules * 1e-12, "J") + ", "
          + Self.engineering(energyPerBitWithoutMemoryPicojoules * 1e-12, "J") + " without memory"
      ),
      (
        "utilization",
        Self.percent(resources[0].utilization) + " DMA, " + Self.percent(resources[1].utilization)
          + " ECU, " + Self.percent(mean(busiest)) + " CONV VDUs, " + Self.percent(mean(fc))
          + " FC VDUs"
      ),
      (
        "roofline",
        Self.engineering(roofline.achieved, "products/s") + " of "
          + Self.engineering(min(roofline.peak, roofline.memoryBound), "products/s") + " at "
          + String(format: "%.1f", roofline.productsPerByte) + " products a byte"
      ),
      ("bottleneck", bottleneck),
    ]
    return Self.align(rows.map { [$0.0, $0.1] })
  }

  private var energyTable: String {
    let total = Double(max(energyFemtojoules, 1))
    let rows = components.sorted { $0.energyFemtojoules > $1.energyFemtojoules }.map { component in
      let share = Double(component.energyFemtojoules) / total
      return [
        component.name, Self.engineering(Double(component.energyFemtojoules) * 1e-15, "J"),
        Self.percent(share), String(repeating: "█", count: Int((share * 40).rounded())),
      ]
    }
    return "energy by component, all samples\n" + Self.align(rows, right: [1, 2])
  }

  private var stepTable: String {
    let header = [
      "step", "kind", "stays", "survive", "start", "took", "energy", "lit", "bound by",
    ]
    let samples = max(samples, 1)
    let rows = steps.map { step in
      [
        step.name, step.kind, step.dataflow ?? "",
        step.weights == 0 ? "" : Self.percent(Double(step.survivors) / Double(step.weights)),
        Self.time(step.startPicoseconds),
        Self.time((step.endPicoseconds - step.startPicoseconds) / samples),
        Self.engineering(Double(step.energyFemtojoules) * 1e-15 / Double(samples), "J"),
        step.products == 0 ? "" : Self.percent(Double(step.lit) / Double(step.products)),
        step.bound,
      ]
    }
    return "steps, a sample\n" + Self.align([header] + rows, right: [3, 4, 5, 6, 7])
  }

  // MARK: Words

  /// Columns aligned, each as wide as its widest cell.
  static func align(_ rows: [[String]], right: Set<Int> = []) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return right.contains(column) ? padding + cell : cell + padding
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  static func time(_ picoseconds: Int) -> String {
    engineering(Double(picoseconds) * 1e-12, "s")
  }

  static func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }

  /// A figure with three or four digits and the prefix of a thousand that fits.
  static func engineering(_ value: Double, _ unit: String) -> String {
    guard value > 0 else { return "0 \(unit)" }
    let prefixes: [(Double, String)] = [
      (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "u"),
      (1e-9, "n"), (1e-12, "p"), (1e-15, "f"),
    ]
    let (scale, prefix) = prefixes.first { value >= $0.0 } ?? (1e-15, "f")
    let number = value / scale
    return String(format: number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : "%.2f", number)
      + " \(prefix)\(unit)"
  }
}
