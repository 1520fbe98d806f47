public import Foundation
import Support

extension ELF {
  /// The file's bytes; the same for equal values.
  public func encode() -> Data {
    let names = sections.map(\.name) + Layout.ownSections
    precondition(Set(names).count == names.count, "two sections have the same name")
    precondition(names.count < Layout.maximumSections, "too many sections")
    var sectionNames = StringTable()
    let nameOffsets = names.map { sectionNames.add($0) }
    var symbolNames = StringTable()
    let symbols = encodeSymbols(&symbolNames)

    // Room for all at once, as weights take most of it.
    let contents = sections.reduce(0) { $0 + $1.data.count + $1.alignment }
    let tables =
      symbols.count + symbolNames.data.count + sectionNames.data.count
      + (names.count + 2) * Layout.sectionHeaderSize
    var body = ByteWriter(capacity: contents + tables)
    body.append(repeatElement(0, count: Layout.headerSize))
    var headers: [SectionHeader] = []
    func add(_ data: Data, type: UInt32, flags: UInt64, alignment: Int) {
      body.align(to: alignment)
      headers.append(
        SectionHeader(
          name: nameOffsets[headers.count], type: type, flags: flags, offset: body.count,
          size: data.count, alignment: alignment))
      body.append(data)
    }
    for section in sections {
      add(
        section.data, type: section.kind.rawValue, flags: section.flags.rawValue,
        alignment: section.alignment)
    }
    add(symbols, type: Layout.symbols, flags: 0, alignment: 8)
    add(symbolNames.data, type: Layout.names, flags: 0, alignment: 1)
    add(sectionNames.data, type: Layout.names, flags: 0, alignment: 1)
    body.align(to: 8)

    body.overwrite(at: 0, with: header(headers.count + 1, body.count))
    body.append(encode(headers))
    return body.data
  }

  private func encodeSymbols(_ names: inout StringTable) -> Data {
    var writer = ByteWriter()
    writer.append(repeatElement(0, count: Layout.symbolSize))
    for symbol in symbols {
      writer.integer(names.add(symbol.name))
      writer.integer(Layout.symbolInfo(sections[symbol.section]))
      writer.integer(0 as UInt8)  // visible everywhere
      writer.integer(UInt16(symbol.section + 1))
      writer.integer(UInt64(symbol.range.lowerBound))
      writer.integer(UInt64(symbol.range.count))
    }
    return writer.data
  }

  private func encode(_ headers: [SectionHeader]) -> Data {
    var writer = ByteWriter()
    writer.append(repeatElement(0, count: Layout.sectionHeaderSize))
    for header in headers {
      writer.integer(header.name)
      writer.integer(header.type)
      writer.integer(header.flags)
      writer.integer(0 as UInt64)  // address
      writer.integer(UInt64(header.offset))
      writer.integer(UInt64(header.size))
      writer.integer(header.link(headers.count + 1))
      writer.integer(header.info)
      writer.integer(UInt64(header.alignment))
      writer.integer(header.entrySize)
    }
    return writer.data
  }

  private func header(_ sectionCount: Int, _ sectionTable: Int) -> Data {
    var writer = ByteWriter()
    writer.append(Layout.identity)
    writer.integer(Layout.type)
    writer.integer(machine)
    writer.integer(Layout.version)
    writer.integer(0 as UInt64)  // no entry point
    writer.integer(0 as UInt64)  // no segments
    writer.integer(UInt64(sectionTable))
    writer.integer(0 as UInt32)  // no flags
    writer.integer(UInt16(Layout.headerSize))
    writer.integer(0 as UInt16)  // size of a segment header
    writer.integer(0 as UInt16)  // and their number
    writer.integer(UInt16(Layout.sectionHeaderSize))
    writer.integer(UInt16(sectionCount))
    writer.integer(UInt16(sectionCount - 1))
    return writer.data
  }
}

extension ELF.Section {
  /// A section that holds `notes`.
  public static func notes(_ name: String, _ notes: [ELF.Note]) -> ELF.Section {
    var writer = ByteWriter()
    for note in notes {
      writer.integer(UInt32(note.owner.utf8.count + 1))
      writer.integer(UInt32(note.description.count))
      writer.integer(note.kind)
      writer.append(note.owner.utf8)
      writer.integer(0 as UInt8)
      writer.align(to: 4)
      writer.append(note.description)
      writer.align(to: 4)
    }
    return ELF.Section(name, kind: .notes, alignment: 4, data: writer.data)
  }
}

/// Names one after the other, each ended by a zero byte; the first is empty.
private struct StringTable {
  private var writer = ByteWriter()

  init() {
    writer.integer(0 as UInt8)
  }

  var data: Data { writer.data }

  /// Adds a name and returns its offset.
  mutating func add(_ name: String) -> UInt32 {
    let offset = writer.count
    for byte in name.utf8 {
      if byte == 0 { writer.append("\u{fffd}".utf8) } else { writer.integer(byte) }
    }
    writer.integer(0 as UInt8)
    return UInt32(offset)
  }
}
