/// The hyperbolic functions but for the tangent, and the inverses, under the promises of
/// ``Elementary``.
extension Elementary {
  public static func sinh(_ x: Float) -> Float {
    let e = expm1(Double(x.magnitude))
    return signed((e + e / (e + 1)) / 2, x)
  }

  public static func cosh(_ x: Float) -> Float {
    let e = exp(Double(x.magnitude))
    return Float((e + 1 / e) / 2)
  }

  /// `ln(x + sqrt(x^2 + 1))`, without cancellation.
  public static func asinh(_ x: Float) -> Float {
    guard x.isFinite else { return x }
    let (a, square) = (Double(x.magnitude), Double(x) * Double(x))
    return signed(log1p(a + square / (1 + (1 + square).squareRoot())), x)
  }

  /// `ln(x + sqrt(x^2 - 1))`, without cancellation.
  public static func acosh(_ x: Float) -> Float {
    if x < 1 { return .nan }
    let t = Double(x) - 1
    return Float(log1p(t + (t * (t + 2)).squareRoot()))
  }

  /// `ln((1 + x) / (1 - x)) / 2`, without cancellation.
  public static func atanh(_ x: Float) -> Float {
    if x.magnitude > 1 { return .nan }
    let a = Double(x.magnitude)
    return signed(log1p(2 * a / (1 - a)) / 2, x)
  }

  /// The value of an odd function from that at `|x|`.
  private static func signed(_ value: Double, _ x: Float) -> Float {
    Float(x < 0 ? -value : value)
  }
}
