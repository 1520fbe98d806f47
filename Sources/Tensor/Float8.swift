/// An 8-bit floating-point format: a sign, an exponent and a significand without its leading bit,
/// after "FP8 Formats for Deep Learning" (Micikevicius et al., 2022) and, for the `fnuz` formats, which
/// have no infinity and no negative zero, "8-bit Numerical Formats for Deep Neural Networks" (Noune et
/// al., 2022).
struct Float8: Sendable {
  /// Bits of the significand.
  let significand: Int
  /// What is added to an exponent where it is stored.
  let bias: Int
  /// The bits of the largest finite number.
  let largest: UInt8
  /// The bits of what lies beyond it: infinity, or NaN in a format without.
  let beyond: UInt8
  /// The bits of NaN; where they are those of a negative zero, it is the only one.
  let nan: UInt8

  private var hasNegativeZero: Bool { nan != 0x80 }

  /// The number that these bits stand for.
  func value(_ bits: UInt8) -> Float {
    let magnitude = bits & 0x7F
    if bits == nan || magnitude > largest {
      let special: Float = nan != beyond && magnitude == beyond ? .infinity : .nan
      return bits < 0x80 ? special : -special
    }
    let stored = Int(magnitude) >> significand
    let fraction = Int(magnitude) - stored << significand
    // Numbers of the lowest exponent have no leading bit.
    let digits = stored == 0 ? fraction : fraction + 1 << significand
    let value = Float(sign: .plus, exponent: max(stored, 1) - bias - significand, significand: 1)
    return Float(digits) * (bits < 0x80 ? value : -value)
  }

  /// The bits of the nearest number, of two the even one.
  ///
  /// - Parameter saturating: whether what lies beyond the largest number, an infinity too, becomes the
  ///   largest number.
  func bits(_ value: Float, saturating: Bool) -> UInt8 {
    let sign: UInt8 = value.sign == .minus ? 0x80 : 0
    if value.isNaN { return sign | nan }
    if value == 0 { return hasNegativeZero ? sign : 0 }
    guard value.isFinite else { return sign | (saturating ? largest : beyond) }
    // In steps of the last bit at this exponent, the bits count up from those of its first number.
    let exponent = max(Int(value.exponent), 1 - bias)
    let step = Float(sign: .plus, exponent: exponent - significand, significand: 1)
    let steps = Int((value.magnitude / step).rounded(.toNearestOrEven))
    let bits = steps + (exponent + bias - 1) << significand
    if bits > Int(largest) { return sign | (saturating ? largest : beyond) }
    return bits == 0 && !hasNegativeZero ? 0 : sign | UInt8(bits)
  }
}

extension ElementType {
  /// The format of an 8-bit floating-point type; nil for other types.
  var float8: Float8? {
    switch self {
    case .float8e4m3fn:
      Float8(significand: 3, bias: 7, largest: 0x7E, beyond: 0x7F, nan: 0x7F)
    case .float8e4m3fnuz:
      Float8(significand: 3, bias: 8, largest: 0x7F, beyond: 0x80, nan: 0x80)
    case .float8e5m2:
      Float8(significand: 2, bias: 15, largest: 0x7B, beyond: 0x7C, nan: 0x7F)
    case .float8e5m2fnuz:
      Float8(significand: 2, bias: 16, largest: 0x7F, beyond: 0x80, nan: 0x80)
    default: nil
    }
  }
}
