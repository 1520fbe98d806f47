public import Support

/// Turns the compiler's last level into a program for one accelerator. A backend is one folder and
/// one line in CLI/Plugins.swift.
public protocol Backend: Sendable {
  /// The level that it starts from: a `Plan` for machines of vector units, or a graph.
  associatedtype Input
  /// What it makes.
  associatedtype Output

  /// As users write it: `sonic`.
  static var name: String { get }
  /// One line for help and reference pages.
  static var summary: String { get }

  static func compile(_ input: Input, provenance: Provenance) throws(Failure) -> Output
}

/// Where a program comes from, for its header.
public struct Provenance: Sendable {
  /// The compiler and its version.
  public var compiler: String
  /// FNV-1a of the model file, mebibyte by mebibyte, in hexadecimal.
  public var modelHash: String

  public init(compiler: String, modelHash: String) {
    self.compiler = compiler
    self.modelHash = modelHash
  }
}
