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
  public init(name: String, header: [String], words rows: [[String]]) {
    self.init(name: name, header: header, rows: rows.map { $0.map { Cell($0) } })
  }

  /// The table in Markdown, numbers rounded; a bar in a cell is escaped.
  public var markdown: String {
    let lines = [header, header.map { _ in "---" }] + rows.map { $0.map(\.text) }
    return lines.map { "| " + $0.map(Self.escaped).joined(separator: " | ") + " |\n" }.joined()
  }

  /// The table in columns for a terminal, numbers to the right.
  public var text: String {
    let rows = rows.map { $0.map(\.text) }
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let isNumber = header.indices.map { column in
      rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    return lines.map { line in
      let cells = line.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - line[column].count)
        return isNumber[column] ? blanks + line[column] : line[column] + blanks
      }
      var text = cells.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }.joined()
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
