/// The inverses of the circular functions, under the promises of ``Elementary``.
extension Elementary {
  public static func asin(_ x: Float) -> Float {
    let x = Double(x)
    return Float(atan(x / ((1 - x) * (1 + x)).squareRoot()))
  }

  public static func acos(_ x: Float) -> Float {
    let x = Double(x)
    return Float(2 * atan(((1 - x) / (1 + x)).squareRoot()))
  }

  public static func atan(_ x: Float) -> Float { Float(atan(Double(x))) }

  /// The angle from the next quarter of 1, by `tan(a - b) = (tan a - tan b) / (1 + tan a tan b)`,
  /// so that a short series is left.
  static func atan(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x.magnitude > 1 {
      let angle = halfPi - atan(1 / x.magnitude)
      return x < 0 ? -angle : angle
    }
    let quarters = (x.magnitude * 4).rounded()
    let u = (x.magnitude - quarters / 4) / (1 + x.magnitude * quarters / 4)
    let angle = atanOfQuarters[Int(quarters)] + atanSeries(u)
    return x < 0 ? -angle : angle
  }

  /// Taylor's series for `|u| <= 1/8`; the first term left out is below 2^-52 of the first.
  private static func atanSeries(_ u: Double) -> Double {
    let s = u * u
    var sum = 1.0 / 17 * s - 1.0 / 15
    sum = sum * s + 1.0 / 13
    sum = sum * s - 1.0 / 11
    sum = sum * s + 1.0 / 9
    sum = sum * s - 1.0 / 7
    sum = sum * s + 1.0 / 5
    sum = sum * s - 1.0 / 3
    return u + u * s * sum
  }

  static let halfPi = 0x1.921fb54442d18p0

  /// The inverse tangents of 0, 1/4, 1/2, 3/4 and 1.
  private static let atanOfQuarters: [Double] = [
    0, 0x1.f5b75f92c80ddp-3, 0x1.dac670561bb4fp-2, 0x1.4978fa3269ee1p-1, 0x1.921fb54442d18p-1,
  ]
}
