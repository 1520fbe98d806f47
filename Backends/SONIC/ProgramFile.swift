public import Foundation
import Hardware
import ISA
public import Support

/// The binary form of a program: ELF64, little-endian. Sections:
///
///     .text               instructions, 16 bytes each
///     .rodata.buffers     BufferRecord ...
///     .rodata.layers      LayerRecord ...
///     .rodata.kernels     KernelRecord, 24 bytes each
///     .rodata.operations  OperationRecord ...
///     .rodata.weights     pairs of skip and code
///     .rodata.constants   contents of constant buffers
///     .sonic.machine      the machine file
///     .sonic.map          StepRecord: instructions -> layer or operation -> the model's nodes
///     .note.sonic         ProgramRecord
///     .symtab             a symbol for each step, over its instructions
extension Program {
  /// `e_machine`: a number that no other machine has; SP, for silicon photonics.
  static let elfMachine: UInt16 = 0x5350

  /// The file's bytes; the same for equal programs.
  public func encoded() -> Data {
    let read = ELF.Section.Flags.allocate
    func rodata(_ name: String, _ data: Data, alignment: Int = 8) -> ELF.Section {
      ELF.Section(name, flags: read, alignment: alignment, data: data)
    }
    let sections = [
      ELF.Section(
        ".text", flags: [.allocate, .execute], alignment: 16,
        data: SONICInstruction.encode(instructions)),
      rodata(".rodata.buffers", BufferRecord.encode(buffers.elements)),
      rodata(".rodata.layers", LayerRecord.encode(layers.elements)),
      rodata(".rodata.kernels", KernelRecord.encode(kernels)),
      rodata(".rodata.operations", OperationRecord.encode(operations.elements)),
      rodata(".rodata.weights", weights),
      rodata(".rodata.constants", constants),
      rodata(".sonic.machine", Data(machine.text.utf8)),
      rodata(".sonic.map", StepRecord.encode(steps)),
      .notes(
        ".note.sonic",
        [ELF.Note(owner: "sonic", kind: Self.format, description: ProgramRecord.encode([header]))]),
    ]
    let symbols = steps.map { step in
      let range = step.instructions
      return ELF.Symbol(
        name(of: step), section: 0,
        range: 16 * Int(range.lowerBound)..<16 * Int(range.upperBound))
    }
    return ELF(machine: Self.elfMachine, sections: sections, symbols: symbols).encode()
  }

  /// The name of the layer or operation that a step is.
  public func name(of step: StepRecord) -> String {
    if let layer = step.layer, Int(layer.index) < layers.count { return layers[layer].name }
    if let operation = step.operation, Int(operation.index) < operations.count {
      return operations[operation].name
    }
    return "transfer"
  }

  /// Reads a program file. Weights and constants stay where they are, in the mapped file.
  ///
  /// - Throws: exit code 65 with the byte offset of what is wrong. What is read may still break laws:
  ///   ``Runnable`` checks them.
  public init(decoding file: Data) throws(Failure) {
    let elf = try ELF(file)
    guard elf.machine == Self.elfMachine else {
      throw .data(
        at: Place(.offset(18)),
        "e_machine: found \(elf.machine), expected \(Self.elfMachine), a SONIC program")
    }
    func section(_ name: String) throws(Failure) -> ELF.Section {
      guard let section = elf.section(name) else { throw .data("there is no section \(name)") }
      return section
    }
    func table<R: Record>(_ name: String, of: R.Type) throws(Failure) -> [R] {
      let section = try section(name)
      return try R.decode(section.data, at: section.offset)
    }
    let notes = try section(".note.sonic").notes()
    guard notes.count == 1, notes[0].owner == "sonic", notes[0].kind == Self.format else {
      throw .data(
        "section .note.sonic: expected one note of format \(Self.format), a program of this version"
      )
    }
    let headers = try ProgramRecord.decode(notes[0].description)
    guard headers.count == 1 else { throw .data("section .note.sonic: expected one record") }
    let machine = try Machine(yaml: section(".sonic.machine").data, file: ".sonic.machine")
    self.init(header: headers[0], machine: machine)
    let text = try section(".text")
    instructions = try SONICInstruction.decode(text.data, at: text.offset)
    buffers = Table(try table(".rodata.buffers", of: BufferRecord.self))
    layers = Table(try table(".rodata.layers", of: LayerRecord.self))
    kernels = try table(".rodata.kernels", of: KernelRecord.self)
    operations = Table(try table(".rodata.operations", of: OperationRecord.self))
    steps = try table(".sonic.map", of: StepRecord.self)
    weights = try section(".rodata.weights").data
    constants = try section(".rodata.constants").data
  }
}
