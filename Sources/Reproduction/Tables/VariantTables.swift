import Charts
import Foundation
import SONICBackend

extension DataTable {
  /// What each reading does, against the default.
  static func readings(_ evaluation: Evaluation) -> DataTable {
    let base = evaluation.reports(of: evaluation.readings[0])
    return DataTable(
      name: "readings", header: ["reading", "what it is"] + costs,
      rows: evaluation.readings.map { reading in
        [Cell(reading.name), Cell(reading.summary)]
          + changes(evaluation.reports(of: reading), against: base)
      })
  }

  /// What SONIC takes without each of its parts, against the whole.
  static func parts(_ evaluation: Evaluation) -> DataTable {
    let whole = evaluation.reports(of: evaluation.readings[0])
    let rows = evaluation.parts.enumerated().map { index, part in
      [Cell(part.name), Cell(part.summary)]
        + changes(evaluation.worth.map { $0[index] }, against: whole)
    }
    return DataTable(
      name: "parts", header: ["SONIC", "what it is"] + costs,
      rows: [["full", "all of it"] + changes(whole, against: whole)] + rows)
  }

  private static let costs = ["latency", "energy", "energy without memory"]

  /// The means over networks of what each takes against what it takes otherwise.
  private static func changes(_ reports: [Report], against base: [Report]) -> [Cell] {
    [\Report.latencyPicoseconds, \.energyFemtojoules, \.energyWithoutMemoryFemtojoules].map { key in
      let ratios = zip(reports, base).map { Double($0[keyPath: key]) / Double($1[keyPath: key]) }
      return Cell(mean(ratios), as: String(format: "%.3fx", mean(ratios)))
    }
  }
}
