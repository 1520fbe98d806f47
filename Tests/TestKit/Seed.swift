import Foundation
public import Support
public import Testing

/// Runs the body of a property test with each seed, until one fails, and says which one that was.
///
///     @Test func law() { withSeed(0..<500) { seed, random in try #require(...) } }
///
/// `#require` inside stops at the first counterexample; `#expect` does not throw, so its comment
/// must name the seed itself.
public func withSeed(
  _ seeds: Range<UInt64>, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: (_ seed: UInt64, _ random: inout SeededRandom) throws -> Void
) {
  for seed in seeds {
    var random = SeededRandom(seed: seed)
    do {
      try body(seed, &random)
    } catch {
      Issue.record("with seed \(seed): \(error)", sourceLocation: sourceLocation)
      return
    }
  }
}

/// Seeds for a test that damages a file: `share` of them, or as many as `MUTATIONS` in the
/// environment says, for the long run.
public func mutationSeeds(_ share: UInt64) -> Range<UInt64> {
  0..<(ProcessInfo.processInfo.environment["MUTATIONS"].flatMap { UInt64($0) } ?? share)
}
