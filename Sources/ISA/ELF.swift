public import Foundation
import Support

/// A file in the Executable and Linkable Format, 64 bits, little-endian: sections by name, symbols
/// that name parts of them, and notes; no segments and no relocations.
///
///     ELF header        64 bytes
///     section data      in the order of `sections`, each at a multiple of its alignment
///     .symtab .strtab .shstrtab
///     section headers   64 bytes each: the null section, `sections`, and the three above
///
/// All sections have address 0, so a symbol's value is an offset in its section. After the System V
/// ABI, edition 4.1, chapters 4 and 5 with the later extensions for 64 bits.
public struct ELF: Equatable, Sendable {
  /// `e_machine`: which machine the program is for.
  public var machine: UInt16
  /// With names that differ, none of them `.symtab`, `.strtab` or `.shstrtab`.
  public var sections: [Section]
  public var symbols: [Symbol]

  public init(machine: UInt16, sections: [Section], symbols: [Symbol] = []) {
    self.machine = machine
    self.sections = sections
    self.symbols = symbols
  }

  /// The section called `name`. O(number of sections).
  public func section(_ name: String) -> Section? {
    sections.first { $0.name == name }
  }

  /// A run of bytes with a name.
  public struct Section: Equatable, Sendable {
    /// `sh_type`.
    public enum Kind: UInt32, CaseIterable, Sendable {
      /// Whatever the program makes of it.
      case program = 1
      case notes = 7
    }

    /// `sh_flags`.
    public struct Flags: OptionSet, Sendable {
      public let rawValue: UInt64

      public init(rawValue: UInt64) {
        self.rawValue = rawValue
      }

      public static let write = Flags(rawValue: 1)
      /// Needed in memory to run the program.
      public static let allocate = Flags(rawValue: 2)
      public static let execute = Flags(rawValue: 4)
    }

    public var name: String
    public var kind: Kind
    public var flags: Flags
    /// A power of two; offsets in the file are multiples of it.
    public var alignment: Int
    public var data: Data
    /// Where the data lie in the file that they were read from, for messages.
    public var offset = 0

    public init(
      _ name: String, kind: Kind = .program, flags: Flags = [], alignment: Int = 1, data: Data
    ) {
      self.name = name
      self.kind = kind
      self.flags = flags
      self.alignment = alignment
      self.data = data
    }

    /// Equal but for the place in the file.
    public static func == (a: Self, b: Self) -> Bool {
      a.name == b.name && a.kind == b.kind && a.flags == b.flags && a.alignment == b.alignment
        && a.data == b.data
    }
  }

  /// A name for part of a section.
  public struct Symbol: Equatable, Sendable {
    /// Any text; a zero byte, which the format cannot hold, is written as U+FFFD.
    public var name: String
    /// The index in ``ELF/sections``.
    public var section: Int
    /// The part, in bytes from the start of the section.
    public var range: Range<Int>

    public init(_ name: String, section: Int, range: Range<Int>) {
      self.name = name
      self.section = section
      self.range = range
    }
  }

  /// A fact about the file, as one of several in a note section.
  public struct Note: Equatable, Sendable {
    /// Who says what `kind` means.
    public var owner: String
    public var kind: UInt32
    public var description: Data

    public init(owner: String, kind: UInt32, description: Data) {
      self.owner = owner
      self.kind = kind
      self.description = description
    }
  }
}

/// What the reader and the writer agree on beyond ``ELF``'s properties.
enum Layout {
  static let headerSize = 64
  static let sectionHeaderSize = 64
  static let symbolSize = 24
  /// `e_ident`: magic, 64 bits, little-endian, version 1, no operating system's rules.
  static let identity: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  /// `e_type` ET_EXEC: complete as it is.
  static let type: UInt16 = 2
  static let version: UInt32 = 1
  /// The sections after the others: symbols, their names, the names of sections.
  static let ownSections = [".symtab", ".strtab", ".shstrtab"]
  /// `sh_type` of tables of symbols and of names.
  static let symbols: UInt32 = 2
  static let names: UInt32 = 3
  /// Section indices from here on mean something else.
  static let maximumSections = 0xff00

  /// `st_info`: global, and a function where the section is executed, else an object.
  static func symbolInfo(_ section: ELF.Section) -> UInt8 {
    (1 << 4) | (section.flags.contains(.execute) ? 2 : 1)
  }
}

/// A section header, but for the address, which is 0, and what sets `.symtab` apart.
struct SectionHeader {
  var name: UInt32
  var type: UInt32
  var flags: UInt64 = 0
  var offset: Int
  var size: Int
  var alignment: Int

  var isSymbols: Bool { type == Layout.symbols }

  /// `sh_link`, of the table of symbols the section of their names: the last but one.
  func link(_ sectionCount: Int) -> UInt32 { isSymbols ? UInt32(sectionCount - 2) : 0 }

  /// `sh_info`, of the table of symbols how many are local: the null symbol.
  var info: UInt32 { isSymbols ? 1 : 0 }

  /// `sh_entsize`.
  var entrySize: UInt64 { isSymbols ? UInt64(Layout.symbolSize) : 0 }
}
