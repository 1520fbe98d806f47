public import Foundation

/// A little-endian writer.
public struct ByteWriter: Sendable {
  public private(set) var data = Data()

  /// - Parameter capacity: bytes that there will be, if that is known.
  public init(capacity: Int = 0) {
    data.reserveCapacity(capacity)
  }

  public var count: Int { data.count }

  public mutating func integer<T: FixedWidthInteger>(_ value: T) {
    unsafe withUnsafeBytes(of: value.littleEndian) { unsafe data.append(contentsOf: $0) }
  }

  public mutating func append(_ bytes: some Sequence<UInt8>) {
    data.append(contentsOf: bytes)
  }

  public mutating func append(_ bytes: Data) {
    data.append(bytes)
  }

  /// Writes over bytes that are there.
  public mutating func overwrite(at start: Int, with bytes: Data) {
    data.replaceSubrange(start..<start + bytes.count, with: bytes)
  }

  /// Pads with zeros to a multiple of `alignment`.
  public mutating func align(to alignment: Int) {
    let excess = data.count % alignment
    if excess > 0 { data.append(Data(count: alignment - excess)) }
  }
}
