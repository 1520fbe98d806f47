import Foundation
import Tensor
import Testing

/// The 8-bit floating-point formats.
@Suite struct Float8Tests {
  static let formats: [ElementType] = [
    .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
  ]

  private static func values(_ bytes: [UInt8], _ type: ElementType) -> [Float] {
    Tensor(decoding: Data(bytes), as: type, shape: [bytes.count])?.floats ?? []
  }

  private static func bits(
    _ values: Float..., as type: ElementType, saturating: Bool = false
  ) -> [UInt8] {
    [UInt8](Tensor([values.count], floats: values, type: type).encoded(saturating: saturating))
  }

  /// Every pattern comes back, but that NaNs may become another one.
  @Test(arguments: formats) func patternsRoundTrip(type: ElementType) {
    let patterns = (0...UInt8.max).map { $0 }
    let floats = Self.values(patterns, type)
    for (pattern, float) in zip(patterns, floats) where !float.isNaN {
      #expect(Self.bits(float, as: type) == [pattern])
    }
    let isNaN = Self.values(floats.flatMap { Self.bits($0, as: type) }, type).map(\.isNaN)
    #expect(isNaN == floats.map(\.isNaN))
  }

  /// Halfway between neighbours lies the even one's; a little off, the nearer one's.
  @Test(arguments: formats) func roundsToTheNearestEven(type: ElementType) {
    let largest = Self.values((0...0x7F).map { $0 }, type).lastIndex { $0.isFinite } ?? 0
    for low in 0..<UInt8(largest) {
      let pair = Self.values([low, low + 1], type)
      let middle = (pair[0] + pair[1]) / 2
      #expect(
        Self.bits(middle.nextDown, middle, middle.nextUp, as: type)
          == [low, low + low % 2, low + 1])
    }
  }

  @Test func values() {
    #expect(Self.values([0x38, 0x01, 0x7E, 0xFE], .float8e4m3fn) == [1, 0x1p-9, 448, -448])
    #expect(Self.values([0x40, 0x01, 0x7F, 0xFF], .float8e4m3fnuz) == [1, 0x1p-10, 240, -240])
    #expect(
      Self.values([0x3C, 0x01, 0x7B, 0x7C, 0xFC], .float8e5m2)
        == [1, 0x1p-16, 57344, .infinity, -.infinity])
    #expect(Self.values([0x40, 0x01, 0x7F, 0xFF], .float8e5m2fnuz) == [1, 0x1p-17, 57344, -57344])
    #expect(Self.values([0x7F, 0xFF], .float8e4m3fn).allSatisfy { $0.isNaN })
    #expect(Self.values([0x7D, 0x7E, 0x7F, 0xFF], .float8e5m2).allSatisfy { $0.isNaN })
    #expect(Self.values([0x80], .float8e4m3fnuz)[0].isNaN)
    #expect(Self.values([0x80], .float8e5m2)[0].sign == .minus)
  }

  /// The tables of ONNX's Cast.
  @Test func whatLiesBeyondTheRange() {
    func all(_ type: ElementType, _ saturating: Bool) -> [UInt8] {
      Self.bits(
        -0.0, .nan, .infinity, -.infinity, 1e6, -1e6, 1e-20, -1e-20, as: type,
        saturating: saturating)
    }
    #expect(all(.float8e4m3fn, true) == [0x80, 0x7F, 0x7E, 0xFE, 0x7E, 0xFE, 0, 0x80])
    #expect(all(.float8e4m3fn, false) == [0x80, 0x7F, 0x7F, 0xFF, 0x7F, 0xFF, 0, 0x80])
    #expect(all(.float8e4m3fnuz, true) == [0, 0x80, 0x7F, 0xFF, 0x7F, 0xFF, 0, 0])
    #expect(all(.float8e4m3fnuz, false) == [0, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0])
    #expect(all(.float8e5m2, true) == [0x80, 0x7F, 0x7B, 0xFB, 0x7B, 0xFB, 0, 0x80])
    #expect(all(.float8e5m2, false) == [0x80, 0x7F, 0x7C, 0xFC, 0x7C, 0xFC, 0, 0x80])
    #expect(all(.float8e5m2fnuz, true) == [0, 0x80, 0x7F, 0xFF, 0x7F, 0xFF, 0, 0])
    #expect(all(.float8e5m2fnuz, false) == [0, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0])
    // Rounding comes first.
    #expect(Self.bits(464, 464.1, as: .float8e4m3fn) == [0x7E, 0x7F])
    #expect(Self.bits(.greatestFiniteMagnitude, as: .float8e5m2) == [0x7C])
  }
}
