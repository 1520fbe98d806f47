import Foundation
import Testing

/// The flags that look into the compiler.
@Suite struct PassFlagTests {
  /// The passes in order, from the reference page.
  private func passes(_ place: borrowing Workplace) throws -> [String] {
    let page = try place.sonic("reference", "passes").text
    return page.split(separator: "\n").compactMap { (line: Substring) -> String? in
      let cells = line.split(separator: "`")
      return cells.count == 3 ? String(cells[1]) : nil
    }.filter { $0 != "sonic reference passes" }
  }

  @Test func everyPassCanBeDumpedAndStoppedAfter() throws {
    let place = try Workplace.withProgram()
    let names = try passes(place)
    #expect(names.contains("lower") && names.count > 10)
    let dumps = names.flatMap { ["--dump-after", $0] }
    let common = ["compile", "tiny.json", "--calibrate", "images.npy", "--verify-passes"]
    let all = try place.sonic(common + dumps + ["-o", "dumped.sonic"])
    #expect(all.status == 0)
    #expect(try place.bytes("dumped.sonic") == place.bytes("tiny.sonic"))
    let shown = all.messages.split(separator: "\n").filter { $0.hasPrefix("# after ") }
    #expect(shown.map { String($0.dropFirst(8)) } == names)
    #expect(
      try place.sonic(common + dumps + ["-o", "dumped.sonic", "--dump-to", "dumps"]).status == 0)
    for name in names {
      #expect(try !place.bytes("dumps/\(name).txt").isEmpty)
      let stopped = try place.sonic(common + ["--stop-after", name])
      #expect(stopped.status == 0, "\(stopped.messages)")
      let isGraph = stopped.text.hasPrefix("graph ")
      #expect(isGraph || stopped.text.hasPrefix(".section plan"))
      let emitted = try place.sonic(
        common + ["--stop-after", name, "--emit", isGraph ? "graph" : "plan"])
      #expect(emitted.output == stopped.output)
    }
  }

  @Test func timesAreThoseOfAllSteps() throws {
    let place = try Workplace.withProgram()
    let timed = try place.sonic(
      "compile", "tiny.json", "-o", "a.sonic", "--calibrate", "images.npy", "--time-passes")
    let lines = timed.messages.split(separator: "\n").filter { $0.contains(" ms ") }
    let names = lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names == ["read"] + (try passes(place)) + ["program", "write"])
    #if os(Linux)
      #expect(lines.allSatisfy { $0.contains(" MB resident ") && $0.hasSuffix(" MB peak") })
    #endif
  }
}
