/// The sizes of a tensor, outermost first. No size is negative and the number of elements fits an
/// `Int`; both are checked where a shape is made from input.
public struct Shape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
  public let sizes: [Int]
  /// The product of the sizes; 1 for a scalar.
  public let count: Int

  /// Makes a shape from sizes that are known to be good.
  public init(_ sizes: [Int]) {
    guard let shape = Shape(checking: sizes) else {
      preconditionFailure("bad sizes \(sizes)")
    }
    self = shape
  }

  public init(arrayLiteral sizes: Int...) { self.init(sizes) }

  /// The most elements of a shape, 2^48: what is counted by the element, bytes or operations, then
  /// fits an integer with room to spare.
  public static let mostElements = 1 << 48

  /// Makes a shape from sizes that came from input: nil if one is negative or there would be more
  /// than ``mostElements``.
  public init?(checking sizes: [Int]) {
    var count = 1
    // A zero makes the product zero, but the other factors must still not overflow.
    var product = 1
    for size in sizes {
      guard size >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: max(size, 1))
      guard !overflow, next <= Self.mostElements else { return nil }
      product = next
      count *= size
    }
    self.sizes = sizes
    self.count = count
  }

  public var rank: Int { sizes.count }

  /// The product of the sizes with 1 for every 0: what bounds each of them in an empty tensor, too.
  public var extent: Int { sizes.reduce(1) { $0 * max($1, 1) } }

  public subscript(axis: Int) -> Int { sizes[axis] }

  /// Elements between neighbours along each axis, in row-major order.
  public var strides: [Int] {
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * sizes[axis + 1]
    }
    return strides
  }

  /// `1x3x224x224`; `scalar` for rank 0.
  public var description: String {
    sizes.isEmpty ? "scalar" : sizes.map(String.init).joined(separator: "x")
  }
}
