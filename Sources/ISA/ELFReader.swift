public import Foundation
public import Support

extension ELF {
  /// Reads what ``encode()`` wrote. The sections' data are slices of `file`, not copies.
  ///
  /// - Throws: the first error, by its byte offset: another format or layout, something outside
  ///   the file or its section, a name that is not ended, not UTF-8, or has come before.
  public init(_ file: Data) throws(Failure) {
    var fields = Fields(file, 0..<Layout.headerSize)
    let (machine, table, count) = try Self.header(&fields)
    var headers: [SectionHeader] = []
    for index in 0..<count {
      let start = table + index * Layout.sectionHeaderSize
      var fields = Fields(file, start..<(start + Layout.sectionHeaderSize))
      if index == 0 {
        try fields.zeros("null section", Layout.sectionHeaderSize)
      } else {
        headers.append(try Self.sectionHeader(&fields, count, index))
      }
    }
    let names = try Self.sectionNames(file, table, headers)
    sections = []
    for (header, name) in zip(headers, names).dropLast(Layout.ownSections.count) {
      let place = Place(.offset(table + (sections.count + 1) * Layout.sectionHeaderSize + 4))
      guard let kind = Section.Kind(rawValue: header.type) else {
        let known = Section.Kind.allCases.map { "\($0.rawValue)" }.joined(separator: " or ")
        throw .data(at: place, "section type: found \(header.type), expected \(known)")
      }
      var section = Section(
        name, kind: kind, flags: Section.Flags(rawValue: header.flags),
        alignment: header.alignment, data: file.part(header.offset, header.size))
      section.offset = header.offset
      sections.append(section)
    }
    self.machine = machine
    symbols = try Self.symbols(file, headers[count - 4], headers[count - 3], sections)
  }

  /// The machine, where the section table starts, and how many sections there are.
  private static func header(
    _ fields: inout Fields
  ) throws(Failure) -> (machine: UInt16, table: Int, count: Int) {
    for byte in Layout.identity { try fields.expect(byte, "ELF identity") }
    try fields.expect(Layout.type, "file type")
    let machine: UInt16 = try fields.next()
    try fields.expect(Layout.version, "version")
    try fields.zeros("entry point and segment table", 16)
    let tableOffset = fields.offset
    let table = try fields.size("section table", 0...fields.fileSize)
    try fields.zeros("flags", 4)
    try fields.expect(UInt16(Layout.headerSize), "header size")
    try fields.zeros("segments", 4)
    try fields.expect(UInt16(Layout.sectionHeaderSize), "section header size")
    let place = Place(.offset(fields.offset))
    let count = Int(try fields.next(UInt16.self))
    guard count > Layout.ownSections.count, count < Layout.maximumSections else {
      throw .data(
        at: place,
        "section count: found \(count), expected 4 to \(Layout.maximumSections - 1)")
    }
    guard count * Layout.sectionHeaderSize <= fields.fileSize - table else {
      throw .data(
        at: Place(.offset(tableOffset)),
        "section table: found \(count) headers at byte \(table), "
          + "expected them to end in the file's \(fields.fileSize) bytes")
    }
    try fields.expect(UInt16(count - 1), "index of the section names")
    return (machine, table, count)
  }

  private static func sectionHeader(
    _ fields: inout Fields, _ count: Int, _ index: Int
  ) throws(Failure) -> SectionHeader {
    let name: UInt32 = try fields.next()
    let type: UInt32 = try fields.next()
    let flags: UInt64 = try fields.next()
    try fields.expect(0 as UInt64, "section address")
    let offset = try fields.size("section offset", 0...fields.fileSize)
    let size = try fields.size("section size", 0...(fields.fileSize - offset))
    var header = SectionHeader(
      name: name, type: type, flags: flags, offset: offset, size: size, alignment: 1)
    try fields.expect(header.link(count), "section link")
    try fields.expect(header.info, "section information")
    let place = Place(.offset(fields.offset))
    let alignment: UInt64 = try fields.next()
    guard alignment.nonzeroBitCount == 1, UInt64(offset) % alignment == 0 else {
      throw .data(
        at: place,
        "section alignment: found \(alignment), expected a power of two that divides \(offset)")
    }
    header.alignment = 1 << alignment.trailingZeroBitCount
    try fields.expect(header.entrySize, "section entry size")
    return header
  }

