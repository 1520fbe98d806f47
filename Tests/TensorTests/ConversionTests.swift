import Foundation
import Tensor
import Testing

@Suite struct ConversionTests {
  /// Every 16-bit pattern comes back, but that NaNs may turn quiet.
  @Test(arguments: [ElementType.float16, .bfloat16]) func halvesRoundTrip(type: ElementType) throws
  {
    let patterns = (0...UInt16.max).map { $0 }
    let raw = patterns.reduce(into: Data()) {
      $0.append(contentsOf: [UInt8($1 & 255), UInt8($1 >> 8)])
    }
    let tensor = try #require(Tensor(decoding: raw, as: type, shape: [65536]))
    let encoded = tensor.encoded()
    for (pattern, float) in zip(patterns, tensor.floats) where !float.isNaN {
      let at = Int(pattern) * 2
      #expect(encoded[at..<(at + 2)] == raw[at..<(at + 2)])
    }
    let isNaN = try #require(Tensor(decoding: encoded, as: type, shape: [65536])).floats.map(
      \.isNaN)
    #expect(isNaN == tensor.floats.map(\.isNaN))
  }

  @Test func halfPrecisionValues() throws {
    func float(_ bits: UInt16, _ type: ElementType) -> Float? {
      Tensor(decoding: Data([UInt8(bits & 255), UInt8(bits >> 8)]), as: type, shape: [])?.floats[0]
    }
    #expect(float(0x3C00, .float16) == 1)
    #expect(float(0xC000, .float16) == -2)
    #expect(float(0x0001, .float16) == 0x1p-24)
    #expect(float(0x03FF, .float16) == 1023 * 0x1p-24)
    #expect(float(0x7BFF, .float16) == 65504)
    #expect(float(0x7C00, .float16) == .infinity)
    #expect(float(0x7E00, .float16)?.isNaN == true)
    #expect(float(0x8000, .float16)?.sign == .minus)
    #expect(float(0x3F80, .bfloat16) == 1)
    #expect(float(0x0001, .bfloat16) == Float(bitPattern: 0x10000))
    #expect(float(0xFF80, .bfloat16) == -.infinity)
  }

  @Test func roundsToTheNearestEven() {
    func bits(_ value: Float, _ type: ElementType) -> UInt16 {
      let raw = Tensor([], floats: [value], type: type).encoded()
      return UInt16(raw[0]) | UInt16(raw[1]) << 8
    }
    #expect(bits(1 + 0x1p-11, .float16) == 0x3C00)
    #expect(bits(1 + 0x3p-11, .float16) == 0x3C02)
    #expect(bits(65520, .float16) == 0x7C00)
    #expect(bits(0x1p-25, .float16) == 0)
    #expect(bits(0x1.8p-25, .float16) == 1)
    #expect(bits(1 + 0x1p-8, .bfloat16) == 0x3F80)
    #expect(bits(1 + 0x3p-8, .bfloat16) == 0x3F82)
    #expect(bits(.greatestFiniteMagnitude, .bfloat16) == 0x7F80)
    #expect(bits(.nan, .bfloat16) & 0x7FC0 == 0x7FC0)
  }

  @Test func integersAndBools() throws {
    let raw = Data([0xFF, 0x80, 2, 0])
    func ints(_ type: ElementType) -> [Int64]? {
      Tensor(decoding: raw, as: type, shape: [4 / type.size])?.ints
    }
    #expect(ints(.int8) == [-1, -128, 2, 0])
    #expect(ints(.uint8) == [255, 128, 2, 0])
    #expect(ints(.int16) == [-32513, 2])
    #expect(ints(.uint16) == [33023, 2])
    #expect(ints(.int32) == [164095])
    #expect(ints(.bool) == [1, 1, 1, 0])
    #expect(Tensor(decoding: raw, as: .int8, shape: [5]) == nil)
    #expect(Tensor([2], ints: [-1, 256], type: .uint8).encoded() == Data([255, 0]))
  }

  @Test func halvesOfBytes() throws {
    let raw = Data([0x18, 0xF0, 0x07])
    func ints(_ type: ElementType, _ count: Int) -> [Int64]? {
      Tensor(decoding: raw, as: type, shape: [count])?.ints
    }
    #expect(ints(.uint4, 5) == [8, 1, 0, 15, 7])
    #expect(ints(.int4, 6) == [-8, 1, 0, -1, 7, 0])
    #expect(ints(.int4, 4) == nil)
    #expect(ints(.int4, 7) == nil)
    #expect(Tensor([5], ints: [8, 1, 0, 15, 7], type: .uint4).encoded() == raw)
    #expect(Tensor([5], ints: [-8, 1, 16, -1, 7], type: .int4).encoded() == raw)
    #expect(Tensor([0], ints: [], type: .int4).encoded().isEmpty)
  }

  /// A slice of a mapped file need not be aligned.
  @Test func readsUnalignedSlices() {
    let file = Data([9]) + Tensor([2], floats: [1, -2]).encoded()
    #expect(Tensor(decoding: file.dropFirst(), as: .float, shape: [2])?.floats == [1, -2])
  }
}
