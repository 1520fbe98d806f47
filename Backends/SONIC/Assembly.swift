import Foundation
import Hardware
import ISA
import Plan
public import Support

extension Program {
  private static let sections = [
    "program", "machine", "buffers", "layers", "kernels", "operations", "steps", "weights",
    "constants", "text",
  ]

  /// The text form: every table and every instruction. Comments say which step instructions belong
  /// to; they are not part of the program.
  public func assembly() -> String {
    var text = "# SONIC program: \(header.model.printable), format \(header.format)\n"
    func add(_ name: String, _ body: String) { text += SectionedText.print(name, body) }
    add("program", ProgramRecord.print([header]))
    add("machine", SectionedText.verbatim(machine.text))
    add("buffers", BufferRecord.print(buffers.elements))
    add("layers", LayerRecord.print(layers.elements))
    add("kernels", KernelRecord.print(kernels))
    add("operations", OperationRecord.print(operations.elements))
    add("steps", StepRecord.print(steps))
    add("weights", SectionedText.bytes(weights))
    add("constants", SectionedText.bytes(constants))
    add("text", listing())
    return text
  }

  /// The instructions, with a comment before each step.
  public func listing() -> String {
    var text = ""
    var done = 0
    func print(upTo end: Int) {
      if end > done { text += SONICInstruction.print(Array(instructions[done..<end])) }
      done = end
    }
    for step in steps {
      print(upTo: Int(step.instructions.lowerBound))
      text += "# \(comment(step))\n"
      print(upTo: Int(step.instructions.upperBound))
    }
    print(upTo: instructions.count)
    return text
  }

  private func comment(_ step: StepRecord) -> String {
    // A name may hold anything; a line end would end the comment.
    let name = name(of: step).printable
    if let layer = step.layer {
      let record = layers[layer]
      return "l\(layer.index) \(name): \(record.dataflow.name)s stay, "
        + "\(record.geometry.allKernels) kernels at \(record.geometry.positions) positions"
    }
    return name + (step.operation.map { ": " + operations[$0].op } ?? "")
  }

  /// Reads the text form.
  ///
  /// - Throws: exit code 65 with line and column of what is wrong. What is read may still break laws:
  ///   ``Runnable`` checks them.
  public init(assembly text: String) throws(Failure) {
    let text = try SectionedText(parsing: text, names: Self.sections)
    let headers: [ProgramRecord] = try text.table("program")
    guard headers.count == 1 else {
      throw .data(
        at: Place(.line(text["program"].firstLine, column: 1)),
        "found \(headers.count) records, expected one .program")
    }
    let machine = try Machine(yaml: Data(text.verbatim("machine").utf8), file: "section machine")
    self.init(header: headers[0], machine: machine)
    buffers = Table(try text.table("buffers"))
    layers = Table(try text.table("layers"))
    kernels = try text.table("kernels")
    operations = Table(try text.table("operations"))
    steps = try text.table("steps")
    weights = try text.bytes("weights")
    constants = try text.bytes("constants")
    instructions = try SONICInstruction.parse(
      text["text"].body, firstLine: text["text"].firstLine)
  }
}
