public import Foundation
public import Support
public import Testing

/// Gives damaged copies of `files` to `read`, which may return or throw a ``Failure`` of bad data, and
/// must do nothing worse.
///
/// Most copies have a few small faults (``Swift/Array/mutated(_:alphabet:)``), some are cut short,
/// some keep their beginning and go on at random. With `MUTATIONS` in the environment it says what
/// the slowest took and how much memory all took: nothing should take a second or 64 MiB.
///
/// - Parameters:
///   - share: how many copies, where `MUTATIONS` does not say.
///   - alphabet: what the grammar of the files is made of.
///   - read: gets a copy, and randomness of its own.
public func fuzz(
  _ name: String, _ files: [[UInt8]], alphabet: String, share: UInt64,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ read: @escaping (_ bytes: Data, _ random: inout SeededRandom) throws -> Void
) {
  fuzz(name, share: share, sourceLocation: sourceLocation) { random in
    let file = files[random.next(below: files.count)]
    let bytes = Data(file.damaged(&random, alphabet: alphabet))
    return { random in try read(bytes, &random) }
  }
}

/// Runs what `make` makes of each seed, as ``fuzz(_:_:alphabet:share:sourceLocation:_:)`` does; making
/// it is not part of the time.
public func fuzz(
  _ name: String, share: UInt64, sourceLocation: SourceLocation = #_sourceLocation,
  _ make: (_ random: inout SeededRandom) throws -> (inout SeededRandom) throws -> Void
) {
  var (slowest, slowestSeed, refused) = (Duration.zero, UInt64(0), 0)
  // Starts the most memory held anew.
  try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
  let before = memory("VmRSS")
  let seeds = mutationSeeds(share)
  withSeed(seeds, sourceLocation: sourceLocation) { seed, random in
    let body = try make(&random)
    let time = ContinuousClock().measure {
      do {
        try body(&random)
      } catch let failure as Failure {
        refused += 1
        let isBadData = failure.code == .data || failure.code == .noInput
        #expect(
          isBadData && !failure.diagnostics.isEmpty, "with seed \(seed): \(failure)",
          sourceLocation: sourceLocation)
      } catch {
        Issue.record("with seed \(seed): \(error)", sourceLocation: sourceLocation)
      }
    }
    if time > slowest { (slowest, slowestSeed) = (time, seed) }
  }
  guard ProcessInfo.processInfo.environment["MUTATIONS"] != nil else { return }
  print(
    "fuzz \(name): \(seeds.count) copies, \(refused) refused, slowest \(slowest) "
      + "(seed \(slowestSeed)), memory \(before) MiB, at most \(memory("VmHWM")) MiB")
}

/// A figure about this process's memory, in MiB: `VmRSS` is what it holds, `VmHWM` the most that it
/// held. Zero where the system does not say.
private func memory(_ figure: String) -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix(figure) } ?? ""
  return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 >> 10 } ?? 0
}

extension [UInt8] {
  fileprivate func damaged(_ random: inout SeededRandom, alphabet: String) -> [UInt8] {
    switch random.next(below: 16) {
    case 0: return Array(prefix(random.next(below: count)))
    case 1:
      let kept = random.next(below: count)
      return prefix(kept) + (kept..<count).map { _ in UInt8(random.next(below: 256)) }
    default: return mutated(&random, alphabet: alphabet)
    }
  }
}
