import Foundation
import Support

/// A model without the raw elements of its initializers, so that protobuf-c does not copy those:
/// they are most of a file, and stay where they are in it, which is memory-mapped.
///
/// In the place of an initializer's `raw_data` stands where that lies in the file: offset and count,
/// eight bytes each, little-endian.
struct Skeleton {
  /// The model's file, of which ``bytes`` refer to parts.
  let file: Data
  let bytes: Data

  /// The numbers of the fields that lead to raw elements: ModelProto.graph, GraphProto.initializer,
  /// TensorProto.raw_data.
  private static let path: [UInt64] = [7, 5, 9]

  /// Nil if the fields on the way do not hold together.
  init?(_ file: Data) {
    guard let bytes = Self.message(in: file, 0..<file.count, Self.path[...]) else { return nil }
    self.file = file
    self.bytes = bytes
  }

  /// The raw elements for which `reference` stands, nil if it is none.
  func elements(_ reference: Data) -> Data? {
    var reader = ByteReader(reference)
    guard let offset = try? reader.integer(UInt64.self),
      let count = try? reader.integer(UInt64.self), offset <= file.count,
      count <= file.count - Int(offset)
    else { return nil }
    return file.part(Int(offset)..<Int(offset + count))
  }

  /// The message in a range of the file, with what `path` leads to replaced.
  private static func message(
    in file: Data, _ range: Range<Int>, _ path: ArraySlice<UInt64>
  ) -> Data? {
    guard let next = path.first else {
      var reference = ByteWriter()
      reference.integer(UInt64(range.lowerBound))
      reference.integer(UInt64(range.count))
      return reference.data
    }
    var writer = ByteWriter()
    var copied = range.lowerBound
    var isSound = true
    let fault = Wire.firstFault(in: file, range) { number, start, content in
      guard isSound, number == next else { return }
      guard let replaced = message(in: file, content, path.dropFirst()) else {
        isSound = false
        return
      }
      writer.append(file.part(copied..<start))
      writer.varint(number << 3 | 2)
      writer.varint(UInt64(replaced.count))
      writer.append(replaced)
      copied = content.upperBound
    }
    guard isSound, fault == nil else { return nil }
    writer.append(file.part(copied..<range.upperBound))
    return writer.data
  }
}

extension Data {
  /// Bytes by their offsets from the start, not copied.
  fileprivate func part(_ range: Range<Int>) -> Data {
    self[(startIndex + range.lowerBound)..<(startIndex + range.upperBound)]
  }
}
