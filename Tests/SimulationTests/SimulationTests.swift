import Foundation
import Hardware
import Simulation
import Support
import TestKit
import Testing

@Suite struct TimelineTests {
  @Test func workFollowsWorkOnOneResource() {
    var timeline = Timeline(resources: 2, signals: [])
    #expect(timeline.occupy(0, for: Picoseconds(5)) == span(0, 5))
    #expect(timeline.occupy(0, for: Picoseconds(7)) == span(5, 12))
    #expect(timeline.occupy(1, for: Picoseconds(3)) == span(0, 3))
    #expect(timeline.end == Picoseconds(12) && timeline.end(of: 1) == Picoseconds(3))
  }

  /// A wait holds until the first so many signals are given, whichever came last.
  @Test func waitsHoldForSignalsInProgramOrder() {
    var timeline = Timeline(resources: 3, signals: [2])
    _ = timeline.occupy(0, for: Picoseconds(10))
    timeline.signal(0, from: 0)
    _ = timeline.occupy(1, for: Picoseconds(4))
    timeline.signal(0, from: 1)
    timeline.wait(0, count: 0, on: 2)
    #expect(timeline.occupy(2, for: Picoseconds(1)) == span(0, 1))
    timeline.wait(0, count: 1, on: 2)
    #expect(timeline.occupy(2, for: Picoseconds(1)) == span(10, 11))
    timeline.wait(0, count: 2, on: 1)
    #expect(timeline.occupy(1, for: Picoseconds(1)) == span(10, 11))
  }

  @Test func waitingForThePastHoldsNothing() {
    var timeline = Timeline(resources: 2, signals: [1])
    timeline.signal(0, from: 0)
    _ = timeline.occupy(1, for: Picoseconds(8))
    timeline.wait(0, count: 1, on: 1)
    #expect(timeline.end(of: 1) == Picoseconds(8))
  }

  @Test func timesStayAtTheLargest() {
    var timeline = Timeline(resources: 1, signals: [])
    let half = Picoseconds(.max / 2) + Picoseconds(10)
    _ = timeline.occupy(0, for: half)
    #expect(timeline.occupy(0, for: half).end == Picoseconds(.max))
    #expect(half * 3 == Picoseconds(.max))
    #expect(Femtojoules(.max) + Femtojoules(1) == Femtojoules(.max))
  }

  private func span(_ start: Int, _ end: Int) -> Timeline.Span {
    Timeline.Span(start: Picoseconds(start), end: Picoseconds(end))
  }
}

@Suite struct LedgerTests {
  enum Part: Int, CaseIterable { case light, heat, motion }

  @Test func theTotalIsTheSumOfTheEntries() {
    withSeed(0..<100) { _, random in
      var sum = Ledger<Part>()
      var total = 0
      for _ in 0..<10 {
        var ledger = Ledger<Part>()
        for part in Part.allCases {
          let energy = random.next(below: 1 << 40)
          ledger[part] = Femtojoules(energy)
          total += energy
        }
        sum += ledger
      }
      try #require(sum.total.count == total)
      try #require(Part.allCases.map { sum[$0] }.reduce(.zero, +) == sum.total)
    }
  }
}
