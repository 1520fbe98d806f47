import Exploration
import Foundation
import Hardware
import Support
import TestKit
import Testing

@Suite struct SpaceFileTests {
  private static let text = """
    format: sonic-space
    version: 1
    # What a designer asks.
    parameters:
      conv.length: 3, 5, 7
      conv.units: 10 to 30 step 10
      memory.dram.bandwidth: 12.8 GB/s, 25.6 GB/s
      prune: 0, 0.5
      pack: kernel, slice
    objectives: fps-per-watt, fps

    """

  private func space(_ text: String) throws(Failure) -> Space {
    try Space(yaml: Data(text.utf8), file: "s.yaml", on: Machine.named("sonic"))
  }

  @Test func valuesAreInTheOrderOfTheFile() throws {
    let space = try space(Self.text)
    #expect(
      space.parameters == [
        Space.Parameter(name: "conv.length", values: ["3", "5", "7"]),
        Space.Parameter(name: "conv.units", values: ["10", "20", "30"]),
        Space.Parameter(name: "memory.dram.bandwidth", values: ["12.8 GB/s", "25.6 GB/s"]),
        Space.Parameter(name: "prune", values: ["0", "0.5"]),
        Space.Parameter(name: "pack", values: ["kernel", "slice"]),
      ])
    #expect(space.objectives == [.fpsPerWatt, .fps])
    #expect(space.count == 72)
  }

  /// Changes of one line each, with what is said of them.
  @Test func everyProblemSaysWhere() throws {
    var report = ""
    for (from, to) in Self.changes {
      let changed = Self.text.replacingOccurrences(of: from, with: to)
      try #require(changed != Self.text, "there is no \(from)")
      report += "\(from.quoted) -> \(to.quoted)\n"
      do throws(Failure) {
        _ = try space(changed)
        report += "nothing\n\n"
      } catch {
        #expect(error.code == .data)
        report += error.diagnostics.map { "\($0)\n" }.joined() + "\n"
      }
    }
    Golden.check(report, "error/space.txt")
  }

  private static let changes: [(String, String)] = [
    ("sonic-space", "sonic-machine"), ("version: 1", "version: 2"), ("version: 1\n", ""),
    ("objectives: fps-per-watt, fps\n", ""), ("fps-per-watt, fps", "speed, fps, beauty"),
    ("fps-per-watt, fps", "[fps]"), ("fps-per-watt, fps", ""), ("fps-per-watt, fps", "{fps: max}"),
    ("parameters:", "params:"), ("objectives:", "weights: 1\nobjectives:"),
    ("conv.length: 3, 5, 7", "conv.lenght: 3"), ("conv.length: 3, 5, 7", "speed: 3, 4"),
    ("conv.length: 3, 5, 7", "conv: 3"), ("conv.length: 3, 5, 7", "conv.length: {from: 3}"),
    ("conv.length: 3, 5, 7", "conv.length:"),
    ("3, 5, 7", "3, 0, seven, 2000"), ("3, 5, 7", "3, , 5"), ("3, 5, 7", "3, 5, 3"),
    ("3, 5, 7", "3 to 1"), ("3, 5, 7", "1 to 9 step 0"), ("3, 5, 7", "1 to nine"),
    ("3, 5, 7", "1 to 9 by 2"), ("3, 5, 7", "1 to 1000000000000"),
    ("3, 5, 7", "-9223372036854775808 to 9223372036854775807"), ("3, 5, 7", "*x"),
    ("12.8 GB/s", "12.8 GHz"), ("0, 0.5", "half, 2"), ("kernel, slice", "kernel, tight"),
    ("prune: 0, 0.5", "clusters: 0, 16, 65"), ("prune: 0, 0.5", "dataflow: none"),
  ]
}
