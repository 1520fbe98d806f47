import Foundation
import ISA
import Support
import Testing

@Suite struct ELFTests {
  static let program = ELF(
    machine: 0,
    sections: [
      ELF.Section(
        ".text", flags: [.allocate, .execute], alignment: 16, data: Toy.encode(Toy.all)),
      ELF.Section(".rodata.codes", flags: .allocate, alignment: 64, data: Data([1, 2, 3])),
      .notes(
        ".note.toy",
        [
          ELF.Note(owner: "toy", kind: 1, description: Data("é".utf8)),
          ELF.Note(owner: "", kind: 0xffff_ffff, description: Data()),
        ]),
      ELF.Section(".toy.map", data: Data()),
    ],
    symbols: [
      ELF.Symbol("conv1", section: 0, range: 0..<32), ELF.Symbol("", section: 0, range: 32..<64),
      ELF.Symbol("codes", section: 1, range: 1..<3),
    ])

  @Test func survivesTheFile() throws {
    let file = Self.program.encode()
    let elf = try ELF(file)
    #expect(elf == Self.program)
    #expect(elf.encode() == file)
    #expect(try Toy.decode(#require(elf.section(".text")).data) == Toy.all)
    #expect(elf.section(".data") == nil)
  }

  @Test func readsASliceOfALargerBuffer() throws {
    let buffer = Data(repeating: 7, count: 5) + Self.program.encode()
    #expect(try ELF(buffer.dropFirst(5)) == Self.program)
  }

  @Test func sectionsAreSlicesAlignedInTheFile() throws {
    let file = Self.program.encode()
    for section in try ELF(file).sections {
      #expect(section.offset % section.alignment == 0)
      #expect(section.data.startIndex == section.offset)
    }
  }

  @Test func notesSurviveTheirSection() throws {
    let section = try #require(try ELF(Self.program.encode()).section(".note.toy"))
    let notes = try section.notes()
    #expect(notes.map(\.owner) == ["toy", ""])
    #expect(notes.map(\.kind) == [1, 0xffff_ffff])
    #expect(notes.map(\.description) == [Data("é".utf8), Data()])
  }

  @Test func anEmptyFileIsOne() throws {
    let empty = ELF(machine: 0x5350, sections: [])
    #expect(try ELF(empty.encode()) == empty)
  }

  @Test func zeroBytesInNamesAreReplaced() throws {
    var elf = Self.program
    elf.symbols[0].name = "a\0b"
    #expect(try ELF(elf.encode()).symbols[0].name == "a\u{fffd}b")
  }

  @Test func readelfHasNothingToSay() throws {
    let tool = URL(fileURLWithPath: "/usr/bin/readelf")
    guard FileManager.default.isExecutableFile(atPath: tool.path) else { return }
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("ISATests.\(ProcessInfo.processInfo.processIdentifier).elf")
    try Self.program.encode().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = tool
    process.arguments = ["-aW", file.path]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: complained, as: UTF8.self) == "")
    let text = String(decoding: said, as: UTF8.self)
    for expected in [".rodata.codes", "32 FUNC    GLOBAL DEFAULT    1 conv1", "  toy  "] {
      #expect(text.contains(expected))
    }
    #expect(!text.lowercased().contains("warning"))
  }
}

@Suite struct ELFErrorTests {
  private static let file = ELFTests.program.encode()
  /// Where the section headers start.
  private static let table = Int(file[40]) + Int(file[41]) << 8
  /// Where the table of symbols starts: header 5, after the null section and four others.
  private static let symbols = Int(file[table + 5 * 64 + 24]) + Int(file[table + 5 * 64 + 25]) << 8

  /// The error of a file in which `bytes` lie at `offset`.
  private func error(_ offset: Int, _ bytes: [UInt8]) -> [String] {
    var file = Self.file
    file.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    return messages { () throws(Failure) in _ = try ELF(file) }
  }

  @Test(arguments: [
    (1, 0x46, "ELF identity: found 70, expected 69"),
    (4, 1, "ELF identity: found 1, expected 2"),
    (16, 1, "file type: found 1, expected 2"),
    (20, 2, "version: found 2, expected 1"),
    (25, 1, "entry point and segment table: found 1, expected 0"),
    (50, 1, "flags: found 1, expected 0"),
    (52, 60, "header size: found 60, expected 64"),
    (56, 1, "segments: found 1, expected 0"),
    (58, 40, "section header size: found 40, expected 64"),
    (60, 3, "section count: found 3, expected 4 to 65279"),
    (62, 1, "index of the section names: found 1, expected 7"),
  ])
  func header(_ offset: Int, _ byte: UInt8, _ message: String) {
    #expect(error(offset, [byte]) == ["byte \(offset): error: \(message)"])
  }

