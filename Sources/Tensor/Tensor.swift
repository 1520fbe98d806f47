/// A dense tensor in row-major order.
///
/// Its numbers lie in one of three lanes: 64-bit floats for `double`, 32-bit floats for every other
/// floating-point type, 64-bit integers for every integer type and `bool` (0 or 1). The element type
/// says which values the lane may hold and how a file spells them.
public struct Tensor: Sendable, Equatable {
  public enum Elements: Sendable, Equatable {
    case floats([Float])
    case doubles([Double])
    case ints([Int64])

    public var count: Int {
      switch self {
      case .floats(let floats): floats.count
      case .doubles(let doubles): doubles.count
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
    switch elements {
    case .floats: precondition(type.isFloatingPoint && type != .double)
    case .doubles: precondition(type == .double)
    case .ints: precondition(!type.isFloatingPoint)
    }
    self.type = type
    self.shape = shape
    self.elements = elements
  }

  /// Floats of any floating-point type; as `double` they move to the lane of that.
  public init(_ shape: Shape, floats: [Float], type: ElementType = .float) {
    self.init(
      type, shape, type == .double ? .doubles(floats.eachMap { Double($0) }) : .floats(floats))
  }

  /// Doubles, rounded to the nearest float for the lane of any other floating-point type.
  public init(_ shape: Shape, doubles: [Double], type: ElementType = .double) {
    self.init(
      type, shape, type == .double ? .doubles(doubles) : .floats(doubles.eachMap { Float($0) }))
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

  /// The elements of a floating-point tensor, `double` ones rounded to the nearest float: what knows
  /// only one lane of floats computes in that.
  public var floats: [Float] {
    switch elements {
    case .floats(let floats): floats
    case .doubles(let doubles): doubles.eachMap { Float($0) }
    case .ints: preconditionFailure("a tensor of \(type.rawValue) has no floats")
    }
  }

  /// The elements of any tensor as 64-bit floats: exact, but for integers beyond 2^53.
  public var doubles: [Double] {
    switch elements {
    case .floats(let floats): floats.eachMap { Double($0) }
    case .doubles(let doubles): doubles
    case .ints(let ints): ints.eachMap { Double($0) }
    }
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
