/// The type of a tensor's elements, by its ONNX name.
public enum ElementType: String, Sendable, CaseIterable {
  case float, double, float16, bfloat16
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case bool
  case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz
  case uint4, int4

  public var isFloatingPoint: Bool {
    switch self {
    case .float, .double, .float16, .bfloat16: true
    default: float8 != nil
    }
  }

  /// Bytes of an element that stands alone.
  public var size: Int {
    switch self {
    case .bool, .int8, .uint8, .uint4, .int4: 1
    case .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float, .int32, .uint32: 4
    case .double, .int64, .uint64: 8
    }
  }

  /// Whether two elements share a byte of a file, the first one in its lower half.
  public var isPacked: Bool { self == .uint4 || self == .int4 }

  /// Bytes of `count` elements in a file.
  public func bytes(_ count: Int) -> Int { isPacked ? count / 2 + count % 2 : count * size }

  /// The value that an element of this integer type holds after `value` is stored in it: wrapped to
  /// its width, or 0 and 1 for `bool`. `uint64` keeps its bit pattern.
  public func wrap(_ value: Int64) -> Int64 {
    switch self {
    case .bool: value == 0 ? 0 : 1
    case .int4: Int64(Int8(truncatingIfNeeded: value << 4) >> 4)
    case .uint4: value & 0xF
    case .int8: Int64(Int8(truncatingIfNeeded: value))
    case .uint8: Int64(UInt8(truncatingIfNeeded: value))
    case .int16: Int64(Int16(truncatingIfNeeded: value))
    case .uint16: Int64(UInt16(truncatingIfNeeded: value))
    case .int32: Int64(Int32(truncatingIfNeeded: value))
    case .uint32: Int64(UInt32(truncatingIfNeeded: value))
    default: value
    }
  }

  /// The value of this integer type that decimal digits spell, in the bits of an `Int64`, or of `bool`
  /// as 0 or 1; nil if it is none.
  public func integer(_ spelling: some StringProtocol) -> Int64? {
    if self == .uint64 { return UInt64(spelling).map { Int64(bitPattern: $0) } }
    return Int64(spelling).flatMap { wrap($0) == $0 ? $0 : nil }
  }
}
