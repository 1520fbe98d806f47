import Foundation
import Support
import Yams

/// Reads figures out of a YAML mapping by dotted path, and gathers what is wrong with line and
/// column. A getter that fails returns a harmless value; ``diagnostics`` decides in the end.
struct MachineReader {
  let file: String
  let text: String
  private let root: Node
  private(set) var figures: [Figure] = []
  var diagnostics = Diagnostics()

  static let largestFile = 1 << 16

  init(_ bytes: Data, file: String) throws(Failure) {
    self.file = file
    guard bytes.count <= Self.largestFile else {
      throw .data(
        at: Place(file: file),
        "found \(bytes.count) bytes, expected a machine file of at most \(Self.largestFile)")
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

  /// The lines, with those that are comments made empty, so that the YAML parser sees what is
  /// checked before it and nothing else.
  private static func linesWithoutComments(_ text: String) -> [Substring] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      line.first { $0 != " " && $0 != "\t" } == "#" ? "" : line
    }
  }

  /// A machine file is mappings of mappings. Sequences, deep flow nesting, and aliases, which make
  /// structures of any size, are refused before the YAML parser, which recurses, sees them.
  private static func checkNesting(_ lines: [Substring], file: String) throws(Failure) {
    var depth = 0
    for (index, line) in lines.enumerated() {
      let content = line.drop { $0 == " " || $0 == "\t" }
      if content.first == "-" || content.first == "?" || content.contains("[") {
        throw .data(
          at: Place(file: file, .line(index + 1, column: line.count - content.count + 1)),
          "found a sequence or a complex key, expected mappings only")
      }
      var last: Character = ":"
      for character in content {
        if "&*!".contains(character), "{,:".contains(last) {
          throw .data(
            at: Place(file: file, .line(index + 1, column: 1)),
            "found an anchor, alias or tag, expected plain figures")
        }
        if character != " " && character != "\t" { last = character }
        if character == "{" { depth += 1 }
        if character == "}" { depth -= 1 }
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
  private func find(_ path: String) -> (node: Node?, nearest: Node) {
    var node = root
    for key in path.split(separator: ".") {
      guard let next = node.value(of: key) else { return (nil, node) }
      node = next
    }
    return (node, node)
  }

  private func place(_ node: Node) -> Place {
    guard let mark = node.mark else { return Place(file: file) }
    return Place(file: file, .line(mark.line, column: mark.column))
  }

  /// Checks that the mapping at `path` has no keys but `keys`.
  mutating func open(_ path: String, _ keys: [String]) {
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
  mutating func string(_ path: String) -> String {
    let (node, nearest) = find(path)
    guard let string = node?.scalar?.string else {
      diagnostics.error(at: place(nearest), "\(path) is missing")
      return ""
    }
    return string
  }

  /// Whether there is anything at `path`.
  func has(_ path: String) -> Bool { find(path).node != nil }

  mutating func expect(_ path: String, _ wanted: String) {
    let found = string(path)
    if !found.isEmpty, found != wanted {
      diagnostics.error(
        at: place(find(path).nearest), "\(path): found \(found), expected \(wanted)")
    }
  }

  /// The value of the figure `{value: ..., mark: ..., source: ...}` at `path`.
  private mutating func figure(_ path: String) -> (text: String, node: Node)? {
    let (node, nearest) = find(path)
    guard let node else {
      diagnostics.error(at: place(nearest), "\(path) is missing")
      return nil
    }
    open(path, ["value", "mark", "source"])
    guard let value = node.value(of: "value")?.scalar?.string else {
      diagnostics.error(at: place(node), "\(path): expected {value: ..., mark: ..., source: ...}")
      return nil
    }
    let mark = node.value(of: "mark")?.scalar?.string ?? ""
    if !["T", "C", "P", "R", "O"].contains(mark) {
      diagnostics.error(
        at: place(node), "\(path): found mark \"\(mark)\", expected T, C, P, R or O")
    }
    let source = node.value(of: "source")?.scalar?.string ?? ""
    figures.append(Figure(path: path, value: value, mark: mark, source: source))
    return (value, node)
  }

  mutating func quantity(_ path: String, _ dimension: Quantity.Dimension, atLeast least: Int = 0)
    -> Int
  {
    guard let (text, node) = figure(path) else { return least }
    guard let quantity = Quantity(text, dimension), quantity.count >= least else {
      let units = Quantity.units[dimension, default: []].map(\.name).joined(separator: ", ")
      diagnostics.error(
        at: place(node),
        "\(path): found \"\(text)\", expected a number and one of \(units), a whole number of "
          + "\(dimension.rawValue)\(least > 0 ? ", at least \(least)" : "")")
      return least
    }
    return quantity.count
  }

  /// A figure that may be left out.
  mutating func integer(_ path: String, _ range: ClosedRange<Int>, default value: Int) -> Int {
    has(path) ? integer(path, range) : value
  }

  mutating func integer(_ path: String, _ range: ClosedRange<Int>) -> Int {
    guard let (text, node) = figure(path) else { return range.lowerBound }
    guard let value = Int(text), range.contains(value) else {
      diagnostics.error(
        at: place(node),
        "\(path): found \"\(text)\", expected an integer from \(range.lowerBound) to "
          + "\(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  /// A figure that may be left out.
  mutating func bool(_ path: String, default value: Bool) -> Bool {
    has(path) ? bool(path) : value
  }

  mutating func bool(_ path: String) -> Bool {
    guard let (text, node) = figure(path) else { return false }
    guard text == "true" || text == "false" else {
      diagnostics.error(at: place(node), "\(path): found \"\(text)\", expected true or false")
      return false
    }
    return text == "true"
  }
}

extension Node {
  /// What a mapping has for a key. Yams's subscript would resolve tags, with regular expressions that
  /// take it longer to compile than the file to read; there are none here.
  fileprivate func value(of key: some StringProtocol) -> Node? {
    mapping?.first { $0.key.scalar.map { $0.string == key } ?? false }?.value
  }
}
