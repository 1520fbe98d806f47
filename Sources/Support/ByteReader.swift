public import Foundation

/// A little-endian reader over bytes that may be hostile: every read is checked, every error says
/// at which byte.
public struct ByteReader: Sendable {
  public let bytes: Data
  /// The offset of the next byte, counted from the start of `bytes`.
  public var offset: Int { next }
  /// One past the last byte that may be read.
  public let end: Int
  @usableFromInline var next: Int

  public init(_ bytes: Data, range: Range<Int>? = nil) {
    self.bytes = bytes
    next = range?.lowerBound ?? 0
    precondition(next >= 0)
    end = min(range?.upperBound ?? bytes.count, bytes.count)
  }

  @inlinable public var remaining: Int { end - next }

  /// The place of the next byte.
  public var place: Place { Place(.offset(offset)) }

  /// Reads a fixed-width integer.
  @inlinable
  public mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(Failure) -> T {
    let size = MemoryLayout<T>.size
    try need(size)
    var value: T = 0
    unsafe withUnsafeMutableBytes(of: &value) { value in
      unsafe bytes.withUnsafeBytes { bytes in
        unsafe value.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[next..<next + size]))
      }
    }
    next += size
    return T(littleEndian: value)
  }

  /// Takes the next `count` bytes without copying them.
  public mutating func take(_ count: Int) throws(Failure) -> Data {
    try need(count)
    defer { next += count }
    return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + count)]
  }

  /// Throws unless `count` more bytes are there.
  @inlinable
  public func need(_ count: Int) throws(Failure) {
    guard count >= 0, count <= remaining else { throw missing(count) }
  }

  @usableFromInline
  func missing(_ count: Int) -> Failure {
    .data(at: place, "found \(remaining) bytes, expected \(count) more")
  }
}
