public import Foundation
import Hardware

extension Trace {
  /// The file, in the JSON of Chrome's trace format, which ui.perfetto.dev opens.
  ///
  /// Viewers round times to nanoseconds, start and duration apart, and complain of slices that overlap
  /// then: so times are whole nanoseconds, and the picoseconds stand among the details. They also take
  /// row 0 for another one: so rows count from 1. An arrow's ends are tied to the slices that are open
  /// at their times, the longest of those that start together first: so each stands behind its slice,
  /// at its start, and slices are in that order. O(n log n) for n events.
  public var json: Data {
    var file = TraceWriter()
    file.metadata("process_name", row: 0, "\"name\":\(process.json)")
    for (row, name) in rows.enumerated() {
      file.metadata("thread_name", row: row, "\"name\":\(name.json)")
      file.metadata("thread_sort_index", row: row, "\"sort_index\":\(row)")
    }
    let sources = Set(arrows.map(\.from))
    let arrivals = Dictionary(grouping: arrows, by: \.to)
    let order = events.indices.sorted {
      (events[$0].start, -events[$0].duration, $0) < (events[$1].start, -events[$1].duration, $1)
    }
    for index in order {
      file.slice(events[index])
      for arrow in arrivals[index] ?? [] {
        file.arrow("\"f\",\"bp\":\"e\"", arrow.from, at: events[index])
      }
      if sources.contains(index) { file.arrow("\"s\"", index, at: events[index]) }
    }
    for counter in counters {
      var last: Double?
      for moment in counter.course.moments where moment.level != last {
        file.sample(counter, moment)
        last = moment.level
      }
    }
    return file.end()
  }
}

/// Writes one event a line.
private struct TraceWriter {
  private var text = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":["
  private var isFirst = true

  private mutating func event(_ kind: String, _ rest: String...) {
    text += isFirst ? "\n" : ",\n"
    isFirst = false
    text += "{\"ph\":"
    text += kind
    text += ",\"pid\":1"
    for part in rest { text += part }
    text += "}"
  }

  mutating func metadata(_ kind: String, row: Int, _ arguments: String) {
    event("\"M\"", Self.row(row), ",\"name\":\"\(kind)\",\"args\":{", arguments, "}")
  }

  mutating func slice(_ event: Trace.Event) {
    var details = ""
    for detail in event.details { details += "\(detail.key.json):\(detail.value.json)," }
    let span = event.span
    self.event(
      "\"X\"", Self.row(event.row), ",\"name\":", event.name.json, Self.time(event.start),
      ",\"dur\":", Self.microseconds(event.duration), ",\"args\":{", details,
      "\"ps\":[\(span.start.count),\(span.end.count)]}")
  }

  /// One end of an arrow that starts at the event of number `source`.
  mutating func arrow(_ kind: String, _ source: Int, at event: Trace.Event) {
    self.event(
      kind, Self.row(event.row), ",\"name\":\"wait\",\"id\":\(source)",
      Self.time(event.start))
  }

  mutating func sample(_ counter: Trace.Counter, _ moment: Course.Moment) {
    event(
      "\"C\"", ",\"name\":", counter.name.json, Self.time(moment.time.nanoseconds),
      ",\"args\":{", counter.series.json, ":", Self.number(moment.level), "}")
  }

  mutating func end() -> Data {
    text += "\n]}\n"
    return Data(text.utf8)
  }

  private static func row(_ row: Int) -> String { ",\"tid\":\(row + 1)" }

  private static func time(_ nanoseconds: Int) -> String {
    ",\"ts\":" + microseconds(nanoseconds)
  }

  /// Nanoseconds as microseconds, exactly.
  private static func microseconds(_ nanoseconds: Int) -> String {
    let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1000)
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: 3 - digits.count) + digits
  }

  /// A number in the fewest digits that give it back.
  private static func number(_ value: Double) -> String {
    let digits = "\(value)"
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }
}

extension String {
  /// A JSON string.
  fileprivate var json: String {
    var quoted = "\""
    for scalar in unicodeScalars {
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
