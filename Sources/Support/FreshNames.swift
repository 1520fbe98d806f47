/// Names that no one has taken yet.
public struct FreshNames: Sendable {
  private var taken: Set<String>

  public init(_ taken: some Sequence<String>) {
    self.taken = Set(taken)
  }

  /// Takes `base`, or that with the least number behind it that makes it new.
  public mutating func take(_ base: String) -> String {
    var name = base
    var number = 2
    while !taken.insert(name).inserted {
      name = "\(base).\(number)"
      number += 1
    }
    return name
  }
}
