/// A cell of a table: a word, or a number, which people read rounded and scripts in full.
public struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// As people read it.
  let text: String
  /// As scripts read it.
  let plain: String

  private init(_ text: String, plain: String) {
    self.text = text
    self.plain = plain
  }

  /// A word.
  public init(_ text: String) { self.init(text, plain: text) }

  public init(stringLiteral text: String) { self.init(text) }

  /// A whole number.
  public init(_ number: Int) { self.init(grouped(number), plain: "\(number)") }

  /// A number of which three digits tell enough.
  public init(_ number: Double) { self.init(number, as: figure(number)) }

  /// A number in the way in which people want this one.
  public init(_ number: Double, as text: String) { self.init(text, plain: "\(number)") }
}
