import Foundation
import Support

/// The fields of a header or a table in a file, one after the other.
struct Fields {
  private var reader: ByteReader
  /// Where `reader` starts in its file, for messages.
  private let base: Int

  /// - Parameter base: where `data` lies in its file.
  init(_ data: Data, _ range: Range<Int>, at base: Int = 0) {
    reader = ByteReader(data, range: range)
    self.base = base
  }

  var offset: Int { base + reader.offset }

  var remaining: Int { reader.remaining }

  var fileSize: Int { reader.bytes.count }

  mutating func next<T: FixedWidthInteger>(_: T.Type = T.self) throws(Failure) -> T {
    try need(T.bitWidth / 8)
    return try reader.integer()
  }

  private func need(_ size: Int) throws(Failure) {
    guard size <= remaining else {
      throw .data(
        at: Place(.offset(offset)), "found \(max(0, remaining)) bytes, expected \(size) more")
    }
  }

  /// Passes a field that has only one valid value.
  mutating func expect<T: FixedWidthInteger>(_ expected: T, _ name: String) throws(Failure) {
    let place = Place(.offset(offset))
    let found: T = try next()
    guard found == expected else {
      throw .data(at: place, "\(name): found \(found), expected \(expected)")
    }
  }

  mutating func zeros(_ name: String, _ count: Int) throws(Failure) {
    for _ in 0..<count { try expect(0 as UInt8, name) }
  }

  /// An offset or a size of eight bytes that lies in `range`.
  mutating func size(_ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
    let place = Place(.offset(offset))
    let found: UInt64 = try next()
    guard let size = Int(exactly: found), range.contains(size) else {
      throw .data(at: place, "\(name): found \(found), expected at most \(range.upperBound)")
    }
    return size
  }

  /// Takes bytes and the zeros that pad them to a multiple of four.
  mutating func padded(_ size: UInt32) throws(Failure) -> Data {
    let padding = (4 - Int(size) % 4) % 4
    try need(Int(size) + padding)
    let bytes = try reader.take(Int(size))
    try zeros("padding", padding)
    return bytes
  }
}

/// A table of names, which must be used in their order, so that reading all is linear.
struct Strings {
  private let data: Data
  private let start: Int
  private var offset = 1

  init(_ file: Data, _ header: SectionHeader) {
    data = file.part(header.offset, header.size)
    start = header.offset
  }

  /// The next name, which a field at byte `place` says to be at `offset`.
  mutating func next(_ offset: UInt32, namedAt place: Int) throws(Failure) -> String {
    guard offset == self.offset else {
      throw .data(
        at: Place(.offset(place)), "offset of a name: found \(offset), expected \(self.offset)")
    }
    let rest = data.dropFirst(self.offset)
    guard let end = rest.firstIndex(of: 0) else {
      throw .data(
        at: Place(.offset(start + self.offset)), "found a name without an end, expected a zero byte"
      )
    }
    guard let name = String(validating: rest[..<end], as: UTF8.self) else {
      throw .data(at: Place(.offset(start + self.offset)), "found a name that is not UTF-8")
    }
    self.offset = end - data.startIndex + 1
    return name
  }
}

extension Data {
  /// `size` bytes from `offset` on, counted from the start, which must be there.
  func part(_ offset: Int, _ size: Int) -> Data {
    self[(startIndex + offset)..<(startIndex + offset + size)]
  }
}
