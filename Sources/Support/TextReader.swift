/// A reader of text that may be hostile, at the level of tokens: every error says at which line and
/// column, what was found and what was expected.
///
/// It knows no grammar beyond that of spaces, words, strings in double quotes and single-character
/// punctuation, so every text format of ours spells these the same way.
public struct TextReader: Sendable {
  /// The whole text, in UTF-8.
  public let bytes: [UInt8]
  /// The offset of the next byte.
  public private(set) var offset = 0
  /// Whether `#` begins a comment that runs to the end of the line.
  private let hasComments: Bool
  /// Whether a line's end counts as more than space.
  private let hasLines: Bool

  public init(_ bytes: [UInt8], comments: Bool, lines: Bool = false) {
    self.bytes = bytes
    hasComments = comments
    hasLines = lines
  }

  /// The next byte; nil at the end.
  public var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Moves past `count` bytes, at most to the end.
  public mutating func advance(_ count: Int) {
    offset = min(offset + count, bytes.count)
  }

  /// Moves past spaces, comments and, where they do not count, line ends.
  public mutating func skipSpace() {
    while let byte = next {
      if byte == UInt8(ascii: "#"), hasComments {
        while let byte = next, byte != UInt8(ascii: "\n") { offset += 1 }
      } else if byte == UInt8(ascii: "\n"), hasLines {
        return
      } else if byte == 0x20 || (0x09...0x0D).contains(byte) {
        offset += 1
      } else {
        return
      }
    }
  }

  /// Takes `character` if it is next, after space; says whether it was.
  public mutating func takes(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  /// Takes `character` after space.
  public mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    if !takes(character) { throw unexpected("\"\(character)\"") }
  }

  /// Whether a byte may be part of a word: names, keywords, numbers and shapes.
  public static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "+"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// The word that comes next, after space, without taking it; empty if there is none.
  public mutating func peekWord() -> Substring {
    skipSpace()
    var end = offset
    while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
    return Substring(decoding: bytes[offset..<end], as: UTF8.self)
  }

  /// Takes the word that comes next, after space; nil if there is none.
  public mutating func word() -> Substring? {
    let word = peekWord()
    offset += word.utf8.count
    return word.isEmpty ? nil : word
  }

  /// Takes `word` if it is next, after space; says whether it was.
  public mutating func takes(word: String) -> Bool {
    guard peekWord() == word else { return false }
    offset += word.utf8.count
    return true
  }

  /// The place of a byte.
  public func place(_ offset: Int) -> Place {
    var line = 1
    var start = 0
    for i in 0..<min(offset, bytes.count) where bytes[i] == UInt8(ascii: "\n") {
      line += 1
      start = i + 1
    }
    // Columns count characters: bytes that do not continue one.
    let before = bytes[start..<min(offset, bytes.count)].count { $0 & 0xC0 != 0x80 }
    return Place(.line(line, column: before + 1))
  }

  /// The error that what comes next, after space, is not what was expected.
  public mutating func unexpected(_ expected: String) -> Failure {
    skipSpace()
    return .data(at: place(offset), "found \(found), expected \(expected)")
  }

  /// What comes next, for messages.
  private var found: String {
    guard let byte = next else { return "the end of the text" }
    var end = offset
    while end < bytes.count, end - offset < 32, Self.isWord(bytes[end]) { end += 1 }
    if end > offset {
      return "\"\(String(decoding: bytes[offset..<end], as: UTF8.self))\""
    }
    switch byte {
    case UInt8(ascii: "\""): return "a string"
    case UInt8(ascii: "\n"): return "the end of the line"
    case 0x21...0x7E: return "\"\(Unicode.Scalar(byte))\""
    default: return "byte 0x" + String(byte, radix: 16, uppercase: true)
    }
  }
}
