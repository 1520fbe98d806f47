import Support

/// Operands to the rows of a Markdown table.
private struct Docs: OperandVisitor {
  typealias Problem = Never

  /// The operands' types, for the brackets of a list or the braces of a record.
  private(set) var types: [String] = []
  private(set) var rows = ""
  /// Where the next operand lies; nil after one of variable size.
  private(set) var offset: Int? = 0

  mutating func row(_ name: String, _ type: String, _ size: Int?, _ meaning: String) {
    types.append(name.isEmpty ? type : "\(name): \(type)")
    let place = offset.map(String.init) ?? ""
    rows += "| \(place) | \(size.map(String.init) ?? "") | \(name) | \(type) | \(meaning) |\n"
    if let start = offset, let size { offset = start + size } else { offset = nil }
  }

  /// What the operands that `body` visits have for types.
  private func types(_ body: (inout Self) -> Void) -> String {
    var inner = Docs()
    body(&inner)
    return inner.types.joined(separator: ", ")
  }

  private func integer<T: FixedWidthInteger>(_: T.Type) -> String {
    (T.isSigned ? "i" : "u") + String(T.bitWidth)
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _ meaning: String
  ) {
    row(name, integer(T.self), T.bitWidth / 8, meaning)
  }

  mutating func float(_ value: inout Float, _ name: String, _ meaning: String) {
    row(name, "f32", 4, meaning)
  }

  mutating func flag(_ value: inout Bool, _ name: String, _ meaning: String) {
    row(name, "flag", 1, meaning)
  }

  mutating func keyword<K: Keyword>(_ value: inout K, _ name: String, _ meaning: String) {
    let words = K.allCases.map { "`\($0.keyword)` \($0.rawValue)" }
    row(name, words.joined(separator: ", "), 1, meaning)
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _ prefix: String, as: W.Type, _ name: String, _ meaning: String
  ) {
    row(name, "`\(prefix)` \(integer(W.self))", W.bitWidth / 8, meaning)
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _ prefix: String, count: C.Type, _ name: String,
    _ meaning: String
  ) {
    let kind = "range: start u32, count \(integer(C.self))"
    row(name, prefix.isEmpty ? kind : "`\(prefix)` " + kind, 4 + C.bitWidth / 8, meaning)
  }

  mutating func text(_ value: inout String, _ name: String, _ meaning: String) {
    row(name, "text", nil, meaning)
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _ meaning: String
  ) {
    var blank = element.blank
    row(name, "[" + types { element.walk(&blank, &$0) } + "]", nil, meaning)
  }

  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _ meaning: String
  ) {
    var blank = element.blank
    row(name, types { element.walk(&blank, &$0) } + " or none", nil, meaning)
  }

  mutating func record<R: Record>(_ value: inout R, _ name: String, _ meaning: String) {
    row(name, "{" + types { value.walk(&$0) } + "}", nil, meaning)
  }
}

/// One section of a reference page.
private struct Section: InstructionVisitor {
  typealias Problem = Never
  var text = ""

  mutating func instruction<I: Instruction>(_ instruction: inout I) {
    var docs = Docs()
    docs.row("", "`0x\(String(I.opcode, radix: 16))`", 1, "the opcode")
    write(&instruction, &docs)
  }

  mutating func write<R: Record>(_ record: inout R, _ docs: inout Docs) {
    record.walk(&docs)
    text += """
      ## \(R.mnemonic)

      \(R.summary.prefix(1).uppercased() + R.summary.dropFirst()).

          \(R.print([R()]))
      | offset | bytes | operand | type | meaning |
      |---|---|---|---|---|
      \(docs.rows)

      """
  }
}

extension InstructionSet {
  /// The reference page in Markdown: for each instruction what it does, how it is written, and
  /// where its operands lie.
  public static var reference: String {
    var section = Section()
    for blank in all {
      var instruction = blank
      instruction.walk(&section)
    }
    return section.text
  }
}

extension Record {
  /// The section of a reference page on this record, in Markdown. Offsets are given as far as they
  /// are the same in all records.
  public static var reference: String {
    var section = Section()
    var docs = Docs()
    var record = Self()
    section.write(&record, &docs)
    return section.text
  }
}
