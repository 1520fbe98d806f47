public import Foundation
public import Support

/// Operands to bytes.
@usableFromInline
struct Encoder<Sink: ByteSink>: OperandVisitor {
  @usableFromInline typealias Problem = Never

  @usableFromInline var sink: Sink

  @inlinable
  init(_ sink: Sink) {
    self.sink = sink
  }

  @inlinable
  mutating func instruction<I: Instruction>(_ instruction: inout I) {
    sink.integer(I.opcode)
    instruction.walk(&self)
  }

  @inlinable
  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _: String, _: String
  ) {
    sink.integer(value)
  }

  @inlinable
  mutating func float(_ value: inout Float, _: String, _: String) {
    sink.integer(value.bitPattern)
  }

  @inlinable
  mutating func flag(_ value: inout Bool, _: String, _: String) {
    sink.integer(value ? 1 : 0 as UInt8)
  }

  @inlinable
  mutating func keyword<K: Keyword>(_ value: inout K, _: String, _: String) {
    sink.integer(value.rawValue)
  }

  @inlinable
  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _: String, as: W.Type, _: String, _: String
  ) {
    sink.integer(W(value.index))
  }

  @inlinable
  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _: String, count: C.Type, _: String, _: String
  ) {
    sink.integer(value.lowerBound)
    sink.integer(C(value.upperBound - value.lowerBound))
  }

  @usableFromInline
  mutating func text(_ value: inout String, _: String, _: String) {
    sink.integer(UInt32(value.utf8.count))
    for byte in value.utf8 { sink.integer(byte) }
  }

  @usableFromInline
  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _: String, _: String
  ) {
    sink.integer(UInt32(values.count))
    for i in values.indices { element.walk(&values[i], &self) }
  }

  @usableFromInline
  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _: String, _: String
  ) {
    sink.integer(value == nil ? 0 : 1 as UInt8)
    if var present = value { element.walk(&present, &self) }
  }

  @usableFromInline
  mutating func record<R: Record>(_ value: inout R, _: String, _: String) {
    value.walk(&self)
  }
}

extension InstructionSet {
  /// The instructions one after the other, ``size`` bytes each.
  @inlinable
  public static func encode(_ stream: [Self]) -> Data {
    Data(
      [UInt8](capacity: stream.count * Word.size) { bytes in
        for instruction in stream {
          var encoder = Encoder(Word())
          var copy = instruction
          copy.walk(&encoder)
          var bits = encoder.sink.bits
          for _ in 0..<Word.size {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
          }
        }
      })
  }
}

extension Record {
  /// A table: the number of records in four bytes, then the records one after the other.
  public static func encode(_ table: [Self]) -> Data {
    var encoder = Encoder(ByteWriter())
    encoder.sink.integer(UInt32(table.count))
    for record in table {
      var copy = record
      copy.walk(&encoder)
    }
    return encoder.sink.data
  }
}
