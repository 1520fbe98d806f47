import Graph
import OrderedCollections
import Support
import Tensor

/// The nodes that take the place of one, in the making.
struct Replacement {
  /// The node that is replaced.
  let draft: Draft
  private(set) var nodes: [Draft] = []

  init(of draft: Draft) {
    self.draft = draft
  }

  /// Appends a node with one output, whose name it returns.
  mutating func add(
    _ op: String, _ inputs: [String?], _ importer: inout Importer,
    _ attributes: OrderedDictionary<String, Attribute> = [:]
  ) -> String {
    var node = draft
    node.name = importer.nodeNames.unique("\(draft.name).\(op)")
    node.op = op
    node.inputs = inputs
    node.attributes = attributes
    let output = importer.valueNames.unique(node.name)
    node.outputs = [output]
    nodes.append(node)
    return output
  }

  /// Appends a node under the name of the one that is replaced, which computes its outputs.
  mutating func finish(
    _ op: String, _ inputs: [String?], _ attributes: OrderedDictionary<String, Attribute> = [:]
  ) {
    var node = draft
    node.op = op
    node.inputs = inputs
    node.attributes = attributes
    nodes.append(node)
  }
}

extension Draft {
  /// The names of its inputs, which must be as many and all there.
  func inputs(_ count: Int) throws(Malformed) -> [String] { try inputs(count...count) }

  /// The names of its inputs, whose number must lie in a range and none of which may be left out.
  func inputs(_ range: ClosedRange<Int>) throws(Malformed) -> [String] {
    guard range.contains(inputs.count) else {
      let expected = range.count == 1 ? "" : "\(range.lowerBound) to "
      throw Malformed("found \(inputs.count) inputs, expected \(expected)\(range.upperBound)")
    }
    if let index = inputs.firstIndex(of: nil) { throw Malformed("input \(index) is left out") }
    return inputs.compactMap { $0 }
  }

  /// Removes an attribute and returns it.
  mutating func take(_ name: String, _ kind: Attribute.Kind) throws(Malformed) -> Attribute? {
    guard let attribute = attributes.removeValue(forKey: name) else { return nil }
    guard attribute.kind == kind else {
      throw Malformed(
        "attribute \(name): found \(attribute.kind.rawValue), expected \(kind.rawValue)")
    }
    return attribute
  }

  /// Removes an integer attribute and returns it.
  mutating func takeInt(_ name: String) throws(Malformed) -> Int64? {
    guard case .int(let int)? = try take(name, .int) else { return nil }
    return int
  }

  /// Removes a string attribute and returns it.
  mutating func takeString(_ name: String) throws(Malformed) -> String? {
    guard case .string(let string)? = try take(name, .string) else { return nil }
    return string
  }

  /// Throws if attributes are left that no rule took.
  func checkNoAttributes() throws(Malformed) {
    if let name = attributes.keys.first { throw Malformed("attribute \(name) is not supported") }
  }
}

extension Importer {
  /// The constant of a value, if it is one.
  func constant(_ name: String) -> Constant? { defined[name].flatMap { graph.values[$0].constant } }

  /// Adds a constant and returns its name.
  mutating func addConstant(_ tensor: Tensor, named wanted: String, of draft: Draft) -> String {
    let name = valueNames.unique(wanted)
    define(Value(name, constant: Constant(tensor)), at: draft.place)
    return name
  }

  /// Adds a constant of one integer, along one axis, and returns its name.
  mutating func addConstant(_ int: Int64, named name: String, of draft: Draft) -> String {
    addConstant(Tensor([1], ints: [int]), named: "\(draft.name).\(name)", of: draft)
  }
}
