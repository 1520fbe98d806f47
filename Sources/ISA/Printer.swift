import Support

/// Operands to assembly text.
struct Printer: OperandVisitor {
  typealias Problem = Never

  private(set) var text = ""
  /// Whether the next operand needs no comma before it.
  private var isFirst = true

  mutating func instruction<I: Instruction>(_ instruction: inout I) {
    line(&instruction)
  }

  /// A whole line.
  mutating func line<R: Record>(_ record: inout R) {
    let start = text.utf8.count
    text += R.mnemonic + " "
    isFirst = true
    record.walk(&self)
    if text.utf8.count == start + R.mnemonic.utf8.count + 1 { text.removeLast() }
    text += "\n"
  }

  /// Writes an operand; `name` is empty where it stands for itself.
  private mutating func put(_ name: String, _ value: String) {
    begin(name)
    text += value
  }

  private mutating func begin(_ name: String) {
    if !isFirst { text += ", " }
    isFirst = false
    if !name.isEmpty { text += name + "=" }
  }

  /// Writes operands between brackets.
  private mutating func nest(_ open: String, _ close: String, _ body: (inout Self) -> Void) {
    text += open
    isFirst = true
    body(&self)
    text += close
    isFirst = false
  }

  mutating func integer<T: FixedWidthInteger & Sendable>(
    _ value: inout T, _ name: String, _: String
  ) {
    put(name, String(value))
  }

  mutating func float(_ value: inout Float, _ name: String, _: String) {
    // Of the many NaNs only the default one has a name.
    let isOddNaN = value.isNaN && value.bitPattern != Float.nan.bitPattern
    put(name, isOddNaN ? "0x" + String(value.bitPattern, radix: 16) : value.description)
  }

  mutating func flag(_ value: inout Bool, _ name: String, _: String) {
    put("", (value ? "+" : "-") + name)
  }

  mutating func keyword<K: Keyword>(_ value: inout K, _ name: String, _: String) {
    put(name, value.keyword)
  }

  mutating func reference<T, W: IndexWidth>(
    _ value: inout ID<T>, _ prefix: String, as: W.Type, _: String, _: String
  ) {
    put("", prefix + String(value.index))
  }

  mutating func range<C: IndexWidth>(
    _ value: inout Range<UInt32>, _ prefix: String, count: C.Type, _ name: String, _: String
  ) {
    put(prefix.isEmpty ? name : "", "\(prefix)\(value.lowerBound)..<\(value.upperBound)")
  }

  mutating func text(_ value: inout String, _ name: String, _: String) {
    put(name, value.quoted)
  }

  mutating func list<E: Element>(
    _ values: inout [E.Value], of element: E, _ name: String, _: String
  ) {
    begin(name)
    nest("[", "]") { printer in
      for i in values.indices { element.walk(&values[i], &printer) }
    }
  }

  mutating func optional<E: Element>(
    _ value: inout E.Value?, of element: E, _ name: String, _: String
  ) {
    begin(name)
    guard var present = value else {
      text += "_"
      return
    }
    nest("", "") { printer in element.walk(&present, &printer) }
  }

  mutating func record<R: Record>(_ value: inout R, _ name: String, _: String) {
    begin(name)
    nest("{", "}") { printer in value.walk(&printer) }
  }
}

extension InstructionSet {
  /// Assembly text, an instruction a line; ``parse(_:firstLine:)`` reads it back.
  public static func print(_ stream: [Self]) -> String {
    var printer = Printer()
    for instruction in stream {
      var copy = instruction
      copy.walk(&printer)
    }
    return printer.text
  }
}

extension Record {
  /// Text, a record a line; ``parse(_:firstLine:)`` reads it back.
  public static func print(_ table: [Self]) -> String {
    var printer = Printer()
    for record in table {
      var copy = record
      printer.line(&copy)
    }
    return printer.text
  }
}
