public import Foundation
import Hardware
import ISA
public import Support

/// The binary form of a program: ELF64, little-endian.
extension Program {
  /// `e_machine`: a number that no other machine has; SP, for silicon photonics.
  public static let elfMachine: UInt16 = 0x5350

  /// The sections, in the order of the file, and what each holds.
  public static let fileSections: [(name: String, contents: String)] = [
    (".text", "the instructions"),
    (".rodata.buffers", "a table of `.buffer`"),
    (".rodata.layers", "a table of `.layer`"),
    (".rodata.kernels", "a table of `.kernel`, layer by layer"),
    (".rodata.operations", "a table of `.operation`"),
    (
      ".rodata.weights",
      "the surviving weights, kernel by kernel: a byte that says how many zeros come before it, and "
        + "a byte with its code in the layer's codebook, counted from 1; `255 0` stands for 255 zeros"
    ),
    (
      ".rodata.constants",
      "contents of constant buffers, each at a multiple of 8 bytes, as its element type says; where "
        + "there are `nonzeros`, the positions of so many elements in row-major order come first, "
        + "ascending, 4 bytes each, then these elements; all others are zero"
    ),
    (".sonic.machine", "the machine file"),
    (".sonic.map", "a table of `.step`: which instructions belong to which layer or operation"),
    (".note.sonic", "a note of owner `sonic` and type \(format), with one `.program`"),
    (".symtab", "a symbol for each step, over its instructions"),
  ]

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
