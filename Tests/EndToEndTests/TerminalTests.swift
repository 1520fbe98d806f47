import Foundation
import Testing

/// Colours: on a terminal alone, and not where the user says no (https://no-color.org). `script` of
/// util-linux makes a terminal.
@Suite struct TerminalTests {
  private static let script = "/usr/bin/script"

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: script)))
  func tablesAreColouredOnATerminal() throws {
    let place = try Workplace.withProgram()
    let plain = try place.sonic("inspect", "tiny.sonic").text
    #expect(!plain.contains("\u{1B}"))
    let painted = try onTerminal(place, environment: ["TERM": "xterm"])
    #expect(painted.contains("\u{1B}[1m") && painted.contains("\u{1B}[32m"))
    let stripped = painted.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(stripped.replacing("\r\n", with: "\n") == plain)
    for environment in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"]] {
      #expect(try !onTerminal(place, environment: environment).contains("\u{1B}"))
    }
  }

  private func onTerminal(
    _ place: borrowing Workplace, environment: [String: String]
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Self.script)
    process.arguments = ["-qec", "\(Workplace.binary.path) inspect tiny.sonic", "/dev/null"]
    process.environment = environment
    process.currentDirectoryURL = place.folder
    process.standardInput = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self)
  }
}
