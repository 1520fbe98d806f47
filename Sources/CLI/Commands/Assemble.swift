import ArgumentParser
import Foundation
import SONICBackend
import Support

/// Turns assembly into a program.
struct Assemble: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn the text form of a program into a program.",
    discussion: """
      The program is verified before it is written.

      EXAMPLE
        sonic disassemble lenet.sonic | sonic assemble - -o same.sonic
      """)

  @Argument(
    help: ArgumentHelp("The text; '-' for standard input.", valueName: "file.s"),
    completion: .file(extensions: ["s"]))
  var file: String

  @Option(
    name: [.short, .long], help: ArgumentHelp("Where the program goes.", valueName: "program"),
    completion: .file())
  var output: String

  func run() throws(Failure) {
    let program = try about(file) { () throws(Failure) in
      guard let text = String(data: try InputFile.read(file), encoding: .utf8) else {
        throw .data("expected UTF-8 text")
      }
      return try Runnable(Program(assembly: text)).program
    }
    try OutputFile.write(program.encoded(), to: output)
  }
}
