import ArgumentParser
import Foundation
import SONICBackend
import Support

/// Estimates a network's cost.
struct Estimate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Estimate time and energy of a model or program, without data.",
    discussion: """
      Expects as many zeros among the activations as calibration found; 'sonic run' counts them. A \
      program is estimated as it is; of the flags it takes --set, for any figure that its instructions \
      allow.

      EXAMPLES
        sonic estimate lenet.sonic
        sonic estimate lenet.sonic --set conv.banks=2
        sonic estimate lenet.onnx --prune 0.9 --machine my-machine.yaml --json
      """)

  @Argument(
    help: ArgumentHelp(
      "The model or program; '-' for standard input.", valueName: "model|program"),
    completion: .file())
  var file: String

  @OptionGroup var flags: CompileFlags

  @Flag(help: "Print the report as JSON.")
  var json = false

  func run() throws(Failure) {
    let bytes = try InputFile.read(file)
    let runnable: Runnable
    if ProgramFile.isProgram(bytes) {
      runnable = try program(bytes)
    } else {
      var compilation = try Compilation(Model(bytes, file: file, flags.model), flags)
      runnable = try compilation.runnable()
    }
    let report = Report(estimating: runnable)
    if json {
      try OutputFile.write(report.json, to: "-")
    } else {
      try Console.printTables(report.table)
    }
  }

  /// The program, on a machine with the figures that are set.
  private func program(_ bytes: Data) throws(Failure) -> Runnable {
    if let flag = flags.namesOfChoices.first {
      throw Failure(
        .usage, at: Place(file: file),
        "found a program and \(flag), which is for models; programs are compiled already")
    }
    let runnable = try ProgramFile.decode(bytes, file: file)
    guard !flags.settings.set.isEmpty else { return runnable }
    var program = runnable.program
    program.machine = try flags.settings.apply(to: program.machine)
    return try about(file) { [program] () throws(Failure) in try Runnable(program) }
  }
}
