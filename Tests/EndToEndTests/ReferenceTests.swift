import Foundation
import TestKit
import Testing

/// Texts for people.
@Suite struct ReferenceTests {
  @Test func helpOfEveryCommand() throws {
    let place = try Workplace()
    let page = try place.sonic("reference", "commands")
    #expect(page.status == 0)
    Golden.check(page.text, "help/commands.md")
  }

  @Test func everyPageIsPrinted() throws {
    let place = try Workplace()
    for page in ["isa", "passes", "operators", "formats"] {
      let printed = try place.sonic("reference", page)
      #expect(printed.status == 0 && printed.text.hasPrefix("# "))
    }
  }

  @Test func helpAndVersionAreResults() throws {
    let place = try Workplace()
    let arguments = [["--help"], ["run", "--help"], ["help", "run"], ["--version"], ["machines"]]
    for arguments in arguments {
      let outcome = try place.sonic(arguments)
      #expect(outcome.status == 0 && outcome.messages.isEmpty && !outcome.output.isEmpty)
    }
  }

  @Test func machinesAreListedShownAndValidated() throws {
    let place = try Workplace()
    #expect(try place.sonic("machines", "list").text.hasPrefix("sonic: "))
    let shown = try place.sonic("machines", "show", "sonic")
    try place.write(shown.text, to: "mine.yaml")
    let valid = try place.sonic("machines", "validate", "mine.yaml")
    #expect(valid.status == 0 && valid.text.hasPrefix("ok\nsonic: "))
    let tiny = try Workplace.withProgram()
    try tiny.write(shown.text, to: "mine.yaml")
    let compiled = try tiny.sonic(
      "compile", "tiny.json", "-o", "mine.sonic", "--calibrate", "images.npy", "--machine",
      "./mine.yaml")
    #expect(compiled.status == 0)
    #expect(try tiny.bytes("mine.sonic") == tiny.bytes("tiny.sonic"))
  }
}
