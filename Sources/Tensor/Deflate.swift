public import Foundation
import Zlib

/// What zip archives and pages need of zlib.
public enum Deflate {
  /// The most bytes that a byte of a deflate stream can stand for (zlib's technical details).
  static let maximumRatio = 1032

  /// Inflates a raw deflate stream that fills exactly `count` bytes.
  ///
  /// - Precondition: `count` is at most ``maximumRatio`` times the bytes of the stream, and both
  ///   are below 4 GiB.
  /// - Returns: nil if the stream is broken, or longer or shorter than that.
  static func inflate(_ stream: Data, count: Int) -> Data? {
    var output = Data(count: count)
    var state = unsafe z_stream()
    guard
      unsafe inflateInit2_(&state, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { return nil }
    defer { unsafe inflateEnd(&state) }
    let status = unsafe stream.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        let bytes = unsafe source.bindMemory(to: UInt8.self).baseAddress
        unsafe state.next_in = unsafe UnsafeMutablePointer(mutating: bytes)
        unsafe state.avail_in = UInt32(source.count)
        unsafe state.next_out = unsafe target.bindMemory(to: UInt8.self).baseAddress
        unsafe state.avail_out = UInt32(target.count)
        return unsafe Zlib.inflate(&state, Z_FINISH)
      }
    }
    let isWhole = unsafe state.avail_in == 0 && state.avail_out == 0
    return status == Z_STREAM_END && isWhole ? output : nil
  }

  /// Data as a zlib stream (RFC 1950), as small as zlib makes it.
  ///
  /// - Precondition: it has less than 4 GiB.
  public static func compress(_ data: Data) -> Data {
    var size = compressBound(uLong(data.count))
    var stream = Data(count: Int(size))
    let status = unsafe data.withUnsafeBytes { source in
      unsafe stream.withUnsafeMutableBytes { target in
        unsafe compress2(
          target.bindMemory(to: UInt8.self).baseAddress, &size,
          source.bindMemory(to: UInt8.self).baseAddress, uLong(source.count),
          Z_BEST_COMPRESSION)
      }
    }
    precondition(status == Z_OK, "there is room for the stream")
    return stream.prefix(Int(size))
  }

  /// The CRC-32 that zip archives carry.
  static func checksum(_ data: Data) -> UInt32 {
    let sum = unsafe data.withUnsafeBytes { bytes in
      unsafe crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
    }
    return UInt32(sum)
  }
}
