import Kernels

/// The elementary functions, the same bits on every machine: IEEE additions, multiplications,
/// divisions and square roots of doubles in a fixed order, never a mathematical library.
///
/// The functions of `Float` round a double result once, so they are within 1 ulp (nearly always
/// 0.5) over the whole range, with the special values of IEEE 754, clause 9.2. Those of `Double`
/// are their kernels, for formulas of several steps: arguments in the range of a float, relative error
/// below 2^-36.
public enum Elementary {
  public static func exp(_ x: Float) -> Float { Float(exp(Double(x))) }
  /// `exp(x) - 1` without cancellation.
  public static func expm1(_ x: Float) -> Float { Float(expm1(Double(x))) }
  public static func log(_ x: Float) -> Float { Float(log(Double(x))) }
  public static func tanh(_ x: Float) -> Float { Float(tanh(Double(x))) }
  public static func sigmoid(_ x: Float) -> Float { Float(sigmoid(Double(x))) }
  public static func softplus(_ x: Float) -> Float { Float(softplus(Double(x))) }
  public static func erf(_ x: Float) -> Float { Float(erf(Double(x))) }

  /// `e^x` as `2^k e^r` with `|r| <= ln(2) / 2`.
  public static func exp(_ x: Double) -> Double {
    let (r, scale) = reduced(x)
    return (1 + (r + r * r * expTail(r))) * scale
  }

  /// `e^x - 1`.
  public static func expm1(_ x: Double) -> Double {
    let (r, scale) = reduced(x)
    let fraction = r + r * r * expTail(r)
    return scale == 1 ? fraction : (1 + fraction) * scale - 1
  }

  /// The natural logarithm: `x = 2^e m` with `m` between `sqrt(1/2)` and `sqrt(2)`.
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else {
      return x == 0 ? -.infinity : x == .infinity ? x : .nan
    }
    // Moves the split between exponent and significand from 1 to sqrt(1/2).
    let offset: UInt64 = 0x3FE6_A09E_0000_0000
    let shifted = Int64(bitPattern: x.bitPattern &- offset)
    let exponent = shifted >> 52
    let m = Double(bitPattern: x.bitPattern &- UInt64(bitPattern: exponent << 52))
    return Double(exponent) * ln2 + twiceArtanh((m - 1) / (m + 1))
  }

  /// `ln(1 + y)` for `y` in 0 ... 1, without cancellation.
  static func log1p(_ y: Double) -> Double {
    y < 0.375 ? twiceArtanh(y / (2 + y)) : log(1 + y)
  }

  public static func tanh(_ x: Double) -> Double {
    let e = expm1(2 * clamped(x, to: 100))
    return e / (e + 2)
  }

  /// `1 / (1 + e^-x)`.
  public static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// `ln(1 + e^x)`.
  public static func softplus(_ x: Double) -> Double {
    x > 0 ? x + log1p(exp(-x)) : x <= 0 ? log1p(exp(x)) : x
  }

  /// The error function: `x P(x^2)` below 4, where floats round it to 1. `P` interpolates
  /// `erf(sqrt(u)) / sqrt(u)` at the 23 Chebyshev nodes of 0 ... 16, as a polynomial in `u / 8 - 1`
  /// (Tests/Oracle/erf_coefficients.py); its relative error is below 2^-41.
  public static func erf(_ x: Double) -> Double {
    let x = clamped(x, to: 4)
    if x.magnitude == 4 { return x / 4 }
    return x * polynomial(erfCoefficients, x * x / 8 - 1)
  }

  /// `x^y` with the special cases of IEEE 754's `pow`.
  public static func pow(_ x: Float, _ y: Float) -> Float {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    let isInteger = y.rounded(.towardZero) == y
    let isOdd = isInteger && y.magnitude < 0x1p24 && Int(y) & 1 == 1
    let sign: Float = x.sign == .minus && isOdd ? -1 : 1
    if x == 0 { return y < 0 ? sign * .infinity : sign * 0 }
    if x == -1 && y.isInfinite { return 1 }
    if x.isInfinite { return y < 0 ? sign * 0 : sign * .infinity }
    if x < 0 && !isInteger { return .nan }
    if let quarters = quarters(of: y) {
      var (base, power) = (x.magnitude, Float.zero)
      unsafe sonic_quarter_powers(&base, 1, quarters, y < 0 ? 1 : 0, &power)
      return sign * power
    }
    return sign * Float(exp(Double(y) * log(Double(x.magnitude))))
  }

  /// `x^y` of each of many `x`; the same bits as one by one.
  public static func pow(_ bases: [Float], _ y: Float) -> [Float] {
    guard y != 0, let quarters = quarters(of: y), bases.arePositive else {
      return bases.map { pow($0, y) }
    }
    return unsafe [Float](unsafeUninitializedCapacity: bases.count) { powers, count in
      unsafe sonic_quarter_powers(
        bases, bases.count, quarters, y < 0 ? 1 : 0, powers.baseAddress!)
      count = bases.count
    }
  }

  /// How many quarters an exponent's magnitude has, where that is a whole number up to 16.
  private static func quarters(of y: Float) -> Int32? {
    let quarters = y.magnitude * 4
    return quarters <= 16 && quarters.rounded(.towardZero) == quarters ? Int32(quarters) : nil
  }
}

