package import Foundation
package import Support
import Yams

/// Reads scalars out of a YAML file of mappings by dotted path, and gathers what is wrong with line and
/// column. A getter that fails returns a harmless value; ``diagnostics`` decides in the end.
package struct YAMLReader {
  package let file: String
  package let text: String
  private let root: Node
  package var diagnostics = Diagnostics()

  package static let largestFile = 1 << 16

  /// - Parameter kind: what the file should be, for messages: `machine file`.
  package init(_ bytes: Data, file: String, kind: String) throws(Failure) {
    self.file = file
    guard bytes.count <= Self.largestFile else {
      throw .data(
        at: Place(file: file),
        "found \(bytes.count) bytes, expected a \(kind) of at most \(Self.largestFile)")
    }
    guard let text = String(data: bytes, encoding: .utf8) else {
      throw .data(at: Place(file: file), "expected UTF-8 text")
    }
    self.text = text
    let lines = Self.linesWithoutComments(text)
    try Self.checkNesting(lines, file: file)
    do {
      let yaml = lines.joined(separator: "\n")
      // Without rules for tags: every scalar is read as text.
      guard let node = try Yams.compose(yaml: yaml, .basic), node.mapping != nil else {
        throw Failure.data(at: Place(file: file, .line(1, column: 1)), "expected a YAML mapping")
      }
      root = node
    } catch let failure as Failure {
      throw failure
    } catch let error as YamlError {
      throw .data(at: Self.place(of: error, file: file), "malformed YAML: \(Self.problem(error))")
    } catch {
      throw .data(at: Place(file: file), "malformed YAML")
    }
  }

  /// What a file would give that says this; messages have no lines.
  init(_ root: Node, text: String, file: String) {
    self.root = root
    self.text = text
    self.file = file
  }

  /// The lines, with those that are comments made empty, so that the YAML parser sees what is
  /// checked before it and nothing else.
  private static func linesWithoutComments(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      line.first { $0 != " " && $0 != "\t" } == "#" ? "" : line
    }
  }

  /// The files are mappings of mappings. Sequences, deep flow nesting, and aliases, which make
  /// structures of any size, are refused before the YAML parser, which recurses, sees them: byte by byte, as
  /// it does, so that no combining mark hides anything.
  private static func checkNesting(_ lines: [Substring], file: String) throws(Failure) {
    let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    let (opening, closing) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    let marks = [UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!")]
    let starts = [opening, UInt8(ascii: ","), UInt8(ascii: ":")]
    var depth = 0
    for (index, line) in lines.enumerated() {
      let content = line.utf8.drop { blanks.contains($0) }
      if content.first == UInt8(ascii: "-") || content.first == UInt8(ascii: "?")
        || content.contains(UInt8(ascii: "["))
      {
        throw .data(
          at: Place(file: file, .line(index + 1, column: line.utf8.count - content.count + 1)),
          "found a sequence or a complex key, expected mappings only")
      }
      var last = UInt8(ascii: ":")
      for byte in content {
        if marks.contains(byte), starts.contains(last) {
          throw .data(
            at: Place(file: file, .line(index + 1, column: 1)),
            "found an anchor, alias or tag, expected plain figures")
        }
        if !blanks.contains(byte) { last = byte }
        if byte == opening { depth += 1 }
        if byte == closing { depth -= 1 }
        guard depth <= 2 else {
          throw .data(
            at: Place(file: file, .line(index + 1, column: 1)),
            "found mappings nested more deeply than a figure")
        }
      }
    }
  }

  private static func place(of error: YamlError, file: String) -> Place {
    switch error {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
      Place(file: file, .line(mark.line, column: mark.column))
    default: Place(file: file)
    }
  }

  private static func problem(_ error: YamlError) -> String {
    switch error {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
      .composer(_, let problem, _, _):
      problem
    case .duplicatedKeysInMapping(let keys, _):
      "found \(keys.joined(separator: ", ")) twice in one mapping"
    default: "unreadable"
    }
  }

  /// The node at a dotted path, and the nearest node that is there, for the place of a message.
  func find(_ path: String) -> (node: Node?, nearest: Node) {
    var node = root
    for key in path.split(separator: ".") {
      guard let next = node.value(of: key) else { return (nil, node) }
      node = next
    }
    return (node, node)
  }

  func place(_ node: Node) -> Place {
    guard let mark = node.mark else { return Place(file: file) }
    return Place(file: file, .line(mark.line, column: mark.column))
  }

  /// Checks that the mapping at `path` has no keys but `keys`.
  package mutating func open(_ path: String, _ keys: [String]) {
    let (node, nearest) = find(path)
    guard let mapping = node?.mapping else {
      let what = node == nil ? "\(path) is missing" : "\(path): expected a mapping"
      diagnostics.error(at: place(nearest), what)
      return
    }
    for (key, _) in mapping where !keys.contains(key.string ?? "") {
      diagnostics.error(
        at: place(key),
        "found key \(key.string ?? "?"), expected one of \(keys.joined(separator: ", "))")
    }
  }

  /// The scalar at `path`, which carries no source: `name: sonic`.
  package mutating func string(_ path: String) -> String {
    let (node, nearest) = find(path)
    guard let string = node?.scalar?.string else {
      diagnostics.error(at: place(nearest), "\(path) is missing")
      return ""
    }
    return string
  }

  /// A scalar with where it stands.
  package struct Scalar {
    package let key: String
    package let text: String
    private let place: Place

    fileprivate init(key: String, text: String, place: Place) {
      self.key = key
      self.text = text
      self.place = place
    }

    /// The place of a character of the text, which is exact where it is written plainly on one line.
    package func place(of offset: Int = 0) -> Place {
      guard case .line(let line, let column) = place.spot else { return place }
      return Place(file: place.file, .line(line, column: column + offset))
    }
  }

  /// The scalars of the mapping at `path`, in the order of the file; nil where there is no mapping.
  package mutating func scalars(_ path: String) -> [Scalar]? {
    let (node, nearest) = find(path)
    guard let mapping = node?.mapping else {
      diagnostics.error(
        at: place(nearest), node == nil ? "\(path) is missing" : "\(path): expected a mapping")
      return nil
    }
    return mapping.compactMap { key, value in
      guard let key = key.scalar?.string, let text = value.scalar?.string else {
        diagnostics.error(at: place(value), "\(path): expected keys and values of plain text")
        return nil
      }
      return Scalar(key: key, text: text, place: place(value))
    }
  }

  /// The scalar at `path`, if there is anything.
  package mutating func scalar(_ path: String) -> Scalar? {
    guard has(path) else { return nil }
    return Scalar(key: path, text: string(path), place: place(find(path).nearest))
  }

  /// Whether there is anything at `path`.
  package func has(_ path: String) -> Bool { find(path).node != nil }

  package mutating func expect(_ path: String, _ wanted: String) {
    let found = string(path)
    if !found.isEmpty, found != wanted {
      diagnostics.error(
        at: place(find(path).nearest), "\(path): found \(found), expected \(wanted)")
    }
  }
}

extension Node {
  /// What a mapping has for a key. Yams's subscript would resolve tags, with regular expressions that
  /// take it longer to compile than the file to read; there are none here.
  func value(of key: some StringProtocol) -> Node? {
    mapping?.first { $0.key.scalar.map { $0.string == key } ?? false }?.value
  }
}
