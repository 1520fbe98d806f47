public import Foundation

/// The 64-bit hash FNV-1a (Fowler, Noll and Vo): tells files apart, and is no defence against
/// forgery.
public enum FNV1a {
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01B3

  public static func hash(_ bytes: Data) -> UInt64 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe bytes.reduce(start) { ($0 ^ UInt64($1)) &* prime }
    }
  }

  /// The hash in 16 digits.
  public static func hexadecimal(_ bytes: Data) -> String {
    let digits = String(hash(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The hash of a file in 16 digits: of up to a mebibyte as it is; of more, the hash of the hashes
  /// of its mebibytes, eight bytes each, little-endian.
  ///
  /// A mapped file takes hardly any memory for it. A hash is a chain of multiplications, a byte each; those of four mebibytes go side by side.
  public static func hexadecimal(ofFile file: Data) -> String {
    guard file.count > mebibyte else { return hexadecimal(file) }
    var hashes: [UInt64] = []
    let fours = file.count / (4 * mebibyte) * (4 * mebibyte)
    for first in stride(from: 0, to: fours, by: 4 * mebibyte) {
      let part = file[(file.startIndex + first)..<(file.startIndex + first + 4 * mebibyte)]
      unsafe hashes += part.withUnsafeBytes { unsafe Self.hashes($0) }
      InputFile.release(part)
    }
    for first in stride(from: fours, to: file.count, by: mebibyte) {
      let start = file.startIndex + first
      hashes.append(hash(file[start..<min(start + mebibyte, file.endIndex)]))
    }
    var writer = ByteWriter()
    for hash in hashes { writer.integer(hash) }
    return hexadecimal(writer.data)
  }

  private static let mebibyte = 1 << 20

  /// The hashes of four mebibytes.
  private static func hashes(_ bytes: UnsafeRawBufferPointer) -> [UInt64] {
    precondition(bytes.count == 4 * mebibyte)
    var (a, b, c, d) = (start, start, start, start)
    for i in 0..<mebibyte {
      unsafe a = (a ^ UInt64(bytes[i])) &* prime
      unsafe b = (b ^ UInt64(bytes[mebibyte + i])) &* prime
      unsafe c = (c ^ UInt64(bytes[2 * mebibyte + i])) &* prime
      unsafe d = (d ^ UInt64(bytes[3 * mebibyte + i])) &* prime
    }
    return [a, b, c, d]
  }
}
