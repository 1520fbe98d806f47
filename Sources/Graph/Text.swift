public import Support
import Tensor

// The text form of a graph; Docs/Language.md has its grammar.

extension Graph {
  /// How a text shows the elements of constants.
  public enum ConstantText: Sendable {
    /// In full: the text parses back to the same graph.
    case full
    /// By their count, range and a hash where there are many: for people and golden files.
    case elided
  }

  /// The graph as text, one line a node.
  ///
  /// With constants in full, `Graph(parsing:)` gives the same graph back, if it obeys the laws of
  /// Verify.swift and no attribute is a NaN.
  public func text(constants: ConstantText) -> String {
    GraphPrinter(graph: self, constants: constants).text()
  }

  /// Reads a text, which may be hostile, and verifies the graph.
  ///
  /// - Throws: exit code 65; an error of syntax has its line and column, breaches of the laws are
  ///   all listed.
  public init(parsing text: String) throws(Failure) {
    var parser = GraphParser(text)
    self = try parser.graph()
    let problems = verify()
    if !problems.isEmpty { throw Failure(.data, problems) }
  }
}

extension Attribute {
  /// A graph from its text; nil if that is none, or breaks the laws.
  public init?(parsingGraph text: String) {
    var parser = GraphParser(text)
    guard let graph = try? parser.graph(), graph.verify(isInner: true).isEmpty else { return nil }
    self = .graph(graph)
  }
}

/// Spellings that printer and parser, and messages, share.
enum GraphText {
  /// Tensors of more elements are printed in base64, or elided.
  static let listed = 16

  /// What the nonzero elements of one sparse constant may unfold into.
  static let unfoldingLimit = UnfoldingLimit(free: 1 << 10)

  /// A word that needs no quotes as a name: letters, digits and `_ . / -`.
  static func isBare(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy(isBare)
  }

  static func isBare(_ byte: UInt8) -> Bool {
    byte != UInt8(ascii: "+") && TextReader.isWord(byte) || byte == UInt8(ascii: "/")
  }

  /// `[N, 3, ?, 32]`
  static func dimensions(_ declared: [Value.Dimension]) -> String {
    list(declared.map(dimension))
  }

  private static func dimension(_ dimension: Value.Dimension) -> String {
    switch dimension {
    case .fixed(let size): "\(size)"
    case .unknown: "?"
    case .named(let name): isIdentifier(name) ? name : name.quoted
    }
  }

  /// Whether a dimension's name needs no quotes: a letter, then letters, digits and `_`.
  private static func isIdentifier(_ name: String) -> Bool {
    guard let first = name.utf8.first, Character(Unicode.Scalar(first)).isLetter else {
      return false
    }
    return name.utf8.allSatisfy { TextReader.isWord($0) && !"+-.".utf8.contains($0) }
  }

  /// `[a, b]`
  static func list(_ items: some Sequence<String>) -> String {
    "[" + items.joined(separator: ", ") + "]"
  }
}
