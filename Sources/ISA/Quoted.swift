/// Text in quotes: `\"`, `\\`, `\n`, `\t` and `\u{1b}` stand for what would not show or would end
/// the text.
enum Quoted {
  static func write(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if isHidden(scalar) {
          quoted += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
          quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }

  /// Control characters and line separators.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
      || scalar.value == 0x2028 || scalar.value == 0x2029
  }

  /// The text that `lexer` stands at, quotes and all; nil where it is malformed.
  static func read(_ lexer: inout Lexer) -> String? {
    guard lexer.accept("\"") else { return nil }
    var bytes: [UInt8] = []
    while let byte = lexer.next(), byte != UInt8(ascii: "\n") {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape(&lexer) else { return nil }
        bytes += Array(String(scalar).utf8)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  /// The character that an escape stands for, once its backslash is read.
  private static func escape(_ lexer: inout Lexer) -> Unicode.Scalar? {
    if lexer.accept("\"") { return "\"" }
    if lexer.accept("\\") { return "\\" }
    if lexer.accept("n") { return "\n" }
    if lexer.accept("t") { return "\t" }
    guard lexer.accept("u{") else { return nil }
    let digits = lexer.word()
    guard lexer.accept("}"), let value = UInt32(digits, radix: 16) else { return nil }
    return Unicode.Scalar(value)
  }
}