  @Test func tableOutsideTheFile() {
    let size = Self.file.count
    #expect(
      error(40, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == [
        "byte 40: error: section table: found 18446744073709551615, expected at most \(size)"
      ])
    #expect(
      error(60, [9]) == [
        "byte 40: error: section table: found 9 headers at byte \(Self.table), "
          + "expected them to end in the file's \(size) bytes"
      ])
  }

  @Test(arguments: [
    (0, 0, 1, "null section: found 1, expected 0"),
    (1, 0, 2, "offset of a name: found 2, expected 1"),
    (1, 4, 8, "section type: found 8, expected 1 or 7"),
    (1, 16, 1, "section address: found 1, expected 0"),
    (1, 40, 1, "section link: found 1, expected 0"),
    (1, 44, 1, "section information: found 1, expected 0"),
    (1, 48, 3, "section alignment: found 3, expected a power of two that divides 64"),
    (1, 48, 0, "section alignment: found 0, expected a power of two that divides 64"),
    (1, 48, 128, "section alignment: found 128, expected a power of two that divides 64"),
    (1, 56, 1, "section entry size: found 1, expected 0"),
    (5, 56, 1, "section entry size: found 1, expected 24"),
    (6, 4, 1, "found section \".strtab\" of type 1, expected .strtab of type 3"),
  ])
  func sectionHeader(_ section: Int, _ field: Int, _ byte: UInt8, _ message: String) {
    let start = Self.table + section * 64
    let place = message.hasPrefix("found") ? start : start + field
    #expect(error(start + field, [byte]) == ["byte \(place): error: \(message)"])
  }

  @Test func sectionOutsideTheFile() {
    let size = Self.file.count
    let field = Self.table + 64 + 24
    #expect(
      error(field + 2, [1]) == [
        "byte \(field): error: section offset: found 65600, expected at most \(size)"
      ])
    #expect(
      error(field + 10, [1]) == [
        "byte \(field + 8): error: section size: found 65600, expected at most \(size - 64)"
      ])
  }

  @Test func namesThatAreBad() throws {
    let names = try #require(Self.file.range(of: Data(".text\0".utf8)))
    #expect(
      error(names.lowerBound, [0xff]) == [
        "byte \(names.lowerBound): error: found a name that is not UTF-8"
      ])
    let end = Self.table + 7 * 64 + 32
    let last = try #require(Self.file.range(of: Data(".shstrtab\0".utf8)))
    let size = UInt8(last.upperBound - 1 - names.lowerBound + 1)
    #expect(
      error(end, [size]) == [
        "byte \(last.lowerBound): error: found a name without an end, expected a zero byte"
      ])
    var twice = ELFTests.program
    twice.sections[3].name = ".texU"
    var file = twice.encode()
    let second = try #require(file.range(of: Data(".texU\0".utf8)))
    file[second.lowerBound + 4] = UInt8(ascii: "t")
    let table = Int(file[40]) + Int(file[41]) << 8
    #expect(
      messages { () throws(Failure) in _ = try ELF(file) } == [
        "byte \(table + 4 * 64): error: found a second section \".text\""
      ])
  }

  @Test(arguments: [
    (0, 1, 0, "null symbol: found 1, expected 0"),
    (24, 2, 24, "offset of a name: found 2, expected 1"),
    (28, 0x11, 28, "symbol type: found 17, expected 18"),
    (29, 1, 29, "symbol visibility: found 1, expected 0"),
    (30, 5, 30, "symbol's section: found 5, expected 1 to 4"),
    (30, 0, 30, "symbol's section: found 0, expected 1 to 4"),
    (32, 65, 32, "symbol value: found 65, expected at most 64"),
    (40, 65, 40, "symbol size: found 65, expected at most 64"),
  ])
  func symbol(_ offset: Int, _ byte: UInt8, _ place: Int, _ message: String) {
    #expect(
      error(Self.symbols + offset, [byte]) == [
        "byte \(Self.symbols + place): error: \(message)"
      ])
  }

  @Test func symbolsOfABadSize() {
    #expect(
      error(Self.table + 5 * 64 + 32, [25]) == [
        "byte \(Self.symbols): error: symbols: found 25 bytes, expected a multiple of 24"
      ])
  }

  @Test func truncation() {
    for count in Self.file.indices {
      let found = messages { () throws(Failure) in _ = try ELF(Self.file.prefix(count)) }
      #expect(found.count == 1, "of the first \(count) bytes")
    }
    #expect(
      messages { () throws(Failure) in _ = try ELF(Self.file.prefix(3)) } == [
        "byte 3: error: found 0 bytes, expected 1 more"
      ])
  }

  @Test(arguments: [
    ([1, 2], "byte 32: error: found 2 bytes, expected 4 more"),
    (
      [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 7, 0, 0, 0],
      "byte 32: error: note owner: expected UTF-8 ended by a zero byte"
    ),
    (
      [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1],
      "byte 47: error: padding: found 1, expected 0"
    ),
    (
      [1, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
      "byte 48: error: found 0 bytes, expected 12 more"
    ),
  ])
  func notes(_ bytes: [UInt8], _ message: String) {
    var section = ELF.Section(".note.toy", kind: .notes, alignment: 4, data: Data(bytes))
    section.offset = 32
    #expect(messages { () throws(Failure) in _ = try section.notes() } == [message])
  }
}