extension [Float] {
  /// Whether all are positive and finite: without a way out, so that they are looked at side by side.
  fileprivate var arePositive: Bool {
    unsafe withUnsafeBufferPointer { numbers in
      var others: UInt32 = 0
      for index in 0..<count {
        let number = unsafe numbers[index]
        others |= number > 0 && number < .infinity ? 0 : 1
      }
      return others == 0
    }
  }
}

// MARK: - Kernels

extension Elementary {
  static let ln2 = 0x1.62e42fefa39efp-1

  /// `x` brought into `-bound ... bound`; NaN stays NaN.
  @inline(__always)
  static func clamped(_ x: Double, to bound: Double) -> Double {
    x > bound ? bound : x < -bound ? -bound : x
  }

  /// `c[0] + c[1] t + c[2] t^2 + ...`
  @inline(__always)
  static func polynomial(_ coefficients: [Double], _ t: Double) -> Double {
    var sum = 0.0
    for c in coefficients.reversed() { sum = sum * t + c }
    return sum
  }

  /// `r` and `2^k` with `x = k ln(2) + r`. Beyond 200, where a float is 0 or infinite, `x` is taken
  /// as 200, so that `2^k` stays a normal double.
  @inline(__always)
  static func reduced(_ x: Double) -> (r: Double, scale: Double) {
    let x = clamped(x, to: 200)
    // Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits.
    let shift = 0x1.8p52
    let shifted = x * 0x1.71547652b82fep0 + shift
    let k = shifted - shift
    // ln(2) in two parts: k times the first is exact.
    let r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33
    return (r, Double(bitPattern: (shifted.bitPattern &+ 1023) << 52))
  }

  /// `(e^r - 1 - r) / r^2` by Taylor's series; the first term left out is below 2^-47.
  @inline(__always)
  static func expTail(_ r: Double) -> Double {
    var sum = 1.0 / 39_916_800
    sum = sum * r + 1.0 / 3_628_800
    sum = sum * r + 1.0 / 362_880
    sum = sum * r + 1.0 / 40_320
    sum = sum * r + 1.0 / 5_040
    sum = sum * r + 1.0 / 720
    sum = sum * r + 1.0 / 120
    sum = sum * r + 1.0 / 24
    sum = sum * r + 1.0 / 6
    return sum * r + 0.5
  }

  /// `ln((1 + f) / (1 - f)) = 2 (f + f^3/3 + f^5/5 + ...)` for `|f| <= 0.172`; the first term left
  /// out is below 2^-52.
  @inline(__always)
  static func twiceArtanh(_ f: Double) -> Double {
    let s = f * f
    var sum = 1.0 / 19
    sum = sum * s + 1.0 / 17
    sum = sum * s + 1.0 / 15
    sum = sum * s + 1.0 / 13
    sum = sum * s + 1.0 / 11
    sum = sum * s + 1.0 / 9
    sum = sum * s + 1.0 / 7
    sum = sum * s + 1.0 / 5
    sum = sum * s + 1.0 / 3
    return 2 * f + 2 * f * s * sum
  }

  static let erfCoefficients: [Double] = [
    0x1.6a040781a49aap-2, -0x1.69a0ccda54561p-3, 0x1.0dabaf0618bb5p-3, -0x1.b92e95b233264p-4,
    0x1.717efc7447fa9p-4, -0x1.3215da4640e20p-4, 0x1.ea97f22694c13p-5, -0x1.76e83f564daa9p-5,
    0x1.0ed52177d1d91p-5, -0x1.7036e7f28849cp-6, 0x1.d6364604f1c89p-7, -0x1.19f2a40b5121ap-7,
    0x1.3e0bf9134f4dcp-8, -0x1.528fbca519bd2p-9, 0x1.5338acabc8590p-10, -0x1.3d213039f4deap-11,
    0x1.1e68cccfffffep-12, -0x1.0940f60b21642p-13, 0x1.a76828a6f4dedp-15, -0x1.a825a6f4de9bep-17,
    0x1.5577c590b215bp-18, -0x1.33b8642c8590bp-18, 0x1.8e9121642c859p-20,
  ]
}
