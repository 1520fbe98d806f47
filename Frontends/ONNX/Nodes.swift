import Graph
import OrderedCollections
import Support
import Tensor

/// A node on its way into the graph, in the form of some opset.
struct Draft {
  var name: String
  var op: String
  /// nil where an optional one is left out; the last one is not nil.
  var inputs: [String?]
  var outputs: [String?]
  var attributes: OrderedDictionary<String, Attribute> = [:]
  /// The name of the model's node that it comes from.
  var origin: String
  /// The values from outside that graphs in its attributes take, in their order: behind its own inputs.
  var captures: [String] = []
  /// The operator as the model has it, for messages: `operator Clip (opset 6)`.
  var label: String

  init(_ message: NodeMessage, name: String, label: String) {
    self.name = name
    self.label = label
    origin = name
    op = message.op
    inputs = message.inputs.map { $0.isEmpty ? nil : $0 }
    outputs = message.outputs.map { $0.isEmpty ? nil : $0 }
    while let last = inputs.last, last == nil { inputs.removeLast() }
  }

  var place: Place { .node(origin) }
}

extension Importer {
  mutating func addNodes(_ messages: [NodeMessage]) {
    var seen: Set<String> = [""]
    for (index, message) in messages.enumerated() {
      let name =
        seen.insert(message.name).inserted
        ? message.name
        : nodeNames.unique(message.name.isEmpty ? "\(message.op)_\(index)" : message.name)
      addNode(message, named: name)
    }
  }

  mutating func addNode(_ message: NodeMessage, named name: String) {
    let domain = Self.isDefault(message.domain) ? "" : message.domain
    let label =
      "operator \(message.op)\(domain.isEmpty ? "" : " of \(domain)")"
      + " (opset \(opsets[domain].map(String.init) ?? "unknown"))"
    var draft = Draft(message, name: name, label: label)
    var message = message
    do {
      message.attributes = try valued(message.attributes)
      if let function = functions[message] {
        return try addNodes(of: function, calledBy: message, named: name)
      }
    } catch {
      diagnostics.error(at: draft.place, "\(label): \(error.message)")
      return defineOutputs(of: draft)
    }
    let isQuantization = Quantization.knows(message.op, domain: domain)
    guard isQuantization || domain.isEmpty && Upgrade.knows(message.op) else {
      diagnostics.error(at: draft.place, "\(label) is not supported")
      return defineOutputs(of: draft)
    }
    if let first = ONNX.firstOpsets[message.op], opset < first {
      diagnostics.error(
        at: draft.place, "\(label): expected opset \(first) or later, which has it first")
      return defineOutputs(of: draft)
    }
    guard let attributes = attributes(message.attributes, of: &draft) else {
      return defineOutputs(of: draft)
    }
    draft.attributes = attributes
    do {
      if draft.op == "Constant" { return try addConstant(draft) }
      let nodes =
        isQuantization
        ? try Quantization.standard(draft, &self) : try Upgrade.newest(draft, &self)
      for node in nodes { addNode(node.capturing) }
    } catch {
      diagnostics.error(at: draft.place, "\(label): \(error.message)")
      defineOutputs(of: draft)
    }
  }

  /// Defines the outputs of a node; also where the node is faulty, so that only it is reported.
  private mutating func defineOutputs(of draft: Draft) {
    for case let output? in draft.outputs { define(Value(output), at: draft.place) }
  }

  /// Adds a node in its newest form.
  private mutating func addNode(_ draft: Draft) {
    let inputs = draft.inputs.map { $0.flatMap { input($0, of: draft) } }
    guard let op = Operator.named(draft.op) else {
      diagnostics.error(at: draft.place, "\(draft.label) is not supported")
      return defineOutputs(of: draft)
    }
    var problems: [String] = []
    if let problem = Self.problem(draft.inputs, op.inputs, "input") { problems.append(problem) }
    if let problem = Self.problem(draft.outputs, op.outputs, "output") { problems.append(problem) }
    var names = draft.outputs
    // Where an operator has as many outputs as a node names, their number has a meaning.
    while op.outputs.upperBound != .max, names.count > op.outputs.lowerBound, let last = names.last,
      last.map(used.contains) != true
    {
      names.removeLast()
    }
    let outputs = names.map { $0.map { define(Value($0), at: draft.place) } }
    do {
      let attributes = try Attributes(draft.attributes, specs: op.attributes)
      graph.nodes.append(
        Node(
          draft.name, op, attributes: attributes, inputs: inputs, outputs: outputs,
          origins: [draft.origin]))
    } catch {
      problems.append(error.message)
    }
    for problem in problems { diagnostics.error(at: draft.place, "\(draft.label): \(problem)") }
  }

  private mutating func input(_ name: String, of draft: Draft) -> ID<Value>? {
    if let id = defined[name] ?? capture(name, at: draft.place) { return id }
    diagnostics.error(
      at: draft.place,
      computed.contains(name)
        ? "takes value \(name.quoted) before it is computed, expected nodes in topological order"
        : "takes value \(name.quoted), which nothing defines")
    return nil
  }

  /// What is wrong with the number of operands, if anything.
  private static func problem(
    _ names: [String?], _ range: ClosedRange<Int>, _ kind: String
  ) -> String? {
    guard range.contains(names.count) else {
      let expected =
        range.upperBound == .max
        ? "at least \(range.lowerBound)"
        : range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      return "found \(names.count) \(kind)s, expected \(expected)"
    }
    return names.prefix(range.lowerBound).firstIndex(of: nil).map { "\(kind) \($0) is left out" }
  }

  /// A Constant node becomes a value that is known.
  private mutating func addConstant(_ draft: Draft) throws(Malformed) {
    guard draft.attributes.count == 1, let (name, attribute) = draft.attributes.elements.first
    else {
      throw Malformed("found \(draft.attributes.count) attributes, expected one")
    }
    guard draft.inputs.isEmpty, draft.outputs.count == 1, let output = draft.outputs[0] else {
      throw Malformed("found inputs or no output, expected one output alone")
    }
    guard let tensor = attribute.tensor, name.contains("value") else {
      throw Malformed("attribute \(name) is not supported")
    }
    let constant = Constant(tensor, isSparse: name == "sparse_value")
    define(Value(output, constant: constant), at: draft.place)
  }
}
