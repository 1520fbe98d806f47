/// The format of an activation on the accelerator: a 16-bit two's-complement code `q` that stands
/// for `q * 2^-fraction`. A power of two, so that decoding and re-encoding are exact.
public struct FixedPoint: Hashable, Sendable {
  /// Fraction bits; negative for numbers beyond 16 bits, at most 40 either way.
  public var fraction: Int

  public static let fractions = -40...40

  public init(fraction: Int) {
    self.fraction = fraction
  }

  /// The finest format in which `peak` does not saturate.
  public init(peak: Float) {
    // 32767 * 2^-f >= peak; the largest f that satisfies it, from the exponent of peak.
    guard peak > 0, peak.isFinite else {
      fraction = peak > 0 ? Self.fractions.lowerBound : 15
      return
    }
    var f = 14 - Int(peak.exponent)
    if peak > 32767 * Float(sign: .plus, exponent: -f, significand: 1) { f -= 1 }
    fraction = min(max(f, Self.fractions.lowerBound), Self.fractions.upperBound)
  }

  /// The value of one code step.
  public var step: Float { Float(sign: .plus, exponent: -fraction, significand: 1) }

  /// The code nearest to `value`, ties to even, saturating at -32767 and 32767; NaN becomes 0.
  public func encode(_ value: Float) -> Int16 {
    let scaled = (value * Float(sign: .plus, exponent: fraction, significand: 1))
      .rounded(.toNearestOrEven)
    if scaled.isNaN { return 0 }
    return Int16(min(max(scaled, -32767), 32767))
  }

  /// The value of a code; exact.
  public func decode(_ code: Int16) -> Float { Float(code) * step }
}
