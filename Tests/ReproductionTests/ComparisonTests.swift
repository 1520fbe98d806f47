import Charts
import Foundation
import Reproduction
import Support
import Testing

/// The tables of a reproduction with one network.
@Suite struct ComparisonTests {
  private static let reproduction = Result {
    try Reproduction(networks: [PaperNetwork.all[1]], threads: 2)
  }

  /// The rows of a table's CSV form, by column.
  private func rows(_ name: String) throws -> [[String: String]] {
    let table = try #require(try Self.reproduction.get().tables.first { $0.name == name })
    let lines = String(decoding: table.csv, as: UTF8.self).split(separator: "\r\n")
    let cells = lines.map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return cells.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(cells[0], $0)) }
  }

  private func number(_ row: [String: String], _ column: String) throws -> Double {
    try #require(row[column].flatMap(Double.init))
  }

  @Test(arguments: ["comparison", "comparison-with-memory"])
  func ratiosAreQuotientsOfCells(_ table: String) throws {
    let rows = try rows(table)
    let sonic = try #require(rows.first { $0["accelerator"] == "sonic" })
    for row in rows where row["network"] != "mean" {
      let efficiency = try number(sonic, "kFPS/W") / number(row, "kFPS/W")
      #expect(isClose(try number(row, "SONIC's times the FPS/W"), efficiency))
      let energy = try number(row, "pJ a bit") / number(sonic, "pJ a bit")
      #expect(isClose(try number(row, "SONIC's times less energy a bit"), energy))
      // Frames a second and watt are frames a second over watts.
      #expect(isClose(try number(row, "kFPS/W"), try number(row, "kFPS") / number(row, "W")))
    }
  }

  /// Means over one network are that network's; the base column is the table's.
  @Test(arguments: [
    ("ratios-fps-per-watt", "SONIC's times the FPS/W"),
    ("ratios-energy-per-bit", "SONIC's times less energy a bit"),
  ])
  func ratioTablesAreOfTheComparison(_ name: String, _ column: String) throws {
    let comparison = try rows("comparison")
    let counted = try rows("comparison-with-memory")
    for row in try rows(name) {
      let accelerator = row["SONIC against"]
      func ratio(_ rows: [[String: String]]) throws -> Double {
        let means = rows.filter { $0["accelerator"] == accelerator && $0["network"] == "mean" }
        return try number(try #require(means.first), column)
      }
      #expect(isClose(try number(row, "base"), try ratio(comparison)))
      #expect(isClose(try number(row, "memory counted"), try ratio(counted)))
      guard let published = row["published"].flatMap(Double.init) else { continue }
      let isOff = (try number(row, "base") - published).magnitude > 0.25 * published
      #expect(row["off by more than 25 %"] == (isOff ? "yes" : "no"))
    }
  }

  /// A paragraph for each ratio that is off, and none for the others.
  @Test func differencesAreExplained() throws {
    let page = try Self.reproduction.get().page
    for (name, title) in [
      ("ratios-fps-per-watt", "FPS/W"), ("ratios-energy-per-bit", "energy a bit"),
    ] {
      for (peer, model) in [
        ("NullHop", "nullhop-fpga"), ("RSNN", "rsnn"), ("HolyLight", "holylight"),
      ] {
        let row = try #require(try rows(name).first { $0["SONIC against"] == model })
        let isExplained = page.contains("**\(peer), \(title).**")
        #expect(isExplained == (row["off by more than 25 %"] == "yes"))
      }
    }
  }

  private func isClose(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude <= 1e-9 * b.magnitude }
}
