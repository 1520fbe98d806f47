import ArgumentParser
import Foundation
import SONICBackend
import Support

/// Shows what is in a program.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show a program's layers, schedule, instructions, memory and machine, or compare two.",
    discussion: """
      Prints what the program is, a row a step with what it is expected to take, and how busy the \
      machine is over time; with --layer, all about one step. Where a program has many steps, \
      operations that follow each other share a row; JSON has them all. As HTML it is a page that needs \
      nothing beside it: graph, schedule down to single vectors, energy, weights, instructions. Of two \
      programs it shows what changes from the first to the second, in all and by step.

      EXAMPLES
        sonic inspect lenet.sonic
        sonic inspect lenet.sonic --layer conv1
        sonic inspect lenet.sonic --format html -o lenet.html
        sonic inspect lenet.sonic lenet-two-banks.sonic
        sonic inspect lenet.sonic --format json | jq '.steps[].estimate.energyFemtojoules'
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, html
  }

  @Argument(
    help: ArgumentHelp("The program, or two; '-' for standard input.", valueName: "program"),
    completion: .file())
  var files: [String]

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
    if files.count > 2 {
      throw ValidationError("Found \(files.count) programs, expected one or two.")
    }
    if files == ["-", "-"] { throw ValidationError("Only one program can be standard input.") }
    if files.count == 2, layer != nil || instructions {
      throw ValidationError("'--layer' and '--instructions' go with one program.")
    }
    if format == .html, layer != nil || instructions {
      throw ValidationError("'--layer' and '--instructions' go with text and JSON; a page has all.")
    }
  }

  func run() throws(Failure) {
    var programs: [Runnable] = []
    for file in files { programs.append(try ProgramFile.read(file)) }
    let data =
      programs.count == 2
      ? comparison(programs)
      : try about(files[0]) { () throws(Failure) in try contents(programs[0]) }
    try OutputFile.write(data, to: output)
  }

  private func comparison(_ programs: [Runnable]) -> Data {
    if format == .html {
      let views = programs.map { View(estimating: $0) }
      return Views(views[0], views[1], labels: files).page
    }
    let reports = programs.map { Report(estimating: $0) }
    let comparison = Comparison(reports[0], reports[1], labels: files)
    return format == .json ? comparison.json : painted(comparison.table)
  }

  private func contents(_ runnable: Runnable) throws(Failure) -> Data {
    switch format {
    case .html: return Views(View(estimating: runnable)).page
    case .json: return try inspection(runnable, instructions: instructions).json
    case .text where layer != nil:
      let inspection = try inspection(runnable, instructions: true)
      return painted(inspection.story(everyInstruction: instructions))
    case .text where instructions: return Data(runnable.program.listing().utf8)
    case .text: return try painted(inspection(runnable, instructions: false).table)
    }
  }

  private func painted(_ text: String) -> Data {
    Data((output == "-" && Console.isOutputColored ? Paint.tables(text) : text).utf8)
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
