public import Foundation

/// The 64-bit hash FNV-1a (Fowler, Noll and Vo): tells files apart, and is no defence against
/// forgery.
public enum FNV1a {
  public static func hash(_ bytes: Data) -> UInt64 {
    unsafe bytes.withUnsafeBytes { bytes in
      unsafe bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
  }

  /// The hash in 16 digits.
  public static func hexadecimal(_ bytes: Data) -> String {
    let digits = String(hash(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