  private static func sectionNames(
    _ file: Data, _ table: Int, _ headers: [SectionHeader]
  ) throws(Failure) -> [String] {
    var strings = Strings(file, headers[headers.count - 1])
    var names: [String] = []
    var seen: Set<String> = []
    for (i, header) in headers.enumerated() {
      let start = table + (i + 1) * Layout.sectionHeaderSize
      let name = try strings.next(header.name, namedAt: start)
      guard seen.insert(name).inserted else {
        throw .data(at: Place(.offset(start)), "found a second section \"\(name)\"")
      }
      names.append(name)
    }
    let types = [Layout.symbols, Layout.names, Layout.names]
    for i in 0..<3 {
      let own = headers.count - 3 + i
      guard names[own] == Layout.ownSections[i], headers[own].type == types[i] else {
        throw .data(
          at: Place(.offset(table + (own + 1) * Layout.sectionHeaderSize)),
          "found section \"\(names[own])\" of type \(headers[own].type), "
            + "expected \(Layout.ownSections[i]) of type \(types[i])")
      }
    }
    return names
  }

  private static func symbols(
    _ file: Data, _ table: SectionHeader, _ names: SectionHeader, _ sections: [Section]
  ) throws(Failure) -> [Symbol] {
    guard table.size % Layout.symbolSize == 0, table.size > 0 else {
      throw .data(
        at: Place(.offset(table.offset)),
        "symbols: found \(table.size) bytes, expected a multiple of \(Layout.symbolSize)")
    }
    var strings = Strings(file, names)
    var fields = Fields(file, table.offset..<(table.offset + table.size))
    try fields.zeros("null symbol", Layout.symbolSize)
    var symbols: [Symbol] = []
    for _ in 1..<(table.size / Layout.symbolSize) {
      let start = fields.offset
      let name = try strings.next(try fields.next(), namedAt: start)
      let info: UInt8 = try fields.next()
      try fields.expect(0 as UInt8, "symbol visibility")
      let section = Int(try fields.next(UInt16.self))
      guard (1..<(sections.count + 1)).contains(section) else {
        throw .data(
          at: Place(.offset(start + 6)),
          "symbol's section: found \(section), expected 1 to \(sections.count)")
      }
      let expected = Layout.symbolInfo(sections[section - 1])
      guard info == expected else {
        throw .data(
          at: Place(.offset(start + 4)), "symbol type: found \(info), expected \(expected)")
      }
      let size = sections[section - 1].data.count
      let value = try fields.size("symbol value", 0...size)
      let count = try fields.size("symbol size", 0...(size - value))
      symbols.append(Symbol(name, section: section - 1, range: value..<(value + count)))
    }
    return symbols
  }
}

extension ELF.Section {
  /// The notes that a section holds.
  public func notes() throws(Failure) -> [ELF.Note] {
    var fields = Fields(data, 0..<data.count, at: offset)
    var notes: [ELF.Note] = []
    while fields.remaining > 0 {
      let start = fields.offset
      let ownerSize: UInt32 = try fields.next()
      let size: UInt32 = try fields.next()
      let kind: UInt32 = try fields.next()
      let owner = try fields.padded(ownerSize)
      guard owner.last == 0, let name = String(validating: owner.dropLast(), as: UTF8.self) else {
        throw .data(at: Place(.offset(start)), "note owner: expected UTF-8 ended by a zero byte")
      }
      notes.append(ELF.Note(owner: name, kind: kind, description: try fields.padded(size)))
    }
    return notes
  }
}
