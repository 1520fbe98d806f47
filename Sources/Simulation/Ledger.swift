public import Hardware

/// What energy goes to, by component. The components are a backend's own list.
public struct Ledger<Component: CaseIterable & Hashable & Sendable & RawRepresentable>: Sendable,
  Hashable
where Component.RawValue == Int {
  /// By the raw value of the component.
  private var entries: [Femtojoules]

  public init() {
    entries = [Femtojoules](repeating: .zero, count: Component.allCases.count)
  }

  public subscript(component: Component) -> Femtojoules {
    get { entries[component.rawValue] }
    set { entries[component.rawValue] = newValue }
  }

  /// The sum of all entries, exactly.
  public var total: Femtojoules { entries.reduce(.zero, +) }

  public static func += (a: inout Self, b: Self) {
    for index in a.entries.indices { a.entries[index] += b.entries[index] }
  }
}
