/// Sine, cosine and tangent, under the promises of ``Elementary``.
extension Elementary {
  public static func sin(_ x: Float) -> Float {
    let (quadrant, r) = quarterTurns(x)
    let value = quadrant & 1 == 0 ? sine(r) : cosine(r)
    return Float(quadrant & 2 == 0 ? value : -value)
  }

  public static func cos(_ x: Float) -> Float {
    let (quadrant, r) = quarterTurns(x)
    let value = quadrant & 1 == 0 ? cosine(r) : sine(r)
    return Float((quadrant &+ 1) & 2 == 0 ? value : -value)
  }

  public static func tan(_ x: Float) -> Float {
    let (quadrant, r) = quarterTurns(x)
    return Float(quadrant & 1 == 0 ? sine(r) / cosine(r) : -cosine(r) / sine(r))
  }

  /// The point of the unit circle at `index / count` of a turn, as a complex number.
  ///
  /// - Precondition: `count` is in 1 ... 2^59.
  public static func rootOfUnity(_ index: Int, of count: Int) -> SIMD2<Double> {
    let index = index % count
    // The nearest quarter turn, and what is left, in units of a quarter of `count`.
    let quadrant = Int((4 * Double(index) / Double(count)).rounded())
    let r = Double(4 * index - quadrant * count) / Double(count) * halfPi
    let (x, y) = (cosine(r), sine(r))
    switch quadrant & 3 {
    case 0: return SIMD2(x, y)
    case 1: return SIMD2(-y, x)
    case 2: return SIMD2(-x, -y)
    default: return SIMD2(y, -x)
    }
  }

  /// `x = quadrant * pi/2 + r` with `|r| <= pi/4`, the quadrant counted modulo 4, for a float of
  /// any size: the significand times the bits of 2/pi that matter at its exponent, in integers (Payne
  /// and Hanek, SIGNUM Newsletter, 1983).
  static func quarterTurns(_ x: Float) -> (quadrant: Int, r: Double) {
    if x.magnitude < 0.75 { return (0, Double(x)) }
    guard x.isFinite else { return (0, .nan) }
    let significand = UInt128(x.significandBitPattern | 1 << 23)
    // x = significand * 2^scale; the window holds 2/pi * 2^(126 + scale) modulo 2^128.
    let scale = Int(x.exponent) - 23
    let drop = 130 - scale
    let window =
      drop >= 128
      ? twoOverPi.high >> UInt128(drop - 128)
      : twoOverPi.high << UInt128(128 - drop) | twoOverPi.low >> UInt128(drop)
    // Quarter turns modulo 4, as a fixed-point number with 126 bits of fraction.
    let turns = significand &* window
    let quadrant = Int((turns &+ 1 << 125) >> 126)
    let fraction = Int64(truncatingIfNeeded: (turns &- UInt128(quadrant) << 126) >> 62)
    let r = Double(fraction) * 0x1p-64 * halfPi
    return x.sign == .plus ? (quadrant, r) : (-quadrant & 3, -r)
  }

  /// The first 256 bits of the fraction of 2/pi.
  private static let twoOverPi: (high: UInt128, low: UInt128) = (
    0xa2f9_836e_4e44_1529_fc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041_fe51_63ab_debb_c561
  )

  /// Taylor's series for `|r| <= pi/4`; the first term left out is below 2^-50 of the first.
  private static func sine(_ r: Double) -> Double {
    let s = r * r
    var sum = -1.0 / 1_307_674_368_000
    sum = sum * s + 1.0 / 6_227_020_800
    sum = sum * s - 1.0 / 39_916_800
    sum = sum * s + 1.0 / 362_880
    sum = sum * s - 1.0 / 5_040
    sum = sum * s + 1.0 / 120
    sum = sum * s - 1.0 / 6
    return r + r * s * sum
  }

  private static func cosine(_ r: Double) -> Double {
    let s = r * r
    var sum = 1.0 / 20_922_789_888_000
    sum = sum * s - 1.0 / 87_178_291_200
    sum = sum * s + 1.0 / 479_001_600
    sum = sum * s - 1.0 / 3_628_800
    sum = sum * s + 1.0 / 40_320
    sum = sum * s - 1.0 / 720
    sum = sum * s + 1.0 / 24
    return 1 - 0.5 * s + s * s * sum
  }
}
