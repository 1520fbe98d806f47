import Foundation
import Support
import Tensor

/// The elements of a tensor as the text form of a graph holds them: little-endian, four bytes for a
/// number of the lane of floats, as many as its type has for any other.
enum Payload {
  /// Bytes of an element.
  static func stride(_ type: ElementType) -> Int {
    type.isFloatingPoint && type != .double ? 4 : type.size
  }

  static func base64(_ elements: Tensor.Elements, _ type: ElementType) -> String {
    Data(bytes(elements, type)).base64EncodedString()
  }

  /// The elements that a base64 text holds; nil if it is not base64 or not of `count` elements.
  static func elements(
    base64: ArraySlice<UInt8>, count: Int, _ type: ElementType
  ) -> Tensor.Elements? {
    let (size, overflow) = count.multipliedReportingOverflow(by: stride(type))
    // Four characters hold three bytes; a text of another length is not worth decoding.
    guard !overflow, base64.count / 4 == (size + 2) / 3,
      let data = Data(base64Encoded: Data(base64)), data.count == size
    else { return nil }
    let bytes = [UInt8](data)
    let width = stride(type)
    let words = (0..<count).lazy.map { littleEndian(bytes, at: $0 * width, size: width) }
    if type == .double { return .doubles(words.map { Double(bitPattern: $0) }) }
    if type.isFloatingPoint { return .floats(words.map { Float(bitPattern: UInt32($0)) }) }
    return .ints(words.map { type.wrap(Int64(bitPattern: $0)) })
  }

  /// `elided(count 144, nonzero 72, min -0.3, max 0.31, hash 0123456789abcdef)`
  static func summary(_ elements: Tensor.Elements, _ type: ElementType) -> String {
    let (nonzero, range) =
      switch elements {
      case .floats(let floats):
        (floats.count { $0 != 0 }, "min \(floats.min() ?? 0), max \(floats.max() ?? 0)")
      case .doubles(let doubles):
        (doubles.count { $0 != 0 }, "min \(doubles.min() ?? 0), max \(doubles.max() ?? 0)")
      case .ints(let ints):
        (ints.count { $0 != 0 }, "min \(ints.min() ?? 0), max \(ints.max() ?? 0)")
      }
    let hash = FNV1a.hexadecimal(Data(bytes(elements, type)))
    return "elided(count \(elements.count), nonzero \(nonzero), \(range), hash \(hash))"
  }

  private static func bytes(_ elements: Tensor.Elements, _ type: ElementType) -> [UInt8] {
    let width = stride(type)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(elements.count * width)
    switch elements {
    case .floats(let floats):
      for float in floats { append(UInt64(float.bitPattern), width, to: &bytes) }
    case .doubles(let doubles):
      for double in doubles { append(double.bitPattern, width, to: &bytes) }
    case .ints(let ints):
      for int in ints { append(UInt64(bitPattern: int), width, to: &bytes) }
    }
    return bytes
  }

  private static func append(_ value: UInt64, _ width: Int, to bytes: inout [UInt8]) {
    for i in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * i))) }
  }

  private static func littleEndian(_ bytes: [UInt8], at start: Int, size: Int) -> UInt64 {
    (0..<size).reversed().reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) }
  }
}
