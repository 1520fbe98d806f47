/// The accelerator as data: every figure with its unit; sources stand beside the figures in the
/// machine file.
public struct Machine: Sendable, Hashable {
  public var name: String

  public init(name: String) {
    self.name = name
  }
}
