/// A value of a JSON text (RFC 8259) that remembers where it stands, so that whoever gives it
/// meaning can say where something is wrong. Numbers keep their spelling: nothing is rounded before
/// it is known what they are for.
public struct JSONValue: Sendable {
  public enum Kind: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order of the text; no key comes twice.
    case object([Member])
  }

  public struct Member: Sendable {
    public let key: String
    /// Where the key stands.
    public let offset: Int
    public let value: JSONValue
  }

  public let kind: Kind
  /// The offset of the first byte.
  public let offset: Int

  /// Arrays and objects inside each other; deeper texts are refused.
  public static let maximumDepth = 64

  /// Reads a text that holds one value.
  ///
  /// - Throws: exit code 65, at line and column, for anything that RFC 8259 does not allow, a
  ///   repeated key, and nesting deeper than ``maximumDepth``.
  public static func parse(_ bytes: [UInt8]) throws(Failure) -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw .data("found bytes that are not UTF-8, expected a JSON text")
    }
    var reader = TextReader(bytes, comments: false)
    let value = try reader.json(depth: 0)
    reader.skipSpace()
    if reader.next != nil { throw reader.unexpected("the end of the text") }
    return value
  }

  /// What it is, for messages.
  public var description: String {
    switch kind {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let spelling): spelling
    case .string(let string): string.utf8.count <= 40 ? string.quoted : "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension TextReader {
  fileprivate mutating func json(depth: Int) throws(Failure) -> JSONValue {
    skipSpace()
    let start = offset
    let kind: JSONValue.Kind =
      switch next {
      case UInt8(ascii: "{"): .object(try members(depth: depth + 1))
      case UInt8(ascii: "["): .array(try elements(depth: depth + 1))
      case UInt8(ascii: "\""): .string(try string())
      default: try scalar()
      }
    return JSONValue(kind: kind, offset: start)
  }

  /// Takes `null`, `true`, `false` or a number.
  private mutating func scalar() throws(Failure) -> JSONValue.Kind {
    let spelling = peekWord()
    let kind: JSONValue.Kind
    switch spelling {
    case "null": kind = .null
    case "true": kind = .bool(true)
    case "false": kind = .bool(false)
    case _ where Self.isNumber(spelling.utf8): kind = .number(String(spelling))
    default: throw unexpected("a JSON value")
    }
    advance(spelling.utf8.count)
    return kind
  }

  private mutating func open(_ bracket: Unicode.Scalar, depth: Int) throws(Failure) {
    guard depth <= JSONValue.maximumDepth else {
      throw .data(
        at: place(offset), "found nesting deeper than \(JSONValue.maximumDepth) levels")
    }
    try expect(bracket)
  }

  private mutating func elements(depth: Int) throws(Failure) -> [JSONValue] {
    try open("[", depth: depth)
    var elements: [JSONValue] = []
    if takes("]") { return elements }
    repeat { elements.append(try json(depth: depth)) } while takes(",")
    guard takes("]") else { throw unexpected("\",\" or \"]\"") }
    return elements
  }

  private mutating func members(depth: Int) throws(Failure) -> [JSONValue.Member] {
    try open("{", depth: depth)
    var members: [JSONValue.Member] = []
    var keys: Set<String> = []
    if takes("}") { return members }
    repeat {
      skipSpace()
      let start = offset
      let key = try string()
      guard keys.insert(key).inserted else {
        throw .data(at: place(start), "found the key \(key.quoted) a second time")
      }
      try expect(":")
      members.append(JSONValue.Member(key: key, offset: start, value: try json(depth: depth)))
    } while takes(",")
    guard takes("}") else { throw unexpected("\",\" or \"}\"") }
    return members
  }

  /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
  private static func isNumber(_ spelling: Substring.UTF8View) -> Bool {
    var rest = spelling[...]
    func takes(_ characters: String) -> Bool {
      guard let byte = rest.first, characters.utf8.contains(byte) else { return false }
      rest.removeFirst()
      return true
    }
    func takesDigits() -> Bool {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest = rest[digits.endIndex...]
      return !digits.isEmpty
    }
    _ = takes("-")
    if !takes("0"), !takesDigits() { return false }
    if takes("."), !takesDigits() { return false }
    if takes("eE") {
      _ = takes("+-")
      if !takesDigits() { return false }
    }
    return rest.isEmpty
  }
}
