import Foundation
import Support

/// A zip archive below 4 GiB, after PKWARE's APPNOTE.TXT: members stored or deflated.
struct Zip {
  struct Member {
    let name: String
    /// Offset of its entry in the central directory, for messages.
    let place: Place
    let method: UInt16
    let checksum: UInt32
    /// Where its bytes lie in the archive.
    let range: Range<Int>
    /// Bytes after inflation.
    let size: Int
  }

  let archive: Data
  private(set) var members: [Member] = []

  static let localSignature: UInt32 = 0x0403_4B50
  static let entrySignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  /// Bytes of the record at the end of an archive, without its comment.
  private static let endSize = 22
  static let stored: UInt16 = 0
  private static let deflated: UInt16 = 8

  /// Reads the directory of an archive.
  ///
  /// - Throws: what is wrong and at which byte.
  init(_ archive: Data) throws(Failure) {
    self.archive = archive
    var end = ByteReader(archive, range: try Self.findEnd(archive)..<archive.count)
    let place = end.place
    _ = try end.take(10)
    let count = Int(try end.integer(UInt16.self))
    let size = Int(try end.integer(UInt32.self))
    let offset = Int(try end.integer(UInt32.self))
    guard count != 0xFFFF, size != 0xFFFF_FFFF, offset != 0xFFFF_FFFF else {
      throw .data(at: place, "a zip64 archive is not supported")
    }
    var directory = ByteReader(archive, range: min(offset, archive.count)..<archive.count)
    for _ in 0..<count {
      let member = try entry(&directory)
      members.append(member)
    }
    // Members that share bytes could inflate to any multiple of what is there.
    guard members.reduce(0, { $0 + $1.range.count }) <= archive.count else {
      throw .data(at: place, "the members of the archive overlap")
    }
  }

  /// The offset of the end record, before a comment of at most 65535 bytes.
  private static func findEnd(_ archive: Data) throws(Failure) -> Int {
    var offset = archive.count - endSize
    while offset >= max(0, archive.count - endSize - 0xFFFF) {
      var reader = ByteReader(archive, range: offset..<archive.count)
      if try reader.integer(UInt32.self) == endSignature { return offset }
      offset -= 1
    }
    throw .data(at: Place(.offset(archive.count)), "not a zip archive: it has no end record")
  }

  /// Reads an entry of the central directory.
  private func entry(_ reader: inout ByteReader) throws(Failure) -> Member {
    let place = reader.place
    guard try reader.integer(UInt32.self) == Self.entrySignature else {
      throw .data(at: place, "found no entry of the zip directory, expected one")
    }
    _ = try reader.take(4)
    let flags = try reader.integer(UInt16.self)
    let method = try reader.integer(UInt16.self)
    _ = try reader.take(4)
    let checksum = try reader.integer(UInt32.self)
    let packed = Int(try reader.integer(UInt32.self))
    let size = Int(try reader.integer(UInt32.self))
    let nameSize = Int(try reader.integer(UInt16.self))
    let restSize = Int(try reader.integer(UInt16.self)) + Int(try reader.integer(UInt16.self))
    _ = try reader.take(8)
    let offset = Int(try reader.integer(UInt32.self))
    let name = String(decoding: try reader.take(nameSize), as: UTF8.self)
    _ = try reader.take(restSize)
    guard max(packed, size, offset) != 0xFFFF_FFFF else {
      throw .data(at: place, "member \"\(name)\": a zip64 archive is not supported")
    }
    guard flags & 1 == 0 else {
      throw .data(at: place, "member \"\(name)\" is encrypted")
    }
    let start = try dataOffset(of: name, header: offset)
    guard packed <= archive.count - start else {
      throw .data(
        at: place,
        "member \"\(name)\": found \(archive.count - start) bytes, expected \(packed)")
    }
    return Member(
      name: name, place: place, method: method, checksum: checksum,
      range: start..<(start + packed), size: size)
  }

  /// Where the bytes of a member start: after its local header, which repeats the name and may have
  /// other extra fields than the directory.
  private func dataOffset(of name: String, header: Int) throws(Failure) -> Int {
    var local = ByteReader(archive, range: min(header, archive.count)..<archive.count)
    let place = local.place
    guard try local.integer(UInt32.self) == Self.localSignature else {
      throw .data(at: place, "found no local header of member \"\(name)\", expected one")
    }
    _ = try local.take(22)
    let nameSize = Int(try local.integer(UInt16.self))
    let extraSize = Int(try local.integer(UInt16.self))
    _ = try local.take(nameSize + extraSize)
    return local.offset
  }

  /// The bytes of a member, inflated and checked.
  func contents(of member: Member) throws(Failure) -> Data {
    let packed = ByteReader(archive, range: member.range)
    var reader = packed
    let bytes = try reader.take(member.range.count)
    let contents: Data? =
      switch member.method {
      case Self.stored: bytes.count == member.size ? bytes : nil
      case Self.deflated:
        member.size <= Deflate.maximumRatio * bytes.count
          ? Deflate.inflate(bytes, count: member.size) : nil
      default:
        throw .data(
          at: member.place,
          "found compression method \(member.method), expected 0 (stored) or 8 (deflated)")
      }
    guard let contents else {
      throw .data(
        at: packed.place,
        "the \(bytes.count) bytes do not unpack to \(member.size) bytes, as the directory says")
    }
    guard Deflate.checksum(contents) == member.checksum else {
      throw .data(at: packed.place, "the checksum of the bytes is not what the directory says")
    }
    return contents
  }
}
