public import Foundation

/// A table of a reproduction, for people and for scripts.
public struct ReproductionTable: Sendable {
  /// What a file of it is called.
  public let name: String
  let header: [String]
  let rows: [[String]]

  public init(name: String, header: [String], rows: [[String]]) {
    self.name = name
    self.header = header
    self.rows = rows
  }

  /// The table in Markdown; a bar in a cell is escaped.
  public var markdown: String {
    let lines = [header, header.map { _ in "---" }] + rows
    return lines.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |\n" }.joined()
  }

  /// The table as RFC 4180 has it.
  public var csv: Data {
    let lines = ([header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }
    return Data(lines.joined().utf8)
  }

  private static func escaped(_ cell: String) -> String {
    cell.replacingOccurrences(of: "|", with: "\\|")
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}

/// A number with three significant digits, without an exponent.
func figure(_ value: Double) -> String {
  guard value != 0, value.isFinite else { return value == 0 ? "0" : "-" }
  // Rounded first, as that may make a digit more.
  let rounded = Double(String(format: "%.2e", value)) ?? value
  let magnitude = Int(log10(rounded.magnitude).rounded(.down))
  return String(format: "%.\(max(2 - magnitude, 0))f", rounded)
}

/// A whole number with commas between thousands.
func grouped(_ number: Int) -> String {
  var digits = String(number.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (number < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
}
