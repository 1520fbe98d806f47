import Foundation
import Hardware
import Simulation
import Support
import TestKit
import Testing

@Suite struct TraceTests {
  private static let trace: Trace = {
    var trace = Trace(process: "a \"net\"\n", rows: ["DMA", "VDU\t0\u{1}"])
    trace.events = [
      event(1, "conv\\1 é", 1_234_567, 1_236_607, [("key \"k\"", "value\u{7F}")]),
      event(0, "", 0, 1_234_100),
      event(0, "short", 1_234_100, 1_234_200),
      event(0, "long", 1_234_200, 5_000_000),
    ]
    var course = Course(base: 0.1)
    course.add(3, during: trace.events[0].span)
    course.add(0, during: trace.events[3].span)
    trace.counters = [
      Trace.Counter("power", "W", course), Trace.Counter("held \"k\"", "bytes", Course()),
    ]
    trace.arrows = [Trace.Arrow(from: 1, to: 0), Trace.Arrow(from: 1, to: 3)]
    return trace
  }()

  private static func event(
    _ row: Int, _ name: String, _ start: Int, _ end: Int,
    _ details: [(key: String, value: String)] = []
  ) -> Trace.Event {
    Trace.Event(
      row: row, name: name,
      span: Timeline.Span(start: Picoseconds(start), end: Picoseconds(end)), details: details)
  }

  /// As JSONSerialization reads it.
  private func events() throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Self.trace.json)
    return try #require((object as? [String: Any])?["traceEvents"] as? [[String: Any]])
  }

  private func events(_ phase: String) throws -> [[String: Any]] {
    try events().filter { $0["ph"] as? String == phase }
  }

  @Test func rowsHaveNamesAndAnOrder() throws {
    let names = try events().filter { $0["name"] as? String == "thread_name" }
      .compactMap { ($0["args"] as? [String: Any])?["name"] as? String }
    #expect(names == Self.trace.rows)
    let order = try events().filter { $0["name"] as? String == "thread_sort_index" }
      .compactMap { ($0["args"] as? [String: Any])?["sort_index"] as? Int }
    #expect(order == [0, 1])
    let process = try events().first { $0["name"] as? String == "process_name" }
    #expect((process?["args"] as? [String: Any])?["name"] as? String == Self.trace.process)
  }

  /// What is longest comes first of what starts in the same nanosecond.
  @Test func timesAreWholeNanosecondsInMicroseconds() throws {
    let complete = try events("X")
    #expect(complete.map { $0["name"] as? String } == ["", "long", "conv\\1 é", "short"])
    #expect(complete.map { $0["ts"] as? Double } == [0, 1.234, 1.234, 1.234])
    #expect(complete.map { $0["dur"] as? Double } == [1.234, 3.766, 0.002, 0])
    #expect(complete.map { $0["tid"] as? Int } == [1, 1, 2, 1])
    let details = try #require(complete[2]["args"] as? [String: Any])
    #expect(details["key \"k\""] as? String == "value\u{7F}" && details.count == 2)
    #expect(details["ps"] as? [Int] == [1_234_567, 1_236_607])
  }

  /// Once where it stays, and from zero on.
  @Test func countersAreSampledWhereTheyChange() throws {
    let samples = try events("C")
    #expect(samples.map { $0["name"] as? String } == ["power", "power", "power", "held \"k\""])
    #expect(samples.map { $0["ts"] as? Double } == [0, 1.234, 1.236, 0])
    let found = try TraceImport(Self.trace.json).counters
    #expect(found["power W"]?.map(\.value) == [0.1, 3.1, 3.1 - 3])
    #expect(found["held \"k\" bytes"]?.map(\.value) == [0])
  }

  /// An arrow starts once, however many ends it has.
  @Test func arrowsStandAtTheStartsOfTheirSlices() throws {
    let (starts, ends) = (try events("s"), try events("f"))
    #expect(starts.map { $0["tid"] as? Int } == [1] && starts[0]["ts"] as? Double == 0)
    #expect(ends.map { $0["tid"] as? Int } == [1, 2])
    #expect(ends.allSatisfy { $0["ts"] as? Double == 1.234 && $0["bp"] as? String == "e" })
    #expect((starts + ends).allSatisfy { $0["id"] as? Int == 1 && $0["name"] as? String == "wait" })
  }

  @Test func perfettoFindsWhatIsThere() throws {
    let found = try TraceImport(Self.trace.json)
    #expect(found.problems.isEmpty && found.threads == [1: "DMA", 2: "VDU\t0\u{1}"])
    #expect(found.slices.map(\.name) == ["", "long", "conv\\1 é", "short"])
    #expect(found.slices.map(\.depth) == [0, 0, 0, 1])
    let flows = found.flows.map { [found.slices[$0.from].name, found.slices[$0.to].name] }
    #expect(flows == [["", "long"], ["", "conv\\1 é"]])
    #expect(Set(found.counters.keys) == ["power W", "held \"k\" bytes"])
  }

  /// Slices of a row one after another, as short as may be, never overlap in the file.
  @Test func roundingLeavesRowsInOrder() {
    withSeed(0..<100) { _, random in
      var trace = Trace(process: "p", rows: ["a", "b"])
      for row in 0..<2 {
        var time = 0
        for index in 0..<40 {
          let start = time + random.next(below: 2) * random.next(below: 1500)
          time = start + random.next(below: 4) * random.next(below: 800)
          trace.events.append(Self.event(row, "\(row) \(index)", start, time))
        }
      }
      for (to, event) in trace.events.enumerated() where event.isDrawn {
        let from = trace.events.lastIndex { $0.isDrawn && $0.span.end <= event.span.start }
        if let from { trace.arrows.append(Trace.Arrow(from: from, to: to)) }
      }
      let found = try TraceImport(trace.json)
      try #require(found.problems.isEmpty, "\(found.problems)")
      try #require(found.slices.count == trace.events.count)
      let flows = Set(found.flows.map { [found.slices[$0.from].name, found.slices[$0.to].name] })
      let arrows = trace.arrows.map { [trace.events[$0.from].name, trace.events[$0.to].name] }
      try #require(flows == Set(arrows) && found.flows.count == arrows.count)
    }
  }

  @Test func theFileIsTheSameEveryTime() {
    Golden.check(String(decoding: Self.trace.json, as: UTF8.self), "trace.json")
  }
}
