import ArgumentParser
import Foundation
import SONICBackend
import Support

/// Shows what is in a program.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a program's layers, schedule, instructions, memory and machine.",
    discussion: """
      Prints what the program is, a row a step with what it is expected to take, and how busy the \
      machine is over time; with --layer, all about one step. Where a program has many steps, \
      operations that follow each other share a row; JSON has them all. As HTML it is a page that needs \
      nothing beside it: graph, schedule down to single vectors, energy, weights, instructions.

      EXAMPLES
        sonic inspect lenet.sonic
        sonic inspect lenet.sonic --layer conv1
        sonic inspect lenet.sonic --format html -o lenet.html
        sonic inspect lenet.sonic --format json | jq '.steps[].estimate.energyFemtojoules'
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, html
  }

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  @Option(help: ArgumentHelp("Show this layer or operation alone.", valueName: "name"))
  var layer: String?

  @Option(help: "For a terminal, for scripts, or for a browser.")
  var format = Format.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where to write; '-' for standard output.", valueName: "file"),
    completion: .file())
  var output = "-"

  @Flag(help: "Show every instruction: as text, these alone or all of the layer's.")
  var instructions = false

  func validate() throws {
    if format == .html, layer != nil {
      throw ValidationError("'--layer' goes with text and JSON; a page has all layers.")
    }
  }

  func run() throws(Failure) {
    let runnable = try ProgramFile.read(file)
    try OutputFile.write(
      about(file) { () throws(Failure) in try contents(runnable) }, to: output)
  }

  private func contents(_ runnable: Runnable) throws(Failure) -> Data {
    switch format {
    case .html:
      let account = Execution.estimate(runnable)
      let report = Report(runnable, account, .expected, samples: 1)
      return View(runnable, first: account, report: report).page
    case .json: return try inspection(runnable, instructions: instructions).json
    case .text where layer != nil:
      let inspection = try inspection(runnable, instructions: true)
      return Data(inspection.story(everyInstruction: instructions).utf8)
    case .text where instructions: return Data(runnable.program.listing().utf8)
    case .text: return try Data(inspection(runnable, instructions: false).table.utf8)
    }
  }

  /// Of the layer alone, where one is named.
  private func inspection(
    _ runnable: Runnable, instructions: Bool
  ) throws(Failure) -> Inspection {
    var inspection = Inspection(runnable, instructions: instructions)
    if let layer { try inspection.select(layer) }
    return inspection
  }
}
