public import Foundation
import Support

/// A trace in Chrome's JSON, as Perfetto's trace processor takes it in: times to the nearest nanosecond,
/// start and duration apart; thread 0 is the process's first; in order of time, the longest of the
/// slices that start together first and what is no slice last; ends of flows are tied to the slice that
/// is innermost on their thread. What it would count as an error is a problem.
public struct TraceImport {
  public struct Slice {
    public var thread: Int
    public var name: String
    public var start: Int
    public var duration: Int
    /// How many slices it lies in.
    public var depth: Int
    /// The details that are texts.
    public var details: [String: String]

    public var end: Int { start + duration }
  }

  public struct Sample {
    public var time: Int
    public var value: Double
  }

  public private(set) var threads: [Int: String] = [:]
  public private(set) var slices: [Slice] = []
  /// Slices by their positions.
  public private(set) var flows: [(from: Int, to: Int)] = []
  /// By name and series, with a space between.
  public private(set) var counters: [String: [Sample]] = [:]
  public private(set) var problems: [String] = []

  /// Of each thread, the slices that are open.
  private var stacks: [Int: [Int]] = [:]
  /// By name and number, the slice that a flow started at.
  private var starts: [String: Int] = [:]

  /// - Throws: where the file is no JSON, to the letter.
  public init(_ json: Data) throws {
    let file = try JSONValue.parse([UInt8](json))
    let timed = (file["traceEvents"]?.elements ?? []).map {
      (event: $0, time: $0["ts"]?.nanoseconds)
    }
    let order = timed.indices.sorted {
      (timed[$0].time ?? 0, key(timed[$0].event), $0)
        < (timed[$1].time ?? 0, key(timed[$1].event), $1)
    }
    for index in order { take(timed[index].event, timed[index].time) }
  }

  private func key(_ event: JSONValue) -> Int {
    event["ph"]?.text == "X" ? -(event["dur"]?.nanoseconds ?? 0) : 0
  }

  private mutating func take(_ event: JSONValue, _ time: Int?) {
    guard let name = event["name"]?.text, let process = event["pid"]?.number else {
      problems.append("an event without a name or process")
      return
    }
    let thread = event["tid"]?.number ?? 0
    let track = Int(thread == 0 ? process : thread)
    let phase = event["ph"]?.text
    if phase == "M" {
      if name == "thread_name" { threads[track] = event["args"]?["name"]?.text }
      return
    }
    guard let time, time >= 0 else {
      problems.append("\(name) without a time")
      return
    }
    switch phase {
    case "X":
      guard let duration = event["dur"]?.nanoseconds, duration >= 0 else {
        problems.append("\(name) without a duration")
        return
      }
      push(
        Slice(
          thread: track, name: name, start: time, duration: duration, depth: 0,
          details: event["args"]?.texts ?? [:]))
    case "C":
      for member in event["args"]?.members ?? [] {
        let counter = "\(name) \(member.key)"
        guard let value = member.value.number else {
          problems.append("\(counter) is no number")
          continue
        }
        counters[counter, default: []].append(Sample(time: time, value: value))
      }
    case "s": start(event, track)
    case "f": finish(event, track)
    default: problems.append("unknown phase of \(name)")
    }
  }

  private mutating func push(_ slice: Slice) {
    var stack = stacks[slice.thread] ?? []
    while let top = stack.last {
      let open = slices[top]
      let areInstants = open.duration == 0 && slice.duration == 0
      guard open.end < slice.start || (open.end == slice.start && !areInstants) else { break }
      stack.removeLast()
    }
    if let top = stack.last, slice.start < slices[top].end, slice.end > slices[top].end {
      problems.append("\(slice.name) at \(slice.start) overlaps \(slices[top].name)")
    }
    if stack.count >= 512 { problems.append("\(slice.name) at \(slice.start) lies too deep") }
    slices.append(slice)
    slices[slices.count - 1].depth = stack.count
    stacks[slice.thread] = stack + [slices.count - 1]
  }

  private func identity(_ event: JSONValue) -> String {
    "\(event["name"]?.text ?? "") \(event["id"]?.number ?? -1)"
  }

  private mutating func start(_ event: JSONValue, _ track: Int) {
    guard let slice = stacks[track]?.last else {
      problems.append("flow \(identity(event)) starts at no slice")
      return
    }
    if starts.updateValue(slice, forKey: identity(event)) != nil {
      problems.append("flow \(identity(event)) starts twice")
    }
  }

  private mutating func finish(_ event: JSONValue, _ track: Int) {
    guard let slice = stacks[track]?.last, event["bp"]?.text == "e" else {
      problems.append("flow \(identity(event)) ends at no slice")
      return
    }
    guard let start = starts[identity(event)] else {
      problems.append("flow \(identity(event)) ends before it starts")
      return
    }
    flows.append((start, slice))
  }
}

extension JSONValue {
  fileprivate var members: [Member] {
    if case .object(let members) = kind { members } else { [] }
  }

  fileprivate subscript(key: String) -> JSONValue? { members.first { $0.key == key }?.value }

  fileprivate var elements: [JSONValue] {
    if case .array(let elements) = kind { elements } else { [] }
  }

  fileprivate var text: String? {
    if case .string(let text) = kind { text } else { nil }
  }

  fileprivate var number: Double? {
    if case .number(let spelling) = kind { Double(spelling) } else { nil }
  }

  /// Microseconds as nanoseconds, to the nearest.
  fileprivate var nanoseconds: Int? {
    number.map { Int(($0 * 1000).rounded(.toNearestOrAwayFromZero)) }
  }

  fileprivate var texts: [String: String] {
    Dictionary(uniqueKeysWithValues: members.compactMap { m in m.value.text.map { (m.key, $0) } })
  }
}
