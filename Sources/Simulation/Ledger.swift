public import Hardware

/// What energy goes to, by component. The components are a backend's own list.
public struct Ledger<Component: CaseIterable & Hashable & Sendable & RawRepresentable>: Sendable
where Component.RawValue == Int {
  /// By the raw value of the component. In place: there is a ledger for every instruction.
  @usableFromInline var entries = InlineArray<16, Femtojoules>(repeating: .zero)

  @inlinable
  public init() {
    precondition(Component.allCases.count <= entries.count)
  }

  @inlinable
  public subscript(component: Component) -> Femtojoules {
    get { entries[component.rawValue] }
    set { entries[component.rawValue] = newValue }
  }

  /// The sum of all entries, exactly.
  @inlinable
  public var total: Femtojoules {
    var total = Femtojoules.zero
    for index in entries.indices { total += entries[index] }
    return total
  }

  /// Adds another as often as it was spent.
  @inlinable
  public mutating func add(_ other: Self, times count: Int) {
    for index in entries.indices { entries[index] += other.entries[index] * count }
  }

  @inlinable
  public static func += (a: inout Self, b: Self) {
    for index in a.entries.indices { a.entries[index] += b.entries[index] }
  }
}

extension Ledger: Hashable {
  public static func == (a: Self, b: Self) -> Bool {
    a.entries.indices.allSatisfy { a.entries[$0] == b.entries[$0] }
  }

  public func hash(into hasher: inout Hasher) {
    for index in entries.indices { hasher.combine(entries[index]) }
  }
}
