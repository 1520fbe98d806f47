import ArgumentParser
import SONICBackend
import Support

/// Estimates a network's cost.
struct Estimate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Estimate time and energy of a model or program, without data.",
    discussion: """
      Expects as many zeros among the activations as calibration found; 'sonic run' counts them.

      EXAMPLES
        sonic estimate lenet.sonic
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
      runnable = try ProgramFile.decode(bytes, file: file)
    } else {
      var compilation = try Compilation(Model(bytes, file: file, flags.model), flags)
      runnable = try compilation.runnable()
    }
    let account = Execution.estimate(runnable)
    let report = Report(runnable, account, .expected, samples: 1)
    if json {
      try OutputFile.write(report.json, to: "-")
    } else {
      try Console.print(report.table)
    }
  }
}
