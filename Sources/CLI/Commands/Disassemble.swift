import ArgumentParser
import SONICBackend
import Support

/// Turns a program into assembly.
struct Disassemble: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn a program into its text form.",
    discussion: """
      'sonic assemble' gives the same bytes back; 'sonic reference isa' explains the instructions.
      """)

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Where the text goes (default: standard output).", valueName: "file.s"),
    completion: .file(extensions: ["s"]))
  var output: String?

  func run() throws(Failure) {
    let runnable = try ProgramFile.read(file)
    try OutputFile.write(runnable.program.assembly(), to: output ?? "-")
  }
}
