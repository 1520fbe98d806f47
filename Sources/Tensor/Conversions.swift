public import Foundation

/// Tensors as the raw bytes of files: little-endian, row-major, without padding. The one place that
/// converts between element types and the lanes of ``Tensor``, and an island of unsafe code.
extension Tensor {
  /// Reads `raw` as elements of `type`; exact, but that a non-zero `bool` becomes 1. A copy where the
  /// lane holds the type itself.
  ///
  /// - Returns: nil unless `raw` has exactly the bytes that the shape needs.
  public init?(decoding raw: Data, as type: ElementType, shape: Shape) {
    guard raw.count == type.bytes(shape.count) else { return nil }
    let elements: Elements =
      switch type {
      case .float: .floats(words(raw, repeating: Float(0)))
      case .double: .doubles(words(raw, repeating: Double(0)))
      case .float16: .floats(words(raw, repeating: UInt16(0)).map(float(half:)))
      case .bfloat16: .floats(words(raw, repeating: UInt16(0)).map(float(brain:)))
      case .int8: .ints(words(raw, repeating: Int8(0)).map { Int64($0) })
      case .int16: .ints(words(raw, repeating: Int16(0)).map { Int64($0) })
      case .int32: .ints(words(raw, repeating: Int32(0)).map { Int64($0) })
      case .int64, .uint64: .ints(words(raw, repeating: Int64(0)))
      case .uint8: .ints(raw.map { Int64($0) })
      case .uint16: .ints(words(raw, repeating: UInt16(0)).map { Int64($0) })
      case .uint32: .ints(words(raw, repeating: UInt32(0)).map { Int64($0) })
      case .bool: .ints(raw.map { $0 == 0 ? 0 : 1 })
      case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz:
        .floats(raw.map(type.float8!.value))
      case .uint4, .int4: .ints(halves(raw, count: shape.count).map { type.wrap($0) })
      }
    self.init(type, shape, elements)
  }

  /// The elements as bytes of the tensor's type: floats rounded to the nearest (ties to even),
  /// integers wrapped.
  ///
  /// - Parameter saturating: whether 8-bit floats beyond their range become the largest.
  public func encoded(saturating: Bool = false) -> Data {
    switch type {
    case .float: bytes(floats)
    case .double: bytes(doubles)
    case .float16: bytes(floats.map { Float16($0).bitPattern })
    case .bfloat16: bytes(floats.map(brain(float:)))
    case .int8, .uint8: bytes(ints.map { UInt8(truncatingIfNeeded: $0) })
    case .int16, .uint16: bytes(ints.map { UInt16(truncatingIfNeeded: $0) })
    case .int32, .uint32: bytes(ints.map { UInt32(truncatingIfNeeded: $0) })
    case .int64, .uint64: bytes(ints)
    case .bool: bytes(ints.map { $0 == 0 ? UInt8(0) : 1 })
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz:
      bytes(floats.map { [format = type.float8!] in format.bits($0, saturating: saturating) })
    case .uint4, .int4: bytes(pairs(ints))
    }
  }

  /// The tensor with its elements rounded to what its type can hold; see ``encoded(saturating:)``.
  public func rounded(saturating: Bool) -> Tensor {
    if !type.isFloatingPoint || type == .float || type == .double { return self }
    return Tensor(decoding: encoded(saturating: saturating), as: type, shape: shape) ?? self
  }

  /// The tensor with its elements rounded to what its type can hold.
  public var rounded: Tensor { rounded(saturating: false) }
}

#if _endian(big)
  #error("raw bytes are taken for the machine's own: a big-endian machine must swap them")
#endif

/// The bytes as an array of words like `zero`; a remainder shorter than a word is left out.
private func words<Word: BitwiseCopyable>(_ raw: Data, repeating zero: Word) -> [Word] {
  let size = raw.count / MemoryLayout<Word>.size
  return unsafe [Word](unsafeUninitializedCapacity: size) { target, count in
    _ = unsafe raw.copyBytes(to: UnsafeMutableRawBufferPointer(target))
    count = size
  }
}

private func bytes<Word: BitwiseCopyable>(_ words: [Word]) -> Data {
  unsafe words.withUnsafeBytes { unsafe Data($0) }
}

/// The 4-bit halves of bytes, each lower one before its upper one.
private func halves(_ raw: Data, count: Int) -> [Int64] {
  let bytes = words(raw, repeating: UInt8(0))
  return (0..<count).map { Int64(bytes[$0 / 2] >> UInt8($0 % 2 * 4) & 0xF) }
}

/// Two integers of 4 bits in each byte; see ``halves(_:count:)``.
private func pairs(_ ints: [Int64]) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: ints.count / 2 + ints.count % 2)
  for (index, value) in ints.enumerated() {
    bytes[index / 2] |= UInt8(truncatingIfNeeded: value & 0xF) << UInt8(index % 2 * 4)
  }
  return bytes
}

/// IEEE 754 binary16.
private func float(half bits: UInt16) -> Float { Float(Float16(bitPattern: bits)) }

/// bfloat16: the upper half of a binary32.
private func float(brain bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

private func brain(float: Float) -> UInt16 {
  let bits = float.bitPattern
  if float.isNaN { return UInt16(bits >> 16) | 0x40 }
  return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
}
