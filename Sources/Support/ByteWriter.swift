public import Foundation

/// A little-endian writer.
public struct ByteWriter: Sendable {
  public private(set) var data = Data()

  public init() {}

  public var count: Int { data.count }

  public mutating func integer<T: FixedWidthInteger>(_ value: T) {
    var bits = value
    for _ in 0..<MemoryLayout<T>.size {
      data.append(UInt8(truncatingIfNeeded: bits))
      if MemoryLayout<T>.size > 1 { bits >>= 8 }
    }
  }

  public mutating func append(_ bytes: some Sequence<UInt8>) {
    data.append(contentsOf: bytes)
  }

  /// Pads with zeros to a multiple of `alignment`.
  public mutating func align(to alignment: Int) {
    let excess = data.count % alignment
    if excess > 0 { data.append(Data(count: alignment - excess)) }
  }
}
