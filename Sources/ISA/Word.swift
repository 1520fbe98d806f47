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

  /// The 16 bytes from `start` on, which must be there.
  @inlinable @inline(__always)
  init(_ bytes: Span<UInt8>, at start: Int) {
    let bytes = bytes.extracting(start..<(start + Word.size))
    var low: UInt64 = 0
    var high: UInt64 = 0
    for i in 0..<8 {
      low |= UInt64(bytes[i]) &<< UInt64(i * 8)
      high |= UInt64(bytes[8 + i]) &<< UInt64(i * 8)
    }
    self.init(UInt128(high) &<< 64 | UInt128(low))
  }

  @inlinable var remaining: Int { Word.size - offset }

  @inlinable @inline(__always)
  mutating func integer<T: FixedWidthInteger>(_ value: T) {
    precondition(T.bitWidth <= remaining * 8, "operands exceed an instruction's 16 bytes")
    bits |= UInt128(truncatingIfNeeded: T.Magnitude(truncatingIfNeeded: value)) &<< (offset * 8)
    offset += T.bitWidth / 8
  }

  @inlinable @inline(__always)
  mutating func integer<T: FixedWidthInteger>(_: T.Type) -> T {
    precondition(T.bitWidth <= remaining * 8, "operands exceed an instruction's 16 bytes")
    let value = T(truncatingIfNeeded: bits)
    bits &>>= UInt128(T.bitWidth)
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
