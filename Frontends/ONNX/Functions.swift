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
  /// - Parameter call: with attributes that are values.
  /// - Throws: what is wrong with the call or with the function; then outputs may not be defined.
  mutating func addNodes(
    of function: FunctionMessage, calledBy call: NodeMessage, named name: String
  ) throws(Malformed) {
    try functions.enter(function)
    defer { functions.leave() }
    let outer = (opsets, renamed, arguments)
    defer { (opsets, renamed, arguments) = outer }
    opsets = try Self.versions(function.opsets)
    try checkOpset()

    arguments = try function.arguments(of: call)
    var names = try function.names(of: call)
    try functions.reserve(function.nameCount.multipliedClamped(by: name.utf8.count))
    for output in function.nodes.flatMap(\.outputs) where names[output] == nil {
      names[output] = valueNames.unique("\(name).\(output)")
    }
    renamed = names
    let nodes = try function.nodes(names) + function.copies(of: call, names)
    for node in nodes {
      try functions.reserve(node.footprint)
      used.formUnion(node.inputs)
      used.formUnion(Self.namesInside(node, depth: depth).compactMap { names[$0] })
      computed.formUnion(node.outputs)
    }
    used.remove("")
    for (index, node) in nodes.enumerated() {
      let own = node.name.isEmpty ? "\(node.op)_\(index)" : node.name
      addNode(node, named: nodeNames.unique("\(name).\(own)"))
    }
  }

  /// Attributes with values in the place of references to attributes of the function that they are
  /// in; without those that the call leaves out.
  mutating func valued(_ attributes: [AttributeMessage]) throws(Malformed) -> [AttributeMessage] {
    guard let arguments else { return attributes }
    var result: [AttributeMessage] = []
    for attribute in attributes {
      guard !attribute.reference.isEmpty else {
        result.append(attribute)
        continue
      }
      guard var value = arguments[attribute.reference] else { continue }
      try functions.reserve(value.footprint)
      value.name = attribute.name
      result.append(value)
    }
    return result
  }
}

extension FunctionMessage {
  /// The call's attributes, and the defaults of those that it does not give, by name.
  fileprivate func arguments(of call: NodeMessage) throws(Malformed) -> [String: AttributeMessage] {
    var arguments: [String: AttributeMessage] = [:]
    for attribute in defaults { arguments[attribute.name] = attribute }
    let known = Set(attributes + arguments.keys)
    for attribute in call.attributes {
      guard known.contains(attribute.name) else {
        throw Malformed("attribute \(attribute.name) is not one of the function")
      }
      arguments[attribute.name] = attribute
    }
    return arguments
  }

  /// The names that the call has for inputs and outputs, by those that the function has.
  fileprivate func names(of call: NodeMessage) throws(Malformed) -> [String: String] {
    try Self.check(call.inputs.count, inputs.count, "input")
    try Self.check(call.outputs.count, outputs.count, "output")
    let given = call.inputs + Array(repeating: "", count: inputs.count)
    var names = Dictionary(zip(inputs, given)) { first, _ in first }
    names[""] = ""
    for (inside, outside) in zip(outputs, call.outputs)
    where !outside.isEmpty && names[inside] == nil {
      names[inside] = outside
    }
    return names
  }

  private static func check(_ found: Int, _ expected: Int, _ kind: String) throws(Malformed) {
    guard found <= expected else {
      throw Malformed("found \(found) \(kind)s, expected at most \(expected)")
    }
  }

  /// The nodes with other names for their values.
  fileprivate func nodes(_ names: [String: String]) throws(Malformed) -> [NodeMessage] {
    var result: [NodeMessage] = []
    for var node in nodes {
      node.outputs = node.outputs.map { names[$0]! }
      for index in node.inputs.indices {
        guard let name = names[node.inputs[index]] else {
          throw Malformed("nothing in the function defines value \(node.inputs[index].quoted)")
        }
        node.inputs[index] = name
      }
      result.append(node)
    }
    return result
  }

  /// Nodes that compute the outputs that are an input or another output as well.
  fileprivate func copies(
    of call: NodeMessage, _ names: [String: String]
  ) throws(Malformed) -> [NodeMessage] {
    let computed = Set(nodes.flatMap(\.outputs) + inputs)
    if let output = outputs.first(where: { !computed.contains($0) }) {
      throw Malformed("nothing in the function defines its output \(output.quoted)")
    }
    return zip(outputs, call.outputs).compactMap { inside, outside in
      guard !outside.isEmpty, let name = names[inside], name != outside else { return nil }
      return NodeMessage(
        name: "", domain: "", op: "Identity", overload: "", inputs: [name], outputs: [outside],
        attributes: [])
    }
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
    // Unpacked, a graph may take as many times its bytes as a model may.
    let graphs = graphs.reduce(0) { $0 + 24 * $1.count }
    return (parts.map(\.dims) + sparseTensors.map(\.dims))
      .reduce(64 + string.utf8.count + lists + graphs) { $0.addingClamped($1.footprint) }
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
