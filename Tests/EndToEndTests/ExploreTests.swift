import Foundation
import Testing

/// `sonic explore` and what it leaves behind.
@Suite struct ExploreTests {
  private static let space = """
    format: sonic-space
    version: 1
    parameters:
      conv.length: 1 to 10
      conv.units: 1 to 10
      fc.length: 10 to 100 step 10
    objectives: fps-per-watt, fps, power
    """

  private static func workplace() throws -> Workplace {
    let place = try Workplace.withProgram()
    try place.write(space, to: "space.yaml")
    return place
  }

  private static let command = [
    "explore", "tiny.json", "--calibrate", "images.npy", "--space", "space.yaml",
  ]

  /// Killed in the middle and run again, it ends as if nothing had happened; so do two at a time.
  @Test func itGoesOnAfterAKill() throws {
    let place = try Self.workplace()
    let expected = try place.sonic(Self.command + ["--csv", "whole.csv", "--svg", "whole.svg"])
    try #require(expected.status == 0, "\(expected.messages)")
    let kept = Self.command + ["--database", "kept.sqlite"]
    let victim = place.process(kept)
    victim.standardOutput = FileHandle.nullDevice
    victim.standardError = FileHandle.nullDevice
    try victim.run()
    let log = place.url("kept.sqlite-wal").path
    while victim.isRunning,
      (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0 < 100_000
    {
      Thread.sleep(forTimeInterval: 0.005)
    }
    kill(victim.processIdentifier, SIGKILL)
    victim.waitUntilExit()
    let other = place.process(kept)
    other.standardOutput = FileHandle.nullDevice
    other.standardError = FileHandle.nullDevice
    try other.run()
    let found = try place.sonic(kept + ["--csv", "kept.csv", "--svg", "kept.svg"])
    other.waitUntilExit()
    #expect(other.terminationStatus == 0)
    #expect(found.text == expected.text)
    #expect(try place.bytes("kept.csv") == place.bytes("whole.csv"))
    #expect(try place.bytes("kept.svg") == place.bytes("whole.svg"))
  }

  /// What could only fail after hours fails at once.
  @Test func whatCannotEndWellDoesNotBegin() throws {
    let place = try Self.workplace()
    try place.write(
      Self.space.replacingOccurrences(of: "1 to 10", with: "1 to 100")
        .replacingOccurrences(of: "10 to 100 step 10", with: "10 to 100"), to: "large.yaml")
    try place.write(String(decoding: place.bytes("tiny.json"), as: UTF8.self), to: "twin.json")
    let before = place.files
    let cases = [
      (
        ["tiny.json", "--space", "large.yaml"], 64,
        "large.yaml: error: found 910000 designs, expected at most 100000 for a grid, or "
          + "'--search random', '--search nsga2' or '--budget'"
      ),
      (
        ["tiny.json", "--space", "space.yaml", "--csv", "no/where.csv"], 73,
        "no/where.csv: error: cannot write the file"
      ),
      (
        ["tiny.json", "twin.json", "--space", "space.yaml"], 64,
        "twin.json: error: found the network of tiny.json again, expected each once, under a name of "
          + "its own"
      ),
    ]
    for (arguments, status, message) in cases {
      let outcome = try place.sonic(
        ["explore", "--calibrate", "images.npy", "--database", "x.sqlite"] + arguments)
      #expect(outcome.status == status)
      #expect(outcome.messages == message + "\n")
      #expect(place.files == before)
    }
  }

  /// The reference is the machine with the figures that are set.
  @Test func figuresAreSet() throws {
    let place = try Self.workplace()
    let outcome = try place.sonic(
      Self.command + ["--set", "conv.length=7", "--budget", "1", "--json"])
    #expect(outcome.text.contains("\"conv.length\" : \"7\""), "\(outcome.messages)")
  }

  @Test func badSpacesLeaveNothing() throws {
    let place = try Self.workplace()
    try place.write(
      Self.space.replacingOccurrences(of: "1 to 10", with: "0, five"), to: "space.yaml")
    let before = place.files
    let outcome = try place.sonic(Self.command + ["--csv", "x.csv", "--database", "x.sqlite"])
    #expect(outcome.status == 65)
    #expect(outcome.messages.split(separator: "\n").count == 4)
    #expect(outcome.messages.hasPrefix("space.yaml:4:16: error: conv.length: found \"0\""))
    #expect(place.files == before)
  }
}
