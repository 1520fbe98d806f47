public import Tensor

/// Conversion between element types.
extension Operator {
  static let casts: [Operator] = [
    Operator(
      "Cast", "the same numbers in another element type", inputs: 1...1,
      attributes: [.required("to", .int), saturate], work: .move,
      infer: { types throws(OperatorError) in
        [TensorType(try types.elementType("to")!, types.shape(0))]
      },
      compute: cast),
    Operator(
      "CastLike", "the same numbers in the element type of the second input", inputs: 2...2,
      attributes: [saturate], work: .move,
      infer: { types in [TensorType(types.element(1), types.shape(0))] }, compute: cast),
  ]

  /// Whether 8-bit floats beyond their range become the largest.
  static let saturate = AttributeSpec.defaulted("saturate", .int(1))

  private static let cast: @Sendable (Call, [TensorType]) -> [Tensor] = { call, types in
    let saturating = call.attributes.bool("saturate")
    return [call.tensor(0).converted(to: types[0].element, saturating: saturating)]
  }
}

extension Operator.Types {
  /// The element type whose code an attribute holds; nil where it is absent.
  func elementType(_ name: String) throws(OperatorError) -> ElementType? {
    guard let code = attributes.optionalInt(name) else { return nil }
    guard let element = ElementType(code: code) else {
      throw OperatorError(
        "attribute \(name): found \(code), expected the code of a supported element type")
    }
    return element
  }
}

extension ElementType {
  /// The type that ONNX's `TensorProto.DataType` gives this code; nil for types that we
  /// do not hold.
  public init?(code: Int) {
    guard let type = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = type
  }

  /// The code of ONNX's `TensorProto.DataType`.
  public var code: Int {
    switch self {
    case .float: 1
    case .uint8: 2
    case .int8: 3
    case .uint16: 4
    case .int16: 5
    case .int32: 6
    case .int64: 7
    case .bool: 9
    case .float16: 10
    case .double: 11
    case .uint32: 12
    case .uint64: 13
    case .bfloat16: 16
    case .float8e4m3fn: 17
    case .float8e4m3fnuz: 18
    case .float8e5m2: 19
    case .float8e5m2fnuz: 20
    case .uint4: 21
    case .int4: 22
    }
  }
}

extension Tensor {
  /// The same numbers in another type: floating-point ones rounded to it, or truncated towards zero
  /// and saturated on the way to integers (NaN becomes 0); integers wrapped to its width.
  ///
  /// - Parameter saturating: whether 8-bit floats beyond their range become the largest, as ONNX's
  ///   table of Cast has it; infinities do in all formats, as in ONNX's own data.
  func converted(to type: ElementType, saturating: Bool = true) -> Tensor {
    if type == self.type { return self }
    switch elements {
    case .floats, .doubles:
      if type == .double { return Tensor(shape, doubles: doubles) }
      if type == .float { return Tensor(shape, floats: floats) }
      if type.isFloatingPoint {
        // Rounded to odd, a double comes to be rounded once.
        let floats = self.type == .double ? doubles.map(\.roundedToOdd) : floats
        return Tensor(shape, floats: floats, type: type).rounded(saturating: saturating)
      }
      // A float is a double.
      return Tensor(shape, ints: doubles.map { type.truncated($0) }, type: type)
    case .ints(let ints):
      let isUnsigned = self.type == .uint64
      if type == .double {
        let doubles = ints.map { isUnsigned ? Double(UInt64(bitPattern: $0)) : Double($0) }
        return Tensor(shape, doubles: doubles)
      }
      if type.isFloatingPoint {
        let floats = ints.map { isUnsigned ? Float(UInt64(bitPattern: $0)) : Float($0) }
        return Tensor(shape, floats: floats, type: type).rounded(saturating: saturating)
      }
      return Tensor(shape, ints: ints.map { type.wrap($0) }, type: type)
    }
  }
}

extension Double {
  /// The number itself if it is a float, else that of the two floats beside it whose last bit is 1:
  /// rounding that to fewer bits gives what rounding the number gives. Infinite beyond the floats.
  fileprivate var roundedToOdd: Float {
    let nearest = Float(self)
    let wide = Double(nearest)
    guard nearest.isFinite, wide != self, nearest.bitPattern & 1 == 0 else { return nearest }
    return wide < self ? nearest.nextUp : nearest.nextDown
  }
}

extension ElementType {
  /// The integer towards zero from `value`, brought into the range of this type; 0 for NaN.
  func truncated(_ value: Double) -> Int64 {
    if self == .bool { return value != 0 ? 1 : 0 }
    if value.isNaN { return 0 }
    if self == .uint64 {
      let bits = value >= 0x1p64 ? UInt64.max : value <= 0 ? 0 : UInt64(value)
      return Int64(bitPattern: bits)
    }
    let wide = value >= 0x1p63 ? Int64.max : value < -0x1p63 ? Int64.min : Int64(value)
    return min(max(wide, bounds.lowerBound), bounds.upperBound)
  }

  /// The values of an integer type; for `uint64` in the order of ``Tensor/ordered``.
  package var bounds: ClosedRange<Int64> {
    switch self {
    case .bool: 0...1
    case .int4: -8...7
    case .uint4: 0...15
    case .int8: -0x80...0x7F
    case .uint8: 0...0xFF
    case .int16: -0x8000...0x7FFF
    case .uint16: 0...0xFFFF
    case .int32: -0x8000_0000...0x7FFF_FFFF
    case .uint32: 0...0xFFFF_FFFF
    default: Int64.min...Int64.max
    }
  }
}
