public import Support

/// Assembly text, which may be hostile, to operands.
///
///     fire.patch v3, k0..<16, rows=0..<4, +last   # from here on a comment
///
/// - A line holds a mnemonic and its operands, separated by commas; or nothing. Spaces are allowed
///   between any two tokens.
/// - Operands come in the order of the reference page: `b12` a reference, `k0..<16` a range, `+name`
///   or `-name` a flag; all others have their name before them, as `count=16`, `mode=max`.
/// - Values: integers `-3`; floats `0.5`, `1e-07`, `inf`, `nan`, or the bits `0x7fc00001`; keywords
///   `max`; text `"a \"b\""` with the escapes of JSON; lists `[1, 2]`; records
///   `{name="a", value=1}`; `_` for none.
struct Reader: OperandVisitor {
  typealias Problem = Failure

  private var text: TextReader
  /// The number of the text's first line in its file.
  private let firstLine: Int
  /// Whether the next operand needs no comma before it.
  private var isFirst = true

  init(_ text: String, firstLine: Int) {
    self.text = TextReader(Array(text.utf8), comments: true, lines: true)
    self.firstLine = firstLine
  }

  /// Reads line after line, each a mnemonic that `blank` knows and its operands, which `read` reads.
  mutating func statements<Statement>(
    _ expected: String, blank: (Substring) -> Statement?,
    read: (inout Reader, inout Statement) throws(Failure) -> Void
  ) throws(Failure) -> [Statement] {
    var statements: [Statement] = []
    var problems: [Diagnostic] = []
    while problems.count < maximumErrors, goToStatement() {
      do throws(Failure) {
        var statement = try take(expected, blank)
        isFirst = true
        try read(&self, &statement)
        text.skipSpace()
        guard isAtLineEnd else { throw text.unexpected("the end of the line") }
        statements.append(statement)
      } catch {
        problems += error.diagnostics.map(shifted)
      }
      while !isAtLineEnd { text.advance(1) }
    }
    if !problems.isEmpty { throw Failure(.data, problems) }
    return statements
  }

  private var isAtLineEnd: Bool { text.next == nil || text.next == UInt8(ascii: "\n") }

  /// Goes to the next line that holds something; false where there is none.
  private mutating func goToStatement() -> Bool {
    text.skipSpace()
    while text.next == UInt8(ascii: "\n") {
      text.advance(1)
      text.skipSpace()
    }
    return text.next != nil
  }

  /// The same diagnostic with lines counted as in the file.
  private func shifted(_ diagnostic: Diagnostic) -> Diagnostic {
    guard case .line(let line, let column) = diagnostic.place.spot else { return diagnostic }
    let place = Place(.line(line + firstLine - 1, column: column))
    return Diagnostic(diagnostic.severity, at: place, diagnostic.message)
  }

  /// Takes a word that `parse` accepts.
  private mutating func take<T>(
    _ expected: @autoclosure () -> String, _ parse: (Substring) -> T?
  ) throws(Failure) -> T {
    let word = text.peekWord()
    guard let value = parse(word) else { throw text.unexpected(expected()) }
    text.advance(word.utf8.count)
    return value
  }

  /// Passes what comes before an operand's value: the comma, and the name if it has one.
  private mutating func begin(_ name: String) throws(Failure) {
    if !isFirst { try text.expect(",") }
    isFirst = false
    guard !name.isEmpty else { return }
    guard text.takes(word: name) else { throw text.unexpected(name + "=") }
    try text.expect("=")
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    value = try take(title(name) + "an integer from \(T.min) to \(T.max)") { T($0) }
  }

  mutating func float(_ value: inout Float, _ name: String, _: String) throws(Failure) {
    try begin(name)
    value = try take(title(name) + "a 32-bit float") { word in
      if word.hasPrefix("0x") {
        return UInt32(word.dropFirst(2), radix: 16).map(Float.init(bitPattern:))
      }
      guard let number = Float(word) else { return nil }
      return number.isFinite || ["inf", "-inf", "nan"].contains(word) ? number : nil
    }
  }

