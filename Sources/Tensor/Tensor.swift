/// A dense tensor in row-major order.
///
/// Its numbers lie in one of two lanes: 32-bit floats for every floating-point type, 64-bit integers
/// for every integer type and `bool` (0 or 1). The element type says which values the lane may hold
/// and how a file spells them; `double` is computed in 32 bits (Docs/Numerics.md).
public struct Tensor: Sendable, Equatable {
  public enum Elements: Sendable, Equatable {
    case floats([Float])
    case ints([Int64])

    public var count: Int {
      switch self {
      case .floats(let floats): floats.count
      case .ints(let ints): ints.count
      }
    }
  }

  public let type: ElementType
  public let shape: Shape
  public let elements: Elements

  /// - Precondition: as many elements as the shape says, in the lane of the type.
  public init(_ type: ElementType, _ shape: Shape, _ elements: Elements) {
    precondition(elements.count == shape.count, "\(elements.count) elements for \(shape)")
    if case .floats = elements {
      precondition(type.isFloatingPoint)
    } else {
      precondition(!type.isFloatingPoint)
    }
    self.type = type
    self.shape = shape
    self.elements = elements
  }

  public init(_ shape: Shape, floats: [Float], type: ElementType = .float) {
    self.init(type, shape, .floats(floats))
  }

  public init(_ shape: Shape, ints: [Int64], type: ElementType = .int64) {
    self.init(type, shape, .ints(ints))
  }

  public static func zeros(_ type: ElementType, _ shape: Shape) -> Tensor {
    type.isFloatingPoint
      ? Tensor(shape, floats: [Float](repeating: 0, count: shape.count), type: type)
      : Tensor(shape, ints: [Int64](repeating: 0, count: shape.count), type: type)
  }

  public var count: Int { shape.count }

  /// The elements of a floating-point tensor.
  public var floats: [Float] {
    guard case .floats(let floats) = elements else {
      preconditionFailure("a tensor of \(type.rawValue) has no floats")
    }
    return floats
  }

  /// The elements of an integer or bool tensor.
  public var ints: [Int64] {
    guard case .ints(let ints) = elements else {
      preconditionFailure("a tensor of \(type.rawValue) has no integers")
    }
    return ints
  }

  /// The same elements in another shape of as many elements.
  public func reshaped(_ shape: Shape) -> Tensor { Tensor(type, shape, elements) }
}
