public import Tensor

/// The value of an attribute of a node.
public enum Attribute: Sendable, Equatable {
  case int(Int64)
  case float(Float)
  case string(String)
  case ints([Int64])
  case floats([Float])
  case strings([String])
  case tensor(Tensor)
  /// What a node of control flow runs.
  case graph(Graph)

  public enum Kind: String, Sendable {
    case int, float, string, ints, floats, strings, tensor, graph
  }

  public var kind: Kind {
    switch self {
    case .int: .int
    case .float: .float
    case .string: .string
    case .ints: .ints
    case .floats: .floats
    case .strings: .strings
    case .tensor: .tensor
    case .graph: .graph
    }
  }
}

/// What an operator says about one of its attributes.
public struct AttributeSpec: Sendable {
  public let name: String
  public let kind: Attribute.Kind
  /// The value where a node gives none; nil where the operator itself treats absence.
  public let defaultValue: Attribute?
  public let isRequired: Bool
  /// The strings that are allowed, where it is a string with a fixed set of values.
  public let choices: [String]?

  /// An attribute that every node must give.
  public static func required(_ name: String, _ kind: Attribute.Kind) -> AttributeSpec {
    AttributeSpec(name: name, kind: kind, defaultValue: nil, isRequired: true, choices: nil)
  }

  /// An attribute that may be absent.
  public static func optional(_ name: String, _ kind: Attribute.Kind) -> AttributeSpec {
    AttributeSpec(name: name, kind: kind, defaultValue: nil, isRequired: false, choices: nil)
  }

  /// An attribute with a default.
  public static func defaulted(_ name: String, _ value: Attribute) -> AttributeSpec {
    AttributeSpec(
      name: name, kind: value.kind, defaultValue: value, isRequired: false, choices: nil)
  }

  /// A string attribute that every node must give, with a fixed set of values.
  public static func required(_ name: String, of choices: [String]) -> AttributeSpec {
    AttributeSpec(
      name: name, kind: .string, defaultValue: nil, isRequired: true, choices: choices)
  }

  /// A string attribute with a fixed set of values; the first is the default.
  public static func choice(_ name: String, _ choices: [String]) -> AttributeSpec {
    AttributeSpec(
      name: name, kind: .string, defaultValue: choices.first.map { .string($0) },
      isRequired: false, choices: choices)
  }
}
