import Foundation
import Support

/// How tables and figures are spelled, for people and for scripts.
enum Words {
  /// Columns aligned, each as wide as its widest cell; cells are made printable, as names may hold
  /// anything.
  static func align(_ rows: [[String]], right: Set<Int> = []) -> String {
    let rows = rows.map { $0.map(\.printable) }
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

  /// How much more or less: `+12.3 %`, or `14.2x` where that is far; `same` where nothing changes.
  static func change(_ before: Double, _ after: Double) -> String {
    guard before != after else { return "same" }
    guard before != 0 else { return "new" }
    let ratio = after / before
    guard (0.1...10).contains(ratio) else { return String(format: "%.3gx", ratio) }
    return String(format: "%+.1f %%", 100 * (ratio - 1))
  }

  /// How many times as fast: `1.63x`.
  static func factor(_ ratio: Double) -> String { String(format: "%.2fx", ratio) }

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

  /// A size in memory, in powers of 1024 as machine files have them.
  static func bytes(_ count: Int) -> String {
    let units: [(Double, String)] = [(0x1p30, "GB"), (0x1p20, "MB"), (0x1p10, "KB")]
    guard let (scale, unit) = units.first(where: { Double(count) >= $0.0 }) else {
      return "\(count) B"
    }
    return String(format: "%.1f", Double(count) / scale) + " \(unit)"
  }

  /// Sizes as `1x3x224x224`.
  static func shape(_ sizes: [Int]) -> String {
    sizes.isEmpty ? "scalar" : sizes.map(String.init).joined(separator: "x")
  }

  /// A number of things, such as `1 wave` or `3 waves`.
  static func count(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)" + (number == 1 ? "" : "s")
  }

  /// Four significant digits.
  static func real(_ value: Double) -> String { String(format: "%.4g", value) }

  /// A bar for each share of one: nothing for zero, then eight heights.
  static func sparkline(_ shares: [Double]) -> String {
    let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return String(
      shares.map { share in
        share > 0 ? bars[min(Int(share * Double(bars.count)), bars.count - 1)] : " "
      })
  }

  /// The JSON form of a value of numbers, strings and lists of them, whose numbers are finite.
  static func json(_ value: some Encodable) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A number that is not finite would be a bug, and an empty file would hide it.
    return try! encoder.encode(value) + Data("\n".utf8)
  }
}
