import ArgumentParser
import SONICBackend
import Support

/// Shows what is in a program.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a program's layers, schedule, instructions, memory and machine.")

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  func run() throws(Failure) {
    let runnable = try ProgramFile.read(file)
    try Console.print(runnable.program.listing())
  }
}
