/// An array addressed by the IDs of what it holds.
public struct Table<Element> {
  /// The elements in the order of their IDs.
  public var elements: [Element]

  public init(_ elements: [Element] = []) {
    self.elements = elements
  }

  public var count: Int { elements.count }

  /// The IDs of all elements, ascending.
  public var ids: some RandomAccessCollection<ID<Element>> {
    elements.indices.lazy.map { ID<Element>($0) }
  }

  @inlinable
  public subscript(id: ID<Element>) -> Element {
    get { elements[Int(id.index)] }
    _modify { yield &elements[Int(id.index)] }
  }

  /// Adds an element and returns its ID. Amortized O(1).
  @discardableResult
  public mutating func append(_ element: Element) -> ID<Element> {
    elements.append(element)
    return ID(elements.count - 1)
  }
}

extension Table: Sendable where Element: Sendable {}
extension Table: Equatable where Element: Equatable {}
