public import Foundation

/// A little-endian reader over bytes that may be hostile: every read is checked, every error says
/// at which byte.
public struct ByteReader: Sendable {
  public let bytes: Data
  /// The offset of the next byte, counted from the start of `bytes`.
  public private(set) var offset: Int
  /// One past the last byte that may be read.
  public let end: Int

  public init(_ bytes: Data, range: Range<Int>? = nil) {
    self.bytes = bytes
    offset = range?.lowerBound ?? 0
    end = min(range?.upperBound ?? bytes.count, bytes.count)
  }

  public var remaining: Int { end - offset }

  /// The place of the next byte.
  public var place: Place { Place(.offset(offset)) }

  /// Reads a fixed-width integer.
  public mutating func integer<T: FixedWidthInteger>(_: T.Type = T.self) throws(Failure) -> T {
    let size = MemoryLayout<T>.size
    try need(size)
    var value: T = 0
    let start = bytes.startIndex + offset
    for i in (0..<size).reversed() {
      value = (size == 1 ? 0 : value << 8) | T(truncatingIfNeeded: bytes[start + i])
    }
    offset += size
    return value
  }

  /// Takes the next `count` bytes without copying them.
  public mutating func take(_ count: Int) throws(Failure) -> Data {
    try need(count)
    defer { offset += count }
    return bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + count)]
  }

  /// Throws unless `count` more bytes are there.
  public func need(_ count: Int) throws(Failure) {
    guard count >= 0, count <= remaining else {
      throw .data(at: place, "found \(remaining) bytes, expected \(count) more")
    }
  }
}
