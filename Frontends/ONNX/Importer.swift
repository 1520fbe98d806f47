import Foundation
import Graph
import OrderedCollections
import Support
import Tensor

/// Builds a graph out of the messages of a model. Goes on after an error, so that all are reported.
struct Importer {
  var diagnostics = Diagnostics()
  /// How many errors are files that are not there.
  private var missingFiles = 0
  var tensors: TensorReader
  var graph: Graph
  /// The versions of the operator sets that the model, or the function whose nodes are being added,
  /// uses, by domain; "" is the default one.
  var opsets: [String: Int] = [:]
  var valueNames = Names()
  var nodeNames = Names()
  /// The functions that the model defines.
  var functions = Functions()
  /// While nodes of a function are added, the names of its values in this graph, by those that it has
  /// for them.
  var renamed: [String: String]?
  /// The attributes of the function whose nodes, or graphs in these, are being added.
  var arguments: [String: AttributeMessage]?
  /// The values defined so far, by name.
  var defined: [String: ID<Value>] = [:]
  /// The names of values that some node takes or the graph gives out.
  var used: Set<String> = []
  /// The names of values that some node computes.
  var computed: Set<String> = []
  /// The ranks that the model declares, by value name.
  var ranks: [String: Int] = [:]

  /// Of a graph in an attribute: what is defined around it, from the inside out, and what it takes of that.
  var outside: [Scope] = []
  var captures: [String] = []
  /// How many graphs this one lies in.
  var depth = 0

  /// - Parameter file: the model's path, beside which external data lies.
  init(file: String) {
    tensors = TensorReader(externalFiles: ExternalFiles(model: file))
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    graph = Graph(name: stem)
  }

  /// - Throws: everything that is wrong with the model or not supported.
  mutating func graph(of model: consuming ModelMessage) throws(Failure) -> Graph {
    try checkHeader(model)
    let message = model.graphs[0]
    model.graphs = []
    let outputs = message.outputs
    add(message)
    if !diagnostics.hasErrors { checkShapes(of: outputs) }
    try diagnostics.check(diagnostics.all.count == missingFiles ? .noInput : .data)
    return graph
  }

  /// Adds what a graph has.
  mutating func add(_ message: consuming GraphMessage) {
    var message = message
    if !message.name.isEmpty { graph.name = message.name }
    survey(message)
    // Models of IR version 3 repeat their initializers among the inputs.
    let constants = Set(message.initializers.map(\.name) + message.sparseInitializers.map(\.name))
    for input in message.inputs where !constants.contains(input.name) { addInput(input) }
    let repeated = message.inputs.filter { constants.contains($0.name) }
    addConstants(&message)
    for input in repeated { checkType(of: input) }
    addNodes(message.nodes)
    addOutputs(message.outputs)
  }

  /// Checks what does not lie in the graph, and finds the opset.
  private mutating func checkHeader(_ model: borrowing ModelMessage) throws(Failure) {
    guard model.graphs.count == 1 else {
      let found = model.graphs.isEmpty ? "no graph" : "\(model.graphs.count) graphs"
      throw .data("found \(found), expected an ONNX model with one")
    }
    for function in model.functions where !functions.define(function) {
      diagnostics.error(at: function.place, "is defined twice")
    }
    do {
      opsets = try Self.versions(model.opsets)
      try checkOpset()
    } catch {
      throw .data(error.message)
    }
  }

  /// The version of each domain.
  static func versions(_ messages: [OpsetMessage]) throws(Malformed) -> [String: Int] {
    var versions: [String: Int] = [:]
    for set in messages {
      let (domain, version) = (Self.isDefault(set.domain) ? "" : set.domain, Int(set.version))
      if let other = versions.updateValue(version, forKey: domain), other != version {
        throw Malformed(
          "found opsets \(other) and \(version) of \(domain.isEmpty ? "the default domain" : domain), "
            + "expected one")
      }
    }
    return versions
  }

  /// Throws unless the default domain has a version that is read.
  func checkOpset() throws(Malformed) {
    guard ONNX.opsets.contains(opset) else {
      let found = opsets[""].map { "opset \($0)" } ?? "no opset"
      throw Malformed(
        "found \(found) of the default domain, expected \(ONNX.opsets.lowerBound) to "
          + "\(ONNX.opsets.upperBound)")
    }
  }

  /// The version of the default operator set.
  var opset: Int { opsets[""] ?? 0 }

