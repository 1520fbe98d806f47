public import OrderedCollections
public import Tensor

/// The attributes of a node, checked against its operator and completed with its defaults, so that
/// the typed getters cannot fail on input.
public struct Attributes: Sendable, Equatable {
  public private(set) var values: OrderedDictionary<String, Attribute>

  /// Checks `given` against `specs` and fills in defaults. Attributes come out in the order of the
  /// specs, so equal nodes print equally.
  ///
  /// - Throws: one message that lists everything wrong.
  public init(
    _ given: OrderedDictionary<String, Attribute>, specs: [AttributeSpec]
  ) throws(OperatorError) {
    var problems: [String] = []
    values = [:]
    for spec in specs {
      guard let value = given[spec.name] ?? spec.defaultValue else {
        if spec.isRequired { problems.append("attribute \(spec.name) is missing") }
        continue
      }
      guard value.kind == spec.kind else {
        problems.append(
          "attribute \(spec.name): found \(value.kind.rawValue), expected \(spec.kind.rawValue)")
        continue
      }
      if let choices = spec.choices, case .string(let string) = value, !choices.contains(string) {
        problems.append(
          "attribute \(spec.name): found \"\(string)\", expected one of "
            + choices.map { "\"\($0)\"" }.joined(separator: ", "))
        continue
      }
      values[spec.name] = value
    }
    let known = Set(specs.map(\.name))
    for name in given.keys where !known.contains(name) {
      problems.append("attribute \(name) is not supported")
    }
    if !problems.isEmpty { throw OperatorError(problems.joined(separator: "; ")) }
  }

  /// The attributes of a node that gives none.
  ///
  /// - Throws: which of them the operator requires.
  public init(defaultsOf op: Operator) throws(OperatorError) {
    try self.init([:], specs: op.attributes)
  }

  /// No attributes.
  public init() { values = [:] }

  public func has(_ name: String) -> Bool { values[name] != nil }

  /// The same attributes with another value for one of them.
  public func setting(_ name: String, to value: Attribute) -> Attributes {
    var result = self
    result.values[name] = value
    return result
  }

  /// An integer attribute that the operator requires or has a default for.
  public func int(_ name: String) -> Int { optionalInt(name)! }

  public func optionalInt(_ name: String) -> Int? {
    if case .int(let value)? = values[name] { Int(value) } else { nil }
  }

  /// A flag spelled as an integer.
  public func bool(_ name: String) -> Bool { int(name) != 0 }

  public func float(_ name: String) -> Float { optionalFloat(name)! }

  public func optionalFloat(_ name: String) -> Float? {
    if case .float(let value)? = values[name] { value } else { nil }
  }

  public func string(_ name: String) -> String { optionalString(name)! }

  public func optionalString(_ name: String) -> String? {
    if case .string(let value)? = values[name] { value } else { nil }
  }

  public func ints(_ name: String) -> [Int]? {
    if case .ints(let values)? = values[name] { values.map { Int($0) } } else { nil }
  }

  public func floats(_ name: String) -> [Float]? {
    if case .floats(let values)? = values[name] { values } else { nil }
  }

  public func strings(_ name: String) -> [String]? {
    if case .strings(let values)? = values[name] { values } else { nil }
  }

  /// A graph that the operator requires.
  public func graph(_ name: String) -> Graph {
    guard case .graph(let graph)? = values[name] else {
      preconditionFailure("attribute \(name) is required")
    }
    return graph
  }

  public func tensor(_ name: String) -> Tensor? {
    if case .tensor(let tensor)? = values[name] { tensor } else { nil }
  }
}
