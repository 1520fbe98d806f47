import Graph
import OrderedCollections
import Support
import Tensor

/// A node as the model's text describes it, by names.
struct NodeDescription {
  var name: String
  /// nil if there is no such operator.
  var op: Operator?
  /// nil if they are wrong.
  var attributes: Attributes?
  var inputs: [(name: String, item: Item)?]
  var outputs: [(name: String, item: Item)?]
}

extension ModelReader {
  /// Reads `constants`, `nodes` and `outputs`.
  mutating func addNodes(_ fields: Fields) {
    for key in ["nodes", "outputs"] where fields[key] == nil {
      document.problem(fields.item, "the key \(key) is missing")
    }
    for (name, item) in fields["constants"].flatMap({ document.dictionary($0) }) ?? [] {
      if name.isEmpty { document.problem(item, "found a constant without a name") }
      constants.append((name, constant(item), item))
    }
    for item in fields["nodes"].flatMap({ document.array($0) }) ?? [] { addNode(item) }
    guard let item = fields["outputs"], let items = document.array(item) else { return }
    if items.isEmpty { document.problem(item, "found no outputs, expected at least one") }
    for item in items {
      if let name = document.name(item) { outputs.append((name, item)) }
    }
  }

  /// `{"op": "Conv", "name": "conv1", "inputs": ["x", "w"], "outputs": ["y"], "attributes": {}}`
  private mutating func addNode(_ item: Item) {
    guard
      let fields = document.object(
        item, required: ["op", "inputs", "outputs"], optional: ["name", "attributes"])
    else { return }
    let inputs = fields["inputs"].flatMap { operands($0) } ?? []
    let outputs = fields["outputs"].flatMap { operands($0) } ?? []
    let first = outputs.first.flatMap { $0?.name }
    let name = fields["name"].map { document.name($0) } ?? first
    if fields["name"] == nil, first == nil {
      document.problem(item, "found neither a name nor a first output to name the node after")
    }
    let op = fields["op"].flatMap { operatorNamed($0) }
    let attributes = op.flatMap { self.attributes(fields["attributes"], of: $0, item) }
    nodes.append(
      NodeDescription(
        name: name ?? "", op: op, attributes: attributes, inputs: inputs, outputs: outputs))
  }

  private mutating func operatorNamed(_ item: Item) -> Operator? {
    guard let name = document.string(item, "the name of an operator") else { return nil }
    if let op = Operator.named(name) { return op }
    document.problem(item, "operator \(name.quoted) is not supported")
    return nil
  }

  /// Names of values, null for one that is left out.
  private mutating func operands(_ item: Item) -> [(name: String, item: Item)?]? {
    document.array(item)?.map { item in
      if case .null = item.value.kind { return nil }
      return document.name(item).map { ($0, item) }
    }
  }

  // MARK: Attributes

  private mutating func attributes(
    _ item: Item?, of op: Operator, _ node: Item
  ) -> Attributes? {
    var given: OrderedDictionary<String, Attribute> = [:]
    var isGood = true
    for (name, item) in item.flatMap({ document.dictionary($0) }) ?? [] {
      guard let spec = op.attributes.first(where: { $0.name == name }) else {
        let known = op.attributes.map(\.name)
        document.problem(
          item,
          "unknown attribute of \(op.name), expected "
            + (known.isEmpty ? "none" : "one of " + known.joined(separator: ", ")))
        isGood = false
        continue
      }
      given[name] = attribute(item, spec.kind)
      if given[name] == nil { isGood = false }
    }
    guard isGood else { return nil }
    do {
      return try Attributes(given, specs: op.attributes)
    } catch {
      document.problem(item ?? node, error.message)
      return nil
    }
  }

  private mutating func attribute(_ item: Item, _ kind: Attribute.Kind) -> Attribute? {
    switch kind {
    case .int: return int(item).map { .int($0) }
    case .float: return document.float(item).map { .float($0) }
    case .string: return document.string(item).map { .string($0) }
    case .ints: return document.array(item, of: "an integer", \.integer).map { .ints($0) }
    case .floats:
      return document.array(item, of: "a number that fits a float", \.float).map { .floats($0) }
    case .strings:
      return document.array(item, of: "a string", \.string).map { .strings($0) }
    case .tensor: return constant(item).map { .tensor($0) }
    case .graph:
      document.problem(item, "graphs in attributes are not supported in JSON")
      return nil
    }
  }

  private mutating func int(_ item: Item) -> Int64? {
    if let value = item.value.integer { return value }
    document.mismatch(item, "an integer")
    return nil
  }
}