  mutating func flag(_ value: inout Bool, _ name: String, _: String) throws(Failure) {
    try begin("")
    value = try take("+\(name) or -\(name)") { word in
      guard word.dropFirst() == name else { return nil }
      return word.first == "+" ? true : word.first == "-" ? false : nil
    }
  }

  mutating func keyword<K: Keyword>(
    _ value: inout K, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    let words = { K.allCases.map(\.keyword).joined(separator: ", ") }
    value = try take(title(name) + "one of " + words()) { word in
      K.allCases.first { $0.keyword == word }
    }
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _ prefix: String, as: W.Type, _ name: String, _: String
  ) throws(Failure) {
    try begin("")
    let index: W = try take(title(name) + "\(prefix)0 to \(prefix)\(W.max)") { word in
      word.hasPrefix(prefix) ? W(word.dropFirst(prefix.count)) : nil
    }
    value = ID(Int(index))
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _ prefix: String, count: C.Type, _ name: String, _: String
  ) throws(Failure) {
    try begin(prefix.isEmpty ? name : "")
    let expected = title(name) + "a range as \(prefix)0..<16"
    text.skipSpace()
    let offset = text.offset
    let start: UInt32 = try take(expected) { word in
      guard word.hasPrefix(prefix), word.hasSuffix("..") else { return nil }
      return UInt32(word.dropFirst(prefix.count).dropLast(2))
    }
    try text.expect("<")
    let end: UInt32 = try take(expected) { UInt32($0) }
    guard start <= end, end - start <= C.max else {
      throw .data(
        at: text.place(offset),
        "found \(prefix)\(start)..<\(end), expected \(title(name))a count from 0 to \(C.max)")
    }
    value = start..<end
  }

  mutating func text(_ value: inout String, _ name: String, _: String) throws(Failure) {
    try begin(name)
    value = try text.string()
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    try text.expect("[")
    values = []
    isFirst = true
    while !text.takes("]") {
      var value = element.blank
      try element.walk(&value, &self)
      values.append(value)
    }
    isFirst = false
  }

  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    value = nil
    if text.takes(word: "_") { return }
    var present = element.blank
    isFirst = true
    try element.walk(&present, &self)
    isFirst = false
    value = present
  }

  mutating func record<R: Record>(
    _ value: inout R, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    try text.expect("{")
    isFirst = true
    try value.walk(&self)
    try text.expect("}")
    isFirst = false
  }
}

/// What messages call an operand, before they say how it looks.
private func title(_ name: String) -> String { name.isEmpty ? "" : name + ", " }

extension InstructionSet {
  /// The instructions of assembly text; see ``Instruction`` for its anatomy. Comments, spaces and
  /// empty lines are not kept.
  ///
  /// - Parameters:
  ///   - text: a statement a line.
  ///   - firstLine: the number of the text's first line in its file, for messages.
  /// - Throws: the first hundred errors, at most one a line.
  public static func parse(_ text: String, firstLine: Int = 1) throws(Failure) -> [Self] {
    var reader = Reader(text, firstLine: firstLine)
    let blanks = Dictionary(uniqueKeysWithValues: all.map { (Substring($0.header.mnemonic), $0) })
    return try reader.statements("an instruction") {
      blanks[$0]
    } read: { (reader, instruction) throws(Failure) in
      try instruction.walk(&reader)
    }
  }
}

extension Record {
  /// The records that ``print(_:)`` wrote.
  ///
  /// - Parameters:
  ///   - text: a statement a line.
  ///   - firstLine: the number of the text's first line in its file, for messages.
  /// - Throws: the first hundred errors, at most one a line.
  public static func parse(_ text: String, firstLine: Int = 1) throws(Failure) -> [Self] {
    var reader = Reader(text, firstLine: firstLine)
    return try reader.statements(mnemonic) {
      $0 == mnemonic ? Self() : nil
    } read: { (reader, record) throws(Failure) in
      try record.walk(&reader)
    }
  }
}
