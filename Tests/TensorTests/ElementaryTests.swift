import Foundation
import Tensor
import Testing

/// The elementary functions against the mathematical library in double precision.
@Suite struct ElementaryTests {
  typealias Function = (
    name: String, ours: @Sendable (Float) -> Float, libm: @Sendable (Double) -> Double
  )

  static let functions: [Function] = [
    ("exp", { Elementary.exp($0) }, { Foundation.exp($0) }),
    ("expm1", { Elementary.expm1($0) }, { Foundation.expm1($0) }),
    ("log", { Elementary.log($0) }, { Foundation.log($0) }),
    ("tanh", { Elementary.tanh($0) }, { Foundation.tanh($0) }),
    ("sigmoid", { Elementary.sigmoid($0) }, { 1 / (1 + Foundation.exp(-$0)) }),
    (
      "softplus", { Elementary.softplus($0) },
      { $0 > 40 ? $0 : log1p(Foundation.exp($0)) }
    ),
    ("erf", { Elementary.erf($0) }, { Foundation.erf($0) }),
    ("sin", { Elementary.sin($0) }, { Foundation.sin($0) }),
    ("cos", { Elementary.cos($0) }, { Foundation.cos($0) }),
    ("tan", { Elementary.tan($0) }, { Foundation.tan($0) }),
    ("asin", { Elementary.asin($0) }, { Foundation.asin($0) }),
    ("acos", { Elementary.acos($0) }, { Foundation.acos($0) }),
    ("atan", { Elementary.atan($0) }, { Foundation.atan($0) }),
    ("sinh", { Elementary.sinh($0) }, { Foundation.sinh($0) }),
    ("cosh", { Elementary.cosh($0) }, { Foundation.cosh($0) }),
    ("asinh", { Elementary.asinh($0) }, { Foundation.asinh($0) }),
    ("acosh", { Elementary.acosh($0) }, { Foundation.acosh($0) }),
    ("atanh", { Elementary.atanh($0) }, { Foundation.atanh($0) }),
  ]

  /// The distance of `found` from the exact value, in units of the last place of the nearest float.
  static func error(_ found: Float, _ exact: Double) -> Double {
    let nearest = Float(exact)
    if found == nearest || found.isNaN && nearest.isNaN { return 0 }
    guard found.isFinite, nearest.isFinite else { return .infinity }
    return abs(Double(found) - exact) / Double(nearest.ulp)
  }

  @Test(arguments: functions.indices)
  func floatsOfEveryExponent(_ index: Int) {
    let function = Self.functions[index]
    var worst = (error: 0.0, at: Float(0))
    // A step coprime to the powers of two visits every exponent and many significands.
    for bits in stride(from: UInt32(0), to: .max - 40_961, by: 40_961) {
      let x = Float(bitPattern: bits)
      let error = Self.error(function.ours(x), function.libm(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= 0.51, "\(function.name) at \(worst.at)")
  }

  @Test(arguments: functions.indices)
  func denselyAroundTheOrigin(_ index: Int) {
    let function = Self.functions[index]
    var worst = (error: 0.0, at: Float(0))
    for step in -50_000...50_000 {
      let x = Float(step) * 0.0021
      let error = Self.error(function.ours(x), function.libm(Double(x)))
      if error > worst.error { worst = (error, x) }
    }
    #expect(worst.error <= 0.51, "\(function.name) at \(worst.at)")
  }

  @Test(arguments: functions.indices)
  func specialValues(_ index: Int) {
    let function = Self.functions[index]
    let specials: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, .leastNonzeroMagnitude, .leastNormalMagnitude,
      -.leastNonzeroMagnitude, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    ]
    for x in specials {
      let found = function.ours(x)
      let expected = Float(function.libm(Double(x)))
      #expect(
        found == expected || found.isNaN && expected.isNaN, "\(function.name)(\(x)) = \(found)")
    }
  }

  @Test func rootsOfUnity() {
    for count in [1, 2, 3, 4, 7, 8, 12, 1000, 1 << 28] {
      for index in [
        0, 1, 2, 3, count / 8, count / 4, count / 3, count / 2, count - 1, count, 3 * count + 1,
      ] {
        let root = Elementary.rootOfUnity(index, of: count)
        let angle = 2 * Double.pi * (Double(index % count) / Double(count))
        #expect(abs(root[0] - Foundation.cos(angle)) < 1e-14, "\(index) of \(count)")
        #expect(abs(root[1] - Foundation.sin(angle)) < 1e-14, "\(index) of \(count)")
      }
    }
  }

  @Test func powers() {
    let bases: [Float] = [
      0, -0.0, 1, -1, 2, -2, 0.5, -0.5, 3.7, 1.000_001, 0.999_999, 1e-30, 1e30, -7, .infinity,
      -.infinity, .nan, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ]
    let exponents: [Float] = [
      0, -0.0, 1, -1, 2, 3, -3, 0.5, -0.5, 1.5, 7.3, 100, -101, 1e6, 16_777_215, 1e20, .infinity,
      -.infinity, .nan,
    ]
    for x in bases {
      for y in exponents {
        let error = Self.error(Elementary.pow(x, y), Foundation.pow(Double(x), Double(y)))
        #expect(error <= 0.51, "\(x)^\(y)")
      }
    }
    for i in 1...2_000 {
      let (x, y) = (Float(i) * 0.013, Float(i % 97) * 0.31 - 15)
      let error = Self.error(Elementary.pow(x, y), Foundation.pow(Double(x), Double(y)))
      #expect(error <= 0.51, "\(x)^\(y)")
    }
  }
}
