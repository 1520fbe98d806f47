import Foundation
import Support

/// Writes a zip archive below 4 GiB of stored members. The date is zip's first, so that the same
/// members give the same bytes.
struct ZipWriter {
  private var archive = ByteWriter()
  private var directory = ByteWriter()
  private var count: UInt16 = 0

  /// Adds a member; its name must not take more than 65535 bytes.
  ///
  /// - Throws: exit code 73 if the archive grows beyond what the format can address.
  mutating func add(_ name: String, _ contents: Data) throws(Failure) {
    let size = archive.count + directory.count + contents.count + 2 * name.utf8.count + 128
    guard let offset = UInt32(exactly: archive.count), size < UInt32.max, count < .max - 1 else {
      throw Failure(.cannotCreate, "the zip archive would exceed 4 GiB or 65534 members")
    }
    archive.integer(Zip.localSignature)
    describe(name, contents, to: &archive)
    archive.append(name.utf8)
    archive.append(contents)
    directory.integer(Zip.entrySignature)
    directory.integer(Self.version)
    describe(name, contents, to: &directory)
    // No comment, disk 0, no attributes.
    directory.append([UInt8](repeating: 0, count: 10))
    directory.integer(offset)
    directory.append(name.utf8)
    count += 1
  }

  /// What the local header and the directory say alike.
  private func describe(_ name: String, _ contents: Data, to writer: inout ByteWriter) {
    writer.integer(Self.version)
    // Names are UTF-8.
    writer.integer(UInt16(1 << 11))
    writer.integer(Zip.stored)
    // Midnight of 1 January 1980.
    writer.integer(UInt16(0))
    writer.integer(UInt16(1 << 5 | 1))
    writer.integer(Deflate.checksum(contents))
    writer.integer(UInt32(contents.count))
    writer.integer(UInt32(contents.count))
    writer.integer(UInt16(name.utf8.count))
    writer.integer(UInt16(0))
  }

  /// The archive with its directory and its end record.
  consuming func finish() -> Data {
    let offset = UInt32(archive.count)
    archive.append(directory.data)
    archive.integer(Zip.endSignature)
    archive.integer(UInt32(0))
    archive.integer(count)
    archive.integer(count)
    archive.integer(UInt32(directory.count))
    archive.integer(offset)
    archive.integer(UInt16(0))
    return archive.data
  }

  /// Version 2.0 of the format: what readers need to know.
  private static let version: UInt16 = 20
}
