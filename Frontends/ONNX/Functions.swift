import Graph
import Support

/// The functions that a model defines: operators that are other nodes.
struct Functions {
  /// What a node calls a function by.
  struct Key: Hashable {
    var domain: String
    var name: String
    var overload: String

    init(domain: String, name: String, overload: String) {
      self.domain = Importer.isDefault(domain) ? "" : domain
      self.name = name
      self.overload = overload
    }
  }

  /// How deep functions may call each other.
  static let depthLimit = 64

  private var functions: [Key: FunctionMessage] = [:]
  /// The functions whose nodes are being added, from the outermost on.
  private var calls: [Key] = []
  /// About how many bytes copies of functions' nodes may still take, so that a small file cannot ask
  /// for gigabytes by functions that call each other.
  private var allowance = 1 << 28

  /// False if there is such a function already.
  mutating func define(_ function: FunctionMessage) -> Bool {
    functions.updateValue(function, forKey: function.key) == nil
  }

  subscript(call: NodeMessage) -> FunctionMessage? {
    functions.isEmpty
      ? nil : functions[Key(domain: call.domain, name: call.op, overload: call.overload)]
  }

  /// Begins with the nodes of a function.
  mutating func enter(_ function: FunctionMessage) throws(Malformed) {
    guard !calls.contains(function.key) else { throw Malformed("the function calls itself") }
    guard calls.count < Self.depthLimit else {
      throw Malformed("functions call each other more than \(Self.depthLimit) deep")
    }
    calls.append(function.key)
  }

  /// Ends with the nodes of the function that was entered last.
  mutating func leave() { calls.removeLast() }

  /// Makes room for a part of a function's copy.
  mutating func reserve(_ bytes: Int) throws(Malformed) {
    guard bytes <= allowance else {
      throw Malformed("found more nodes than fit, as functions call each other too often")
    }
    allowance -= bytes
  }
}

extension FunctionMessage {
  fileprivate var key: Functions.Key {
    Functions.Key(domain: domain, name: name, overload: overload)
  }

  /// The number of nodes and values that get names of their own.
  fileprivate var nameCount: Int { nodes.reduce(0) { $0 + 1 + $1.outputs.count } }

  var place: Place { Place(.named("function \(name.quoted)")) }
}

// MARK: - Calls

extension Importer {
  /// Adds the nodes of a function in the place of one that calls it, under names of their own.
  ///
  /// - Throws: what is wrong with the call or with the function; then outputs may not be defined.
  mutating func addNodes(
    of function: FunctionMessage, calledBy call: NodeMessage, named name: String
  ) throws(Malformed) {
    var body = try FunctionBody(function, calledBy: call)
    try functions.enter(function)
    defer { functions.leave() }
    let outer = opsets
    opsets = Self.versions(function.opsets)
    defer { opsets = outer }
    try checkOpset()

    try functions.reserve(function.nameCount.multipliedClamped(by: name.utf8.count))
    body.nameValues { valueNames.unique("\(name).\($0)") }
    let nodes = try body.nodes()
    for node in nodes {
      try functions.reserve(node.footprint)
      used.formUnion(node.inputs)
      computed.formUnion(node.outputs)
    }
    used.remove("")
    for (index, node) in nodes.enumerated() {
      let own = node.name.isEmpty ? "\(node.op)_\(index)" : node.name
      addNode(node, named: nodeNames.unique("\(name).\(own)"))
    }
  }
}

/// The nodes of a function as those of one call.
private struct FunctionBody {
  private let function: FunctionMessage
  /// The call's attributes, and the function's defaults of those that it does not give.
  private var attributes: [String: AttributeMessage] = [:]
  /// The names of values outside, by those inside.
  private var names: [String: String] = [:]
  /// Outputs, by names inside and outside, that are an input or another output as well.
  private var copies: [(inside: String, outside: String)] = []

  init(_ function: FunctionMessage, calledBy call: NodeMessage) throws(Malformed) {
    self.function = function
    try Self.check(call.inputs.count, function.inputs.count, "input")
    try Self.check(call.outputs.count, function.outputs.count, "output")
    for attribute in function.defaults { attributes[attribute.name] = attribute }
    let known = Set(function.attributes + attributes.keys)
    for attribute in call.attributes {
      guard known.contains(attribute.name) else {
        throw Malformed("attribute \(attribute.name) is not one of the function")
      }
      attributes[attribute.name] = attribute
    }
    let given = call.inputs + Array(repeating: "", count: function.inputs.count)
    for (inside, outside) in zip(function.inputs, given) { names[inside] = outside }
    names[""] = ""
    for (inside, outside) in zip(function.outputs, call.outputs) where !outside.isEmpty {
      if names[inside] == nil {
        names[inside] = outside
      } else {
        copies.append((inside, outside))
      }
    }
  }

  private static func check(_ found: Int, _ expected: Int, _ kind: String) throws(Malformed) {
    guard found <= expected else {
      throw Malformed("found \(found) \(kind)s, expected at most \(expected)")
    }
  }

  /// Gives names to the values that are known inside only.
  mutating func nameValues(_ unique: (String) -> String) {
    for node in function.nodes {
      for output in node.outputs where names[output] == nil { names[output] = unique(output) }
    }
  }

  func nodes() throws(Malformed) -> [NodeMessage] {
    let computed = Set(function.nodes.flatMap(\.outputs) + function.inputs)
    if let output = function.outputs.first(where: { !computed.contains($0) }) {
      throw Malformed("nothing in the function defines its output \(output.quoted)")
    }
    var nodes: [NodeMessage] = []
    for node in function.nodes { nodes.append(try renamed(node)) }
    for (inside, outside) in copies {
      nodes.append(
        NodeMessage(
          name: "", domain: "", op: "Identity", overload: "", inputs: [names[inside]!],
          outputs: [outside], attributes: []))
    }
    return nodes
  }

  private func renamed(_ original: NodeMessage) throws(Malformed) -> NodeMessage {
    var node = original
    node.outputs = node.outputs.map { names[$0]! }
    node.inputs = []
    for input in original.inputs {
      guard let name = names[input] else {
        throw Malformed("nothing in the function defines value \(input.quoted)")
      }
      node.inputs.append(name)
    }
    node.attributes = original.attributes.compactMap { attribute in
      if attribute.reference.isEmpty { return attribute }
      var value = attributes[attribute.reference]
      value?.name = attribute.name
      return value
    }
    return node
  }
}

// MARK: - Sizes

extension NodeMessage {
  /// About how many bytes the node takes in a graph.
  fileprivate var footprint: Int {
    let names = (inputs + outputs).reduce(2 * name.utf8.count) { $0 + 64 + $1.utf8.count }
    return attributes.reduce(2048 + names) { $0.addingClamped($1.footprint) }
  }
}

extension AttributeMessage {
  fileprivate var footprint: Int {
    let lists = 4 * floats.count + 8 * ints.count + strings.reduce(0) { $0 + 16 + $1.utf8.count }
    let parts = tensors + sparseTensors.flatMap { $0.values + $0.indices }
    return (parts.map(\.dims) + sparseTensors.map(\.dims))
      .reduce(64 + string.utf8.count + lists) { $0.addingClamped($1.footprint) }
  }
}

extension [Int64] {
  /// What a tensor of these sizes takes at most, wherever its elements are.
  fileprivate var footprint: Int { reduce(8) { $0.multipliedClamped(by: Swift.max(Int($1), 1)) } }
}

extension Int {
  fileprivate func addingClamped(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  fileprivate func multipliedClamped(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
