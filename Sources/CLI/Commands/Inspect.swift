import ArgumentParser
import SONICBackend
import Support

/// Shows what is in a program.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a program's layers, schedule, instructions, memory and machine.",
    discussion: """
      Prints what the program is, a row a step with what it is expected to take, and how busy the \
      machine is over time; with --layer, all about one step. Where a program has many steps, \
      operations that follow each other share a row; JSON has them all.

      EXAMPLES
        sonic inspect lenet.sonic
        sonic inspect lenet.sonic --layer conv1
        sonic inspect lenet.sonic --format json | jq '.steps[].estimate.energyFemtojoules'
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  @Option(help: ArgumentHelp("Show this layer or operation alone.", valueName: "name"))
  var layer: String?

  @Option(help: "For people or for scripts.")
  var format = Format.text

  @Flag(help: "Show every instruction: as text, these alone or all of the layer's.")
  var instructions = false

  func run() throws(Failure) {
    let runnable = try ProgramFile.read(file)
    let inspection = try about(file) { () throws(Failure) in
      let story = layer != nil && format == .text
      var inspection = try Inspection(runnable, instructions: instructions || story)
      if let layer { try inspection.select(layer) }
      return inspection
    }
    switch format {
    case .json: try OutputFile.write(inspection.json, to: "-")
    case .text where layer != nil:
      try Console.print(inspection.story(everyInstruction: instructions))
    case .text where instructions: try Console.print(runnable.program.listing())
    case .text: try Console.print(inspection.table)
    }
  }
}
