import Hardware
import Simulation
import Support
import TestKit
import Testing

@Suite struct CourseTests {
  @Test func levelsAddUp() {
    var course = Course(base: 1)
    course.add(2, during: span(5, 10))
    course.add(4, during: span(7, 7))
    course.add(8, during: span(8, 12))
    #expect(
      course.moments == [
        moment(0, 1), moment(5, 3), moment(8, 11), moment(10, 9), moment(12, 1),
      ])
    #expect(course.peak == 11)
  }

  /// What ends at a moment is gone when something starts at it.
  @Test func neighboursDoNotPileUp() {
    var course = Course()
    course.add(3, during: span(4, 6))
    course.add(3, during: span(0, 4))
    #expect(course.moments == [moment(0, 3), moment(4, 3), moment(6, 0)])
    #expect(course.peak == 3 && Course(base: 2).peak == 2)
    #expect(Course(base: 2).moments == [moment(0, 2)])
  }

  /// The level at any moment is the sum of what is added then; nothing is left in the end.
  @Test func levelsAreSumsOfWhatLasts() {
    withSeed(0..<200) { _, random in
      var course = Course()
      var parts: [(amount: Int, span: Timeline.Span)] = []
      for _ in 0..<random.next(below: 20) {
        let start = random.next(below: 30)
        parts.append((random.next(below: 100), span(start, start + random.next(below: 10))))
      }
      for part in parts {
        course.add(Double(part.amount), during: part.span)
        if random.next(below: 3) == 0 { course.order() }
      }
      let moments = course.moments
      try #require(moments.count <= 2 * parts.count + 1 && moments[0].time == .zero)
      try #require(zip(moments, moments.dropFirst()).allSatisfy { $0.time < $1.time })
      for time in 0..<50 {
        let found = moments.last { $0.time <= Picoseconds(time) }?.level
        let lasting = parts.filter { $0.span.start.count <= time && time < $0.span.end.count }
        try #require(found == Double(lasting.reduce(0) { $0 + $1.amount }))
      }
    }
  }

  private func span(_ start: Int, _ end: Int) -> Timeline.Span {
    Timeline.Span(start: Picoseconds(start), end: Picoseconds(end))
  }

  private func moment(_ time: Int, _ level: Double) -> Course.Moment {
    Course.Moment(time: Picoseconds(time), level: level)
  }
}
