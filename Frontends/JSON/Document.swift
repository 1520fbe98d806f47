import Support

/// A value of the model's text, and the way to it: `layers[3].kernel`.
struct Item {
  let value: JSONValue
  let path: String

  func element(_ index: Int, _ value: JSONValue) -> Item {
    Item(value: value, path: "\(path)[\(index)]")
  }

  func member(_ member: JSONValue.Member) -> Item {
    Item(value: member.value, path: path.isEmpty ? member.key : "\(path).\(member.key)")
  }
}

/// An object whose keys have been checked.
struct Fields {
  let item: Item
  let members: [JSONValue.Member]

  subscript(key: String) -> Item? {
    members.first { $0.key == key }.map { item.member($0) }
  }
}

/// Gives types to the values of a JSON text. What is not as expected becomes a problem, with its
/// line and column and its path, and reads as nil; reading goes on, so that all are reported.
struct Document {
  private(set) var diagnostics = Diagnostics()
  private let text: TextReader

  /// More problems than these help nobody.
  private static let maximumProblems = 50

  init(_ bytes: [UInt8]) {
    text = TextReader(bytes, comments: false)
  }

  // MARK: Problems

  mutating func problem(_ item: Item, _ message: String) {
    problem(at: item.value.offset, item.path, message)
  }

  private mutating func problem(at offset: Int, _ path: String, _ message: String) {
    let count = diagnostics.all.count
    guard count <= Self.maximumProblems else { return }
    diagnostics.error(
      at: text.place(offset),
      count == Self.maximumProblems
        ? "more problems follow, which are not listed"
        : (path.isEmpty ? "" : path + ": ") + message)
  }

  /// Says that `item` is not what was expected.
  mutating func mismatch(_ item: Item, _ expected: String) {
    problem(item, "found \(item.value.description), expected \(expected)")
  }

  /// Notes what is wrong with a graph as a whole.
  mutating func add(_ problems: [Diagnostic]) {
    for problem in problems { diagnostics.error(at: problem.place, problem.message) }
  }

  // MARK: Structure

  /// The fields of an object: all `required` ones there, none that is not known.
  mutating func object(
    _ item: Item, required: [String] = [], optional: [String] = [],
    _ expected: String = "an object"
  ) -> Fields? {
    guard case .object(let members) = item.value.kind else {
      mismatch(item, expected)
      return nil
    }
    let known = required + optional
    for member in members where !known.contains(member.key) {
      problem(
        at: member.offset, item.member(member).path,
        "unknown key, expected one of \(known.joined(separator: ", "))")
    }
    let fields = Fields(item: item, members: members)
    let missing = required.filter { fields[$0] == nil }
    for key in missing { problem(item, "the key \(key) is missing") }
    return missing.isEmpty ? fields : nil
  }

  /// The members of an object with keys of the user's choice.
  mutating func dictionary(_ item: Item) -> [(key: String, item: Item)]? {
    guard case .object(let members) = item.value.kind else {
      mismatch(item, "an object")
      return nil
    }
    return members.map { ($0.key, item.member($0)) }
  }

  mutating func array(_ item: Item, _ expected: String = "an array") -> [Item]? {
    guard case .array(let values) = item.value.kind else {
      mismatch(item, expected)
      return nil
    }
    return values.enumerated().map { item.element($0, $1) }
  }

  /// An array of what `convert` accepts; nothing is made for an element but its value.
  mutating func array<T>(
    _ item: Item, of expected: String, _ convert: (JSONValue) -> T?
  ) -> [T]? {
    guard case .array(let values) = item.value.kind else {
      mismatch(item, "an array, each element \(expected)")
      return nil
    }
    var result: [T] = []
    result.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      guard let element = convert(value) else {
        mismatch(item.element(index, value), expected)
        return nil
      }
      result.append(element)
    }
    return result
  }

  // MARK: Scalars

  mutating func string(_ item: Item, _ expected: String = "a string") -> String? {
    if let string = item.value.string { return string }
    mismatch(item, expected)
    return nil
  }

  /// A name: not empty.
  mutating func name(_ item: Item) -> String? {
    if let string = item.value.string, !string.isEmpty { return string }
    mismatch(item, "a name")
    return nil
  }

  /// One of the strings that `choice` stands for.
  mutating func choice<T: RawRepresentable & CaseIterable>(
    _ item: Item, _: T.Type = T.self
  ) -> T? where T.RawValue == String {
    if let value = item.value.string.flatMap({ T(rawValue: $0) }) { return value }
    mismatch(item, "one of " + T.allCases.map(\.rawValue.quoted).joined(separator: ", "))
    return nil
  }

  mutating func bool(_ item: Item) -> Bool? {
    if case .bool(let value) = item.value.kind { return value }
    mismatch(item, "true or false")
    return nil
  }

  mutating func integer(_ item: Item, in range: ClosedRange<Int>) -> Int? {
    if let value = item.value.integer, range.contains(Int(value)) { return Int(value) }
    mismatch(item, "an integer from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func float(
    _ item: Item, in range: ClosedRange<Float>? = nil,
    _ expected: String = "a number that fits a float"
  ) -> Float? {
    if let value = item.value.float, range?.contains(value) ?? true { return value }
    mismatch(item, expected)
    return nil
  }
}

extension JSONValue {
  var string: String? {
    if case .string(let string) = kind { string } else { nil }
  }

  /// An integer, spelled without fraction and exponent.
  var integer: Int64? {
    if case .number(let spelling) = kind { Int64(spelling) } else { nil }
  }

  /// The nearest float to a number; nil if that is infinite.
  var float: Float? { number() }

  var double: Double? { number() }

  private func number<Number: LosslessStringConvertible & BinaryFloatingPoint>() -> Number? {
    guard case .number(let spelling) = kind, let value = Number(spelling), value.isFinite else {
      return nil
    }
    return value
  }
}
