/// A typed index into a ``Table``: four bytes, and no way to look a layer up among the buffers.
public struct ID<Entity>: Hashable, Comparable, Sendable {
  /// The position in the table.
  public let index: UInt32

  @inlinable
  public init(_ index: Int) {
    self.index = UInt32(index)
  }

  @inlinable
  public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}
