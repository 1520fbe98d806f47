import Support
import Testing

@Suite struct MeanIntervalTests {
  /// Against scipy: `stats.t.interval(0.95, n - 1, loc=mean, scale=stats.sem(x))`.
  @Test func intervalsAreStudents() {
    let five = MeanInterval([1, 2, 4, 8, 16])
    #expect(five.mean == 6.2 && five.least == 1 && five.most == 16)
    #expect(abs(five.lower - -1.373_1) < 1e-3 && abs(five.upper - 13.773_1) < 1e-3)
    let many = MeanInterval((0..<50).map { Double($0 * $0 % 7) })
    #expect(abs(many.halfWidth - 0.409_9) < 1e-3, "\(many.halfWidth)")
  }

  @Test func oneTrialSaysNothing() {
    #expect(MeanInterval([3]).halfWidth == .infinity)
    #expect(MeanInterval([3, 3]).halfWidth == 0)
  }
}
