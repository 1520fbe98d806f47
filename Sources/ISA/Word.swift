import Support

/// The 16 bytes of an instruction as they are filled or emptied, first byte lowest.
@usableFromInline
struct Word: ByteSink, ByteSource {
  @usableFromInline static var size: Int { 16 }

  /// Written so far, or left to read.
  @usableFromInline var bits: UInt128
  /// The next byte.
  @usableFromInline var offset = 0

  @inlinable
  init(_ bits: UInt128 = 0) {
    self.bits = bits
  }

  @inlinable var remaining: Int { Word.size - offset }

  @inlinable
  mutating func integer<T: FixedWidthInteger>(_ value: T) {
    precondition(T.bitWidth <= remaining * 8, "operands exceed an instruction's 16 bytes")
    bits |= UInt128(truncatingIfNeeded: T.Magnitude(truncatingIfNeeded: value)) &<< (offset * 8)
    offset += T.bitWidth / 8
  }

  @inlinable
  mutating func integer<T: FixedWidthInteger>(_: T.Type) -> T {
    precondition(T.bitWidth <= remaining * 8, "operands exceed an instruction's 16 bytes")
    let value = T(truncatingIfNeeded: bits)
    bits >>= T.bitWidth
    offset += T.bitWidth / 8
    return value
  }
}

/// Where an ``Encoder`` puts its bytes.
@usableFromInline
protocol ByteSink {
  /// Puts an integer in little-endian order.
  mutating func integer<T: FixedWidthInteger>(_ value: T)
}

/// Where a ``Decoder`` takes its bytes.
@usableFromInline
protocol ByteSource {
  var offset: Int { get }
  var remaining: Int { get }

  /// Takes an integer in little-endian order.
  mutating func integer<T: FixedWidthInteger>(_: T.Type) throws(Failure) -> T
}

extension ByteWriter: ByteSink {}
extension ByteReader: ByteSource {}
