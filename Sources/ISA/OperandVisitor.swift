public import Support

/// Something that is done to every operand of a record, in encoding order: encode it, decode it,
/// print it, read it, describe it, make one up.
///
/// A record calls one method for each operand and gives its name and a one-line meaning; the type
/// of the field says how wide it is. Elements of lists and optionals have the empty name.
public protocol OperandVisitor: InstructionVisitor {
  /// An integer, as wide as its type.
  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _ meaning: String
  ) throws(Problem)

  /// A float, kept bit for bit.
  mutating func float(_ value: inout Float, _ name: String, _ meaning: String) throws(Problem)

  /// One byte, 0 or 1; written `+name` or `-name`.
  mutating func flag(_ value: inout Bool, _ name: String, _ meaning: String) throws(Problem)

  /// One byte that stands for a word.
  mutating func keyword<K: Keyword>(
    _ value: inout K, _ name: String, _ meaning: String
  ) throws(Problem)

  /// An ID stored as a `W`, written after a prefix: `b12`. It must fit into a `W`.
  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _ prefix: String, as width: W.Type, _ name: String, _ meaning: String
  ) throws(Problem)

  /// A range stored as its start in four bytes and its count in a `C`, written `k0..<16`.
  ///
  /// Where the prefix is empty the name stands instead: `rows=0..<16`.
  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _ prefix: String, count: C.Type, _ name: String,
    _ meaning: String
  ) throws(Problem)

  /// Text, after its length in bytes. Records only.
  mutating func text(_ value: inout String, _ name: String, _ meaning: String) throws(Problem)

  /// A list, after its count, as `list(&sizes, of: .integer(), "sizes", "...")`; an element takes at
  /// least one byte. Written `[1, 3, 224]`. Records only.
  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _ meaning: String
  ) throws(Problem)

  /// A value that may be absent, after one byte that says whether it is there. Written `_` if not.
  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _ meaning: String
  ) throws(Problem)

  /// A record inside another, written in braces.
  mutating func record<R: Record>(
    _ value: inout R, _ name: String, _ meaning: String
  ) throws(Problem)
}

/// Something that is done to a whole instruction.
public protocol InstructionVisitor {
  /// What stops it; `Never` where nothing can go wrong.
  associatedtype Problem: Error

  mutating func instruction<I: Instruction>(_ instruction: inout I) throws(Problem)
}

/// The values of an operand that is a word in assembly and a byte in the encoding.
public protocol Keyword: RawRepresentable, CaseIterable, Equatable, Sendable
where RawValue == UInt8 {
  /// The word; by default the name of the case.
  var keyword: String { get }
}

/// How wide the index of a reference or the count of a range is.
public protocol IndexWidth: FixedWidthInteger, UnsignedInteger, Sendable {}

extension UInt8: IndexWidth {}
extension UInt16: IndexWidth {}
extension UInt32: IndexWidth {}

extension Keyword {
  public var keyword: String { String(describing: self) }
}

extension OperandVisitor {
  /// Visits the operands.
  @inlinable
  public mutating func instruction<I: Instruction>(_ instruction: inout I) throws(Problem) {
    try instruction.walk(&self)
  }
}
