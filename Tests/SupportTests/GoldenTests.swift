import TestKit
import Testing

@Suite struct GoldenTests {
  @Test func namesTheFirstDifferingLine() {
    #expect(
      Golden.firstDifference(found: "a\nb\n", expected: "a\nc\n")
        == #"line 2: found "b", expected "c""#)
  }

  @Test func namesTheEndOfTheShorterText() {
    #expect(
      Golden.firstDifference(found: "a", expected: "a\nb")
        == #"line 2: found the end, expected "b""#)
  }

  @Test func withSeedNamesTheSeedThatFails() {
    struct Odd: Error {}
    withKnownIssue {
      withSeed(4..<9) { seed, _ in if seed % 2 == 1 { throw Odd() } }
    } matching: { issue in
      issue.comments.contains { $0.rawValue == "with seed 5: Odd()" }
    }
  }
}
