import Foundation
import Support

/// Writes a protobuf message, field by field.
struct MessageWriter {
  private var writer = ByteWriter()

  var data: Data { writer.data }

  /// Of a varint field. Protobuf spells a negative number by the 64 bits of its two's complement.
  mutating func int(_ field: Int, _ value: Int64) {
    tag(field, 0)
    writer.varint(UInt64(bitPattern: value))
  }

  mutating func float(_ field: Int, _ value: Float) {
    tag(field, 5)
    writer.integer(value.bitPattern)
  }

  mutating func string(_ field: Int, _ value: String) { bytes(field, Data(value.utf8)) }

  mutating func bytes(_ field: Int, _ value: Data) {
    tag(field, 2)
    writer.varint(UInt64(value.count))
    writer.append(value)
  }

  /// A message inside this one.
  mutating func message(_ field: Int, _ write: (inout MessageWriter) -> Void) {
    var inner = MessageWriter()
    write(&inner)
    bytes(field, inner.data)
  }

  private mutating func tag(_ field: Int, _ wireType: UInt64) {
    writer.varint(UInt64(field) << 3 | wireType)
  }
}

extension ByteWriter {
  /// Seven bits a byte, least significant first; the top bit says that more follow.
  mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      integer(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    integer(UInt8(value))
  }
}
