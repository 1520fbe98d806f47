import Support

/// Assembly text, byte by byte, with the place for messages.
///
///     fire.patch v3, k0..<16, scale=0.5, +last   ; from here on a comment
///
/// - A line holds a mnemonic and its operands, separated by commas; or nothing. `;` begins a
///   comment. Spaces are allowed between any two of the pieces below, and never needed but after
///   the mnemonic.
/// - Operands come in the order of the reference page: `b12` a reference, `k0..<16` a range, `+name`
///   or `-name` a flag; all others have their name before them, as `count=16`, `mode=max`,
///   `rows=0..<4`.
/// - Values: integers `-3`, `0x1f`; floats `0.5`, `1e-07`, `inf`, `nan`, or the bits `0x7fc00001`;
///   words `max`; text `"a \"b\" \u{1b}"`; lists `[1, 2]`; records `{name="a", value=1}`; `_` for
///   none.
struct Lexer {
  private let bytes: [UInt8]
  private var index = 0
  private var line: Int
  private var lineStart = 0

  init(_ text: String, firstLine: Int) {
    bytes = Array(text.utf8)
    line = firstLine
  }

  /// The place of the next byte; columns count characters from 1.
  var place: Place {
    let isFirstByte = { (byte: UInt8) in byte & 0xC0 != 0x80 }
    let column = bytes[lineStart..<index].count(where: isFirstByte) + 1
    return Place(.line(line, column: column))
  }

  /// What stands here, for messages.
  var found: String {
    let rest = bytes[index...].prefix { !$0.isBlank && $0 != UInt8(ascii: ",") }
    if !rest.isEmpty { return "\"\(String(decoding: rest.prefix(40), as: UTF8.self))\"" }
    if let byte = bytes[index...].first, byte == UInt8(ascii: ",") { return "\",\"" }
    return "the end of the line"
  }

  /// Takes the next byte, whatever it is.
  mutating func next() -> UInt8? {
    guard index < bytes.count else { return nil }
    defer { index += 1 }
    return bytes[index]
  }

  /// Takes `token` if it is next.
  mutating func accept(_ token: String) -> Bool {
    guard bytes[index...].starts(with: token.utf8) else { return false }
    index += token.utf8.count
    return true
  }

  /// Takes all that an integer is made of: a sign, digits, letters.
  mutating func digits() -> String {
    let sign = accept("-") ? "-" : ""
    let digits = bytes[index...].prefix(while: \.isAlphanumeric)
    index = digits.endIndex
    return sign + String(decoding: digits, as: UTF8.self)
  }

  /// Takes all that a mnemonic, a keyword or a float is made of.
  mutating func word() -> String {
    let word = bytes[index...].prefix(while: \.isWord)
    index = word.endIndex
    return String(decoding: word, as: UTF8.self)
  }

  /// Passes spaces within the line.
  mutating func skipSpaces() {
    while index < bytes.count, bytes[index].isSpace { index += 1 }
  }

  /// Whether nothing but a comment is left on the line.
  mutating func isAtLineEnd() -> Bool {
    skipSpaces()
    guard index < bytes.count else { return true }
    return bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: ";")
  }

  /// Goes to the next line that holds something; false where there is none.
  mutating func nextStatement() -> Bool {
    while isAtLineEnd() {
      guard index < bytes.count else { return false }
      skipLine()
    }
    return true
  }

  /// Goes to the start of the next line.
  mutating func skipLine() {
    while let byte = next() {
      if byte == UInt8(ascii: "\n") {
        line += 1
        lineStart = index
        return
      }
    }
  }
}

extension UInt8 {
  fileprivate var isSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0D }

  fileprivate var isBlank: Bool { isSpace || self == 0x0A }

  fileprivate var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  fileprivate var isWord: Bool { isAlphanumeric || "_-+.".utf8.contains(self) }
}
