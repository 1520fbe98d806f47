import Foundation
import Hardware
import Support
import TestKit
import Testing

@Suite struct MachineFileTests {
  private static let text = Result { try Machine.named("sonic").text }

  /// What is wrong with a file, a line each.
  private func problems(_ text: String) -> String {
    do throws(Failure) {
      _ = try Machine(yaml: Data(text.utf8), file: "m.yaml")
      return "nothing\n"
    } catch {
      return error.diagnostics.map { "\($0)\n" }.joined()
    }
  }

  /// Changes of one figure or line each, with what is said of them.
  @Test func everyProblemSaysWhere() throws {
    let text = try Self.text.get()
    var report = ""
    for (from, to) in Self.changes {
      let changed = text.replacingOccurrences(of: from, with: to)
      try #require(changed != text, "there is no \(from)")
      report += "\(from.quoted) -> \(to.quoted)\n\(problems(changed))\n"
    }
    Golden.check(report, "error/machine.txt")
  }

  private static let changes: [(String, String)] = [
    ("format: sonic-machine", "format: sonic"), ("version: 1", "version: 2"),
    ("name: sonic\n", ""), ("name: sonic\n", "name: {a: b}\n"),
    ("name: sonic\n", "name: sonic\nname: sonic\n"), ("name: sonic\n", "name: [sonic]\n"),
    ("name: sonic\n", "name: &x sonic\nother: *x\n"), ("name: sonic\n", "name: !!str sonic\n"),
    ("name: sonic\n", "name: \"sonic\n"), ("name: sonic\n", "- sonic\n"),
    ("name: sonic\n", "name: {a: {b: {c: d}}}\n"), ("name: sonic\n", "name: sonic\ncolour: red\n"),
    ("{value: 50, mark: T, source: SONIC section V}", "50"),
    ("{value: 50, mark: T, source: SONIC section V}", "{value: 0, mark: T, source: none}"),
    ("{value: 50, mark: T, source: SONIC section V}", "{value: 1.5, mark: T, source: none}"),
    ("{value: 50, mark: T, source: SONIC section V}", "{value: 5, mark: X, source: none}"),
    ("{value: 50, mark: T, source: SONIC section V}", "{value: 5, sauce: none}"),
    ("value: 20 ns", "value: 20"), ("value: 20 ns", "value: 20 mW"),
    ("value: 20 ns", "value: -20 ns"), ("value: 20 ns", "value: 0.0001 ns"),
    ("value: 20 ns", "value: 20 s"), ("value: 20 ns", "value: 11 us"),
    ("value: 20 ns", "value: 99999999999999999999 ns"), ("value: 4 MB", "value: 512 B"),
    ("memory: ", "memories: "), ("conv:\n", "conv: none\nconvolution:\n"),
    ("weights: {value: true", "weights: {value: maybe"),
    ("optics:  ", "optics: none\n#"), ("value: -140 dB/Hz", "value: -140 dB"),
    ("value: 0.9 dB,", "value: -0.9 dB,"), ("value: 16 bits, mark: T", "value: 17 bits, mark: T"),
    ("value: 30 %", "value: 130 %"), ("  quality: ", "  qualities: "),
  ]

  /// A machine that says nothing of run-time weights has none.
  @Test func runTimeWeightsMayBeLeftOut() throws {
    let text = try Self.text.get()
    #expect(try Machine.named("sonic").fc.takesActivationsAsWeights)
    let lines = text.split(separator: "\n").filter { !$0.contains("run-time-weights") }
    let machine = try Machine(yaml: Data(lines.joined(separator: "\n").utf8), file: "m.yaml")
    #expect(!machine.fc.takesActivationsAsWeights)
  }

  /// Older files know nothing of optics.
  @Test func opticsMayBeLeftOut() throws {
    let text = try Self.text.get()
    let optics = try #require(try Machine.named("sonic").optics)
    #expect(optics.intensityNoise.decibels == -140 && optics.sensitivity.decibels == -20)
    #expect(optics.losses.ringThrough.count == 20 && optics.pitch.count == 5_000_000)
    let old = text[..<(try #require(text.range(of: "optics:"))).lowerBound]
    #expect(try Machine(yaml: Data(old.utf8), file: "m.yaml").optics == nil)
  }

  @Test func whatIsNoTextIsRefused() {
    for bytes in [Data([0xFF, 0xFE]), Data(), Data(repeating: 0x20, count: 1 << 17)] {
      let error = #expect(throws: Failure.self) { try Machine(yaml: bytes, file: "m.yaml") }
      #expect(error?.code == .data)
    }
  }

  /// Texts that would take a YAML parser long, or too deep.
  @Test func bombsAreRefused() throws {
    let laughs = (1..<60).map { "a\($0): &a\($0) {x: *a\($0 - 1), y: *a\($0 - 1)}\n" }.joined()
    let deep = String(repeating: "[", count: 50_000)
    for text in [
      "a0: &a0 {x: y}\n" + laughs + "z: {*a59 : 1}\n",
      // A combining mark after each sign makes another character of it.
      "a0: &\u{301}a0 {x: y}\n"
        + laughs.replacingOccurrences(of: "&", with: "&\u{301}")
        .replacingOccurrences(of: "*", with: "*\u{301}"), "x: {y: \"\n#\", z: \(deep)",
      "# x\r\ny: \(deep)", String(repeating: "{", count: 50_000),
      (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
    ] {
      #expect(!problems(text).contains("nothing"))
    }
  }

  @Test func lineEndsAreAnyOnes() throws {
    let text = try Self.text.get()
    for end in ["\r\n", "\r"] {
      let machine = try Machine(
        yaml: Data(text.replacingOccurrences(of: "\n", with: end).utf8), file: "m.yaml")
      #expect(machine.figures == (try Machine.named("sonic")).figures)
    }
  }

  @Test func damagedFiles() throws {
    let text = [UInt8](try Self.text.get().utf8)
    let machines = try ["sonic", "sonic-waiting"].map { [UInt8](try Machine.named($0).text.utf8) }
    #expect(machines.contains(text))
    fuzz("YAML", machines, alphabet: "0123456789-.,[]{}\"'&*!#:|>% \n", share: 1000) { bytes, _ in
      let machine = try Machine(yaml: bytes, file: "m.yaml")
      try #require(try Machine(yaml: Data(machine.text.utf8), file: "m.yaml") == machine)
    }
  }

  @Test func unknownMachinesAreNotFound() {
    for name in ["nowhere", "nowhere.yaml"] {
      let error = #expect(throws: Failure.self) { try Machine.named(name) }
      #expect(error?.code == .noInput)
    }
  }
}
