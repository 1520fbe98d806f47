/// A tensor by some of its elements, all others being zero, in coordinate form: a value and a position
/// for each.
public struct SparseTensor: Sendable, Equatable {
  public let shape: Shape
  /// Where the values lie in row-major order, strictly ascending.
  public let positions: [Int64]
  /// As many values, along one axis.
  public let values: Tensor

  /// What is wrong with positions that came from input; nil if nothing is.
  public static func problem(_ positions: [Int64], in shape: Shape) -> String? {
    var last: Int64 = -1
    for position in positions {
      if !(0..<Int64(shape.count)).contains(position) {
        return "found index \(position), expected 0 ..< \(shape.count)"
      }
      if position <= last { return "found indices out of order or twice, expected them ascending" }
      last = position
    }
    return nil
  }

  /// - Precondition: a position for each value, with no ``problem(_:in:)``.
  public init(_ shape: Shape, positions: [Int64], values: Tensor) {
    precondition(values.shape == [positions.count])
    self.shape = shape
    self.positions = positions
    self.values = values
  }

  /// What is not zero in a tensor.
  ///
  /// - Parameters:
  ///   - dense: the tensor.
  ///   - exactly: whether -0 counts as a value, so that ``dense`` gives every bit back.
  public init(_ dense: Tensor, exactly: Bool) {
    shape = dense.shape
    let kept =
      switch dense.elements {
      case .floats(let floats):
        floats.indices.filter { exactly ? floats[$0].bitPattern != 0 : floats[$0] != 0 }
      case .doubles(let doubles):
        doubles.indices.filter { exactly ? doubles[$0].bitPattern != 0 : doubles[$0] != 0 }
      case .ints(let ints): ints.indices.filter { ints[$0] != 0 }
      }
    positions = kept.map { Int64($0) }
    values = Rearrangement([kept])(dense)
  }

  /// The whole tensor.
  public var dense: Tensor {
    let elements: Tensor.Elements =
      switch values.elements {
      case .floats(let floats): .floats(spread(floats, zero: 0))
      case .doubles(let doubles): .doubles(spread(doubles, zero: 0))
      case .ints(let ints): .ints(spread(ints, zero: 0))
      }
    return Tensor(values.type, shape, elements)
  }

  private func spread<Element>(_ values: [Element], zero: Element) -> [Element] {
    var elements = [Element](repeating: zero, count: shape.count)
    for (position, value) in zip(positions, values) { elements[Int(position)] = value }
    return elements
  }
}

extension Tensor {
  /// How many elements are not zero, -0 being none.
  public var nonzeroCount: Int {
    switch elements {
    case .floats(let floats): floats.count { $0.bitPattern != 0 }
    case .doubles(let doubles): doubles.count { $0.bitPattern != 0 }
    case .ints(let ints): ints.count { $0 != 0 }
    }
  }
}

/// What sparse tensors of one file may unfold into all together, so that a small file cannot ask for
/// gigabytes: 1,024 elements for each value that they carry, and some more.
public struct UnfoldingLimit: Sendable {
  /// Elements that need no values.
  private var free: Int

  public init(free: Int = 1 << 23) { self.free = free }

  /// Whether a tensor may be unfolded, after those before it.
  public mutating func admits(_ shape: Shape, values: Int) -> Bool {
    guard values >= 0, shape.count - free <= 1024 * min(values, shape.count) else { return false }
    free += 1024 * min(values, shape.count) - shape.count
    return true
  }
}
