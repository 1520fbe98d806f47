public import Hardware

/// What energy goes to, by component. The components are a backend's own list.
public struct Ledger<Component: CaseIterable & Hashable & Sendable & RawRepresentable>: Sendable,
  Hashable
where Component.RawValue == Int {
  /// By the raw value of the component.
  @usableFromInline var entries: [Femtojoules]

  @inlinable
  public init() {
    entries = [Femtojoules](repeating: .zero, count: Component.allCases.count)
  }

  @inlinable
  public subscript(component: Component) -> Femtojoules {
    get { entries[component.rawValue] }
    set { entries[component.rawValue] = newValue }
  }

  /// The sum of all entries, exactly.
  @inlinable
  public var total: Femtojoules { entries.reduce(.zero, +) }

  @inlinable
  public static func += (a: inout Self, b: Self) {
    for index in a.entries.indices { a.entries[index] += b.entries[index] }
  }
}
