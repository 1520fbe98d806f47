public import Support

/// Assembly text, which may be hostile, to operands.
struct Reader: OperandVisitor {
  typealias Problem = Failure

  private var lexer: Lexer
  /// Whether the next operand needs no comma before it.
  private var isFirst = true

  init(_ text: String, firstLine: Int) {
    lexer = Lexer(text, firstLine: firstLine)
  }

  /// Reads line after line, each a mnemonic that `blank` knows and its operands, which `read` reads.
  mutating func statements<Statement>(
    _ expected: String, blank: (String) -> Statement?,
    read: (inout Reader, inout Statement) throws(Failure) -> Void
  ) throws(Failure) -> [Statement] {
    var statements: [Statement] = []
    var problems: [Diagnostic] = []
    while problems.count < maximumErrors, lexer.nextStatement() {
      do throws(Failure) {
        let start = lexer
        guard var statement = blank(lexer.word()) else { throw failure("", at: start, expected) }
        isFirst = true
        try read(&self, &statement)
        guard lexer.isAtLineEnd() else {
          throw failure("", at: lexer, isFirst ? "no operand" : "no further operand")
        }
        statements.append(statement)
      } catch {
        problems += error.diagnostics
      }
      lexer.skipLine()
    }
    if !problems.isEmpty { throw Failure(.data, problems) }
    return statements
  }

  /// Says what stands at `start` and what should.
  private func failure(_ name: String, at start: Lexer, _ expected: String) -> Failure {
    .data(
      at: start.place,
      (name.isEmpty ? "" : name + ": ") + "found \(start.found), expected \(expected)")
  }

  /// Passes what comes before an operand's value: the comma, and the name if it has one.
  private mutating func begin(_ name: String) throws(Failure) {
    if !isFirst { try expect(",") }
    isFirst = false
    lexer.skipSpaces()
    guard !name.isEmpty else { return }
    let start = lexer
    guard lexer.accept(name) else { throw failure("", at: start, name + "=") }
    try expect("=")
    lexer.skipSpaces()
  }

  private mutating func expect(_ token: String) throws(Failure) {
    lexer.skipSpaces()
    guard lexer.accept(token) else { throw failure("", at: lexer, "\"\(token)\"") }
  }

  /// Whether `token` comes next, which it then passes.
  private mutating func passes(_ token: String) -> Bool {
    lexer.skipSpaces()
    return lexer.accept(token)
  }

  /// Takes an integer in decimal or, after `0x`, in hexadecimal digits.
  private mutating func number<T: FixedWidthInteger>() -> T? {
    let digits = lexer.digits()
    return digits.hasPrefix("0x") ? T(digits.dropFirst(2), radix: 16) : T(digits)
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    let start = lexer
    guard let number: T = number() else {
      throw failure(name, at: start, "an integer from \(T.min) to \(T.max)")
    }
    value = number
  }

  mutating func float(_ value: inout Float, _ name: String, _: String) throws(Failure) {
    try begin(name)
    let start = lexer
    let word = lexer.word()
    if word.hasPrefix("0x"), let bits = UInt32(word.dropFirst(2), radix: 16) {
      value = Float(bitPattern: bits)
      return
    }
    guard let number = Float(word), number.isFinite || ["inf", "-inf", "nan"].contains(word)
    else { throw failure(name, at: start, "a 32-bit float") }
    value = number
  }

  mutating func flag(_ value: inout Bool, _ name: String, _: String) throws(Failure) {
    try begin("")
    let start = lexer
    value = lexer.accept("+")
    guard value || lexer.accept("-"), lexer.word() == name else {
      throw failure("", at: start, "+\(name) or -\(name)")
    }
  }

  mutating func keyword<K: Keyword>(
    _ value: inout K, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    let start = lexer
    let word = lexer.word()
    guard let known = K.allCases.first(where: { $0.keyword == word }) else {
      throw failure(name, at: start, K.allCases.map(\.keyword).joined(separator: ", "))
    }
    value = known
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _ prefix: String, as: W.Type, _ name: String, _: String
  ) throws(Failure) {
    try begin("")
    let start = lexer
    guard lexer.accept(prefix), let index: W = number() else {
      throw failure(name, at: start, "\(prefix)0 to \(prefix)\(W.max)")
    }
    value = ID(Int(index))
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _ prefix: String, count: C.Type, _ name: String, _: String
  ) throws(Failure) {
    try begin(prefix.isEmpty ? name : "")
    let start = lexer
    guard lexer.accept(prefix), let first: UInt32 = number(), lexer.accept("..<"),
      let end: UInt32 = number()
    else { throw failure(name, at: start, "a range as \(prefix)0..<16") }
    guard first <= end, end - first <= C.max else {
      throw failure(name, at: start, "an end 0 to \(C.max) above the start")
    }
    value = first..<end
  }

  mutating func text(_ value: inout String, _ name: String, _: String) throws(Failure) {
    try begin(name)
    let start = lexer
    guard let text = Quoted.read(&lexer) else { throw failure(name, at: start, "quoted text") }
    value = text
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _: String
  ) throws(Failure) {
    try begin(name)
    try expect("[")
    values = []
    isFirst = true
    while !passes("]") {
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
    if lexer.accept("_") { return }
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
    try expect("{")
    isFirst = true
    try value.walk(&self)
    try expect("}")
    isFirst = false
  }
}

extension InstructionSet {
  /// The instructions of assembly text; see ``Instruction`` for its anatomy. Comments, spaces and
  /// empty lines are not kept.
  ///
  /// - Parameter firstLine: the number of the text's first line in its file, for messages.
  /// - Throws: the first hundred errors, at most one a line.
  public static func parse(_ text: String, firstLine: Int = 1) throws(Failure) -> [Self] {
    var reader = Reader(text, firstLine: firstLine)
    let blanks = Dictionary(uniqueKeysWithValues: all.map { ($0.header.mnemonic, $0) })
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
  /// - Parameter firstLine: the number of the text's first line in its file, for messages.
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
