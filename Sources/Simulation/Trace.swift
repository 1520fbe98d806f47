public import Foundation
import Hardware

/// Events on rows, in the JSON of Chrome's trace format, which ui.perfetto.dev opens.
public struct Trace: Sendable {
  /// One stretch of work on a row.
  public struct Event: Sendable {
    public var row: Int
    public var name: String
    public var span: Timeline.Span
    /// Shown on a click, in this order.
    public var details: [(key: String, value: String)]

    public init(
      row: Int, name: String, span: Timeline.Span, details: [(key: String, value: String)]
    ) {
      self.row = row
      self.name = name
      self.span = span
      self.details = details
    }
  }

  public var process: String
  /// The names of the rows, top to bottom.
  public var rows: [String]
  public var events: [Event] = []

  public init(process: String, rows: [String]) {
    self.process = process
    self.rows = rows
  }

  /// The file: times in microseconds with picosecond digits.
  public var json: Data {
    var text = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
    text += metadata("process_name", row: 0, name: process)
    for (row, name) in rows.enumerated() {
      text += ",\n" + metadata("thread_name", row: row, name: name)
      text += ",\n{\"ph\":\"M\",\"pid\":1,\"tid\":\(row),\"name\":\"thread_sort_index\","
      text += "\"args\":{\"sort_index\":\(row)}}"
    }
    for event in events {
      text += ",\n{\"ph\":\"X\",\"pid\":1,\"tid\":\(event.row),\"name\":\(Self.quote(event.name)),"
      text += "\"ts\":\(Self.microseconds(event.span.start)),"
      text += "\"dur\":\(Self.microseconds(event.span.duration)),\"args\":{"
      text += event.details.map { "\(Self.quote($0.key)):\(Self.quote($0.value))" }
        .joined(separator: ",")
      text += "}}"
    }
    text += "\n]}\n"
    return Data(text.utf8)
  }

  private func metadata(_ kind: String, row: Int, name: String) -> String {
    "{\"ph\":\"M\",\"pid\":1,\"tid\":\(row),\"name\":\"\(kind)\",\"args\":{\"name\":"
      + "\(Self.quote(name))}}"
  }

  /// Picoseconds as microseconds, exactly.
  static func microseconds(_ time: Picoseconds) -> String {
    let (whole, rest) = time.count.quotientAndRemainder(dividingBy: 1_000_000)
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: 6 - digits.count) + digits
  }

  /// A JSON string.
  static func quote(_ string: String) -> String {
    var quoted = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
