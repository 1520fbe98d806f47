public import Graph
public import ISA
import Tensor

/// An attribute of an operation: the list that its kind says is filled.
public struct AttributeRecord: Record {
  public enum Kind: UInt8, Keyword {
    case int, float, string, ints, floats, strings, tensor, graph
  }

  public static let mnemonic = "attribute"
  public static let summary = "an attribute of an operation"
  public var name = ""
  public var kind = Kind.int
  public var element = ElementCode(.float)
  public var sizes: [UInt64] = []
  public var ints: [Int64] = []
  public var floats: [Float] = []
  public var strings: [String] = []

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the attribute's name")
    try visitor.keyword(&kind, "kind", "its kind")
    try visitor.keyword(&element, "element", "the element type of a tensor")
    try visitor.list(&sizes, of: .integer(), "shape", "the sizes of a tensor")
    try visitor.list(&ints, of: .integer(), "ints", "its integers")
    try visitor.list(&floats, of: .float, "floats", "its floats")
    try visitor.list(&strings, of: .text, "strings", "its strings")
  }
}

extension AttributeRecord {
  /// An attribute as a record.
  public init(_ name: String, _ attribute: Attribute) {
    self.init()
    self.name = name
    switch attribute {
    case .int(let value): (kind, ints) = (.int, [value])
    case .float(let value): (kind, floats) = (.float, [value])
    case .string(let value): (kind, strings) = (.string, [value])
    case .ints(let values): (kind, ints) = (.ints, values)
    case .floats(let values): (kind, floats) = (.floats, values)
    case .strings(let values): (kind, strings) = (.strings, values)
    case .tensor(let tensor):
      kind = .tensor
      element = ElementCode(tensor.type)
      sizes = tensor.shape.sizes.map(UInt64.init)
      switch tensor.elements {
      case .floats, .doubles: floats = tensor.floats
      case .ints(let values): ints = values
      }
    case .graph(let graph): (kind, strings) = (.graph, [graph.text(constants: .full)])
    }
  }

  /// The attribute; nil if the lists do not fit the kind.
  public var attribute: Attribute? {
    switch kind {
    case .int: ints.count == 1 ? .int(ints[0]) : nil
    case .float: floats.count == 1 ? .float(floats[0]) : nil
    case .string: strings.count == 1 ? .string(strings[0]) : nil
    case .ints: .ints(ints)
    case .floats: .floats(floats)
    case .strings: .strings(strings)
    case .tensor: tensor.map { .tensor($0) }
    case .graph: strings.count == 1 ? Attribute(parsingGraph: strings[0]) : nil
    }
  }

  private var tensor: Tensor? {
    guard let shape = Shape(checking: sizes.map { Int(clamping: $0) }) else { return nil }
    if element.type.isFloatingPoint {
      return floats.count == shape.count ? Tensor(shape, floats: floats, type: element.type) : nil
    }
    return ints.count == shape.count ? Tensor(shape, ints: ints, type: element.type) : nil
  }
}
