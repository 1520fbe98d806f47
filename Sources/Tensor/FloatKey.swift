/// Floats as unsigned numbers of the same order: negative ones are flipped, positive ones raised
/// above them.
public enum FloatKey {
  /// Values of either half of a key.
  public static let halves = 1 << 16

  public static func key(_ float: Float) -> UInt32 {
    let bits = float.bitPattern
    return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
  }

  public static func float(_ key: UInt32) -> Float {
    Float(bitPattern: key >> 31 == 1 ? key & 0x7FFF_FFFF : ~key)
  }

  /// The least key whose float is above `limit`, which is no NaN.
  public static func first(above limit: Double) -> UInt32 {
    let nearest = Float(limit)
    return Double(nearest) > limit ? key(nearest) : key(nearest) + 1
  }
}
