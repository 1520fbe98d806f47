public import Foundation

/// A table for people, in Markdown, and for scripts, in CSV.
public struct DataTable: Sendable {
  /// What a file of it is called.
  public let name: String
  let header: [String]
  let rows: [[Cell]]

  public init(name: String, header: [String], rows: [[Cell]]) {
    self.name = name
    self.header = header
    self.rows = rows
  }

  /// A table of words, or of numbers that scripts need not read.
  public init(name: String, header: [String], rows: [[String]]) {
    self.init(name: name, header: header, rows: rows.map { $0.map { Cell($0) } })
  }

  /// The table in Markdown, numbers rounded; a bar in a cell is escaped.
  public var markdown: String {
    let lines = [header, header.map { _ in "---" }] + rows.map { $0.map(\.text) }
    return lines.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |\n" }.joined()
  }

  /// The table as RFC 4180 has it, numbers in full.
  public var csv: Data {
    let lines = [header] + rows.map { $0.map(\.plain) }
    return Data(
      lines.map { $0.map(Self.quoted).joined(separator: ",") + "\r\n" }.joined().utf8)
  }

  private static func escaped(_ cell: String) -> String {
    cell.replacingOccurrences(of: "|", with: "\\|")
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }
}
