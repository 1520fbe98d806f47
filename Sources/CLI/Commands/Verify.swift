import ArgumentParser
import Hardware
import Plan
import SONICBackend
import Support
import Tensor

/// Verifies a program.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that a program keeps all laws, without running it.",
    discussion: "Prints 'ok' and what the program is, or all that is wrong with exit code 65.")

  @Argument(
    help: ArgumentHelp("The program; '-' for standard input.", valueName: "program"),
    completion: .file())
  var file: String

  func run() throws(Failure) {
    let bytes = try InputFile.read(file)
    let runnable = try ProgramFile.decode(bytes, file: file)
    let facts = runnable.program.facts(bytes: bytes.count, survivors: runnable.survivorCount)
    try Console.print("ok\n" + facts)
  }
}

extension Program {
  /// What a program is, a line a fact.
  fileprivate func facts(bytes: Int, survivors: Int) -> String {
    """
    \(summary(bytes: bytes, survivors: survivors))
    format \(header.format), compiled by \(header.compiler)
    model hash \(header.modelHash.isEmpty ? "unknown" : header.modelHash)
    machine \(machine.name)
    batch \(header.isBatchOpen ? "open" : "fixed")
    instructions \(instructions.count)
    \(lines("input", header.inputs.map { buffers[$0] }))
    \(lines("output", header.outputs.map { buffers[$0] }))
    """
  }

  private func lines(_ kind: String, _ buffers: [BufferRecord]) -> String {
    buffers.map { buffer in
      let shape = buffer.sizes.map(String.init).joined(separator: "x")
      let type = buffer.element.type.rawValue + " " + (shape.isEmpty ? "scalar" : shape)
      return "\(kind) \(buffer.name.quoted): \(type)"
    }.joined(separator: "\n")
  }
}