  static func isDefault(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  /// Notes which names there are, which are used, and what ranks are declared.
  private mutating func survey(_ message: GraphMessage) {
    for node in message.nodes {
      used.formUnion(node.inputs)
      used.formUnion(Self.namesInside(node, depth: depth))
      computed.formUnion(node.outputs)
      nodeNames.reserve(node.name)
    }
    used.formUnion(message.outputs.map(\.name))
    used.remove("")
    for name in computed { valueNames.reserve(name) }
    for input in message.inputs { valueNames.reserve(input.name) }
    for initializer in message.initializers { valueNames.reserve(initializer.name) }
    for sparse in message.sparseInitializers { valueNames.reserve(sparse.name) }
    for value in message.inputs + message.outputs + message.values {
      if let rank = value.tensorTypes.first?.shapes.first?.count { ranks[value.name] = rank }
    }
  }

  // MARK: - Values

  /// Turns initializers into constants, freeing each message as its tensor is made.
  private mutating func addConstants(_ message: inout GraphMessage) {
    message.initializers.reverse()
    while let initializer = message.initializers.popLast() {
      let name = initializer.name
      addConstant(name, at: .value(name)) { reader throws(Malformed) in
        Constant(try reader.tensor(initializer))
      }
    }
    for sparse in message.sparseInitializers {
      addConstant(sparse.name, at: .value(sparse.name)) { reader throws(Malformed) in
        Constant(try reader.dense(sparse), isSparse: true)
      }
    }
    message.sparseInitializers = []
  }

  /// Defines `name` as the constant that `read` gives; still defines it if that is faulty.
  mutating func addConstant(
    _ name: String, at place: Place,
    _ read: (inout TensorReader) throws(Malformed) -> Constant
  ) {
    do {
      define(Value(name, constant: try read(&tensors)), at: place)
    } catch {
      if error.isMissingFile { missingFiles += 1 }
      diagnostics.error(at: place, error.message)
      define(Value(name), at: place)
    }
  }

  private mutating func addInput(_ message: ValueMessage) {
    let place = Place.value(message.name)
    do {
      let id = define(try input(message), at: place)
      graph.inputs.append(id)
    } catch {
      diagnostics.error(at: place, error.message)
      define(Value(message.name), at: place)
    }
  }

  private func input(_ message: ValueMessage) throws(Malformed) -> Value {
    // What takes a graph knows the types of its inputs, and a loop's may change.
    if depth > 0 { return Value(message.name) }
    guard let type = message.tensorTypes.first else {
      throw Malformed("graph input is not a tensor; other types are not supported")
    }
    let element = try ElementType.code(type.element)
    if let size = type.shapes.first?.compactMap(\.value).first(where: { $0 < -1 }) {
      throw Malformed("found a size of \(size), expected one of 0 or more, or -1 for one left open")
    }
    let declared = type.shapes.first.map { $0.map(Self.dimension) }
    var sizes: [Int] = []
    for case .fixed(let size)? in declared ?? [] { sizes.append(size) }
    guard let shape = Shape(checking: sizes) else {
      throw Malformed("found sizes \(sizes), expected a product that fits")
    }
    let isFixed = declared?.count == sizes.count
    return Value(message.name, element: element, shape: isFixed ? shape : nil, declared: declared)
  }

  /// Exporters also write a size left open as 0, -1 or "?".
  static func dimension(_ message: DimensionMessage) -> Value.Dimension {
    if let size = message.value, size > 0 { return .fixed(Int(size)) }
    return message.name.isEmpty || message.name == "?" ? .unknown : .named(message.name)
  }

  private mutating func addOutputs(_ messages: [ValueMessage]) {
    if messages.isEmpty {
      diagnostics.error(at: Place(), "found a graph without outputs, expected at least one")
    }
    var seen: Set<ID<Value>> = []
    for message in messages {
      guard let id = defined[message.name] ?? capture(message.name, at: .value(message.name)) else {
        diagnostics.error(at: .value(message.name), "nothing defines this graph output")
        continue
      }
      if !seen.insert(id).inserted, depth == 0 {
        diagnostics.error(at: .value(message.name), "found twice among the graph outputs")
      }
      graph.outputs.append(id)
      declare(message, id)
    }
  }

  /// Adds a value under a name that must be new.
  @discardableResult
  mutating func define(_ value: Value, at place: Place) -> ID<Value> {
    let id = graph.values.append(value)
    if value.name.isEmpty {
      diagnostics.error(at: place, "found a value without a name")
    } else if defined.updateValue(id, forKey: value.name) != nil {
      diagnostics.error(at: place, "value \(value.name.quoted) is defined twice")
    }
    return id
  }
}
