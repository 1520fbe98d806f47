import Foundation
import Graph
import Support
import Tensor

/// Builds a graph out of a model's text: what it says is first gathered in `inputs`, `constants`,
/// `nodes` and `outputs`, by name; then the names are resolved. Goes on after an error, so that all
/// are reported.
struct ModelReader {
  var document: Document
  /// The model's path.
  let file: String
  /// Elements that may still be made up.
  var synthesizable: Int

  var inputs: [(value: Value, item: Item)] = []
  var constants: [(name: String, tensor: Tensor?, item: Item)] = []
  var nodes: [NodeDescription] = []
  var outputs: [(name: String, item: Item)] = []

  static let format = "sonic-model"
  /// The largest size of an axis.
  static let maximumSize = Int(Int32.max)

  init(document: Document, file: String, synthesizing limit: Int) {
    self.document = document
    self.file = file
    synthesizable = limit
  }

  /// The keys of a model; it also has `nodes` and `outputs`, or `layers`.
  static let required = ["format", "version", "inputs"]
  static let optional = ["name", "constants", "nodes", "outputs", "weights", "layers"]

  /// - Throws: everything that is wrong with the model.
  mutating func graph(_ root: Item) throws(Failure) -> Graph {
    if let fields = document.object(root, required: Self.required, optional: Self.optional) {
      checkHeader(fields)
      if let item = fields["inputs"] { addInputs(item) }
      if fields["layers"] != nil {
        addLayers(fields)
      } else {
        addNodes(fields)
      }
      let graph = resolved(name: fields["name"].flatMap { document.name($0) } ?? stem)
      if !document.diagnostics.hasErrors {
        document.add(graph.verify())
        try document.diagnostics.check()
        return graph
      }
    }
    throw Failure(.data, document.diagnostics.all)
  }

  /// The file's name, without folder and extension.
  private var stem: String {
    URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
  }

  private mutating func checkHeader(_ fields: Fields) {
    if let item = fields["format"], item.value.string != Self.format {
      document.mismatch(item, Self.format.quoted)
    }
    if let item = fields["version"], item.value.integer != 1 { document.mismatch(item, "1") }
    if fields["layers"] != nil {
      for key in ["constants", "nodes", "outputs"] {
        if let item = fields[key] {
          document.problem(item, "found \(key) beside layers, expected one or the other")
        }
      }
    } else if let item = fields["weights"] {
      document.problem(item, "found weights without layers, expected both or neither")
    }
  }

  // MARK: - Inputs and constants

  private mutating func addInputs(_ item: Item) {
    for item in document.array(item) ?? [] {
      guard let fields = document.object(item, required: ["name", "type", "shape"]) else {
        continue
      }
      let name = fields["name"].flatMap { document.name($0) }
      let type = fields["type"].flatMap { document.choice($0, ElementType.self) }
      let declared = fields["shape"].flatMap { dimensions($0) }
      guard let name, let type, let declared else { continue }
      let sizes = declared.compactMap(\.size)
      guard let shape = Shape(checking: sizes) else {
        document.problem(item, "found sizes \(sizes), expected a product that fits")
        continue
      }
      let isFixed = sizes.count == declared.count
      let value = Value(name, element: type, shape: isFixed ? shape : nil, declared: declared)
      inputs.append((value, item))
    }
  }

  /// `[1, 3, "H", null]`
  private mutating func dimensions(_ item: Item) -> [Value.Dimension]? {
    document.array(item, of: "a size, a name for one, or null") { value in
      switch value.kind {
      case .null: return .unknown
      case .string(let name) where !name.isEmpty: return .named(name)
      default:
        guard let size = value.integer, (1...Self.maximumSize).contains(Int(size)) else {
          return nil
        }
        return .fixed(Int(size))
      }
    }
  }

  /// The shape of a constant.
  mutating func shape(_ item: Item) -> Shape? {
    let sizes = document.array(item, of: "a size") { value in
      value.integer.flatMap { (0...Self.maximumSize).contains(Int($0)) ? Int($0) : nil }
    }
    guard let sizes else { return nil }
    if let shape = Shape(checking: sizes) { return shape }
    document.problem(item, "found sizes \(sizes), expected a product that fits")
    return nil
  }

  // MARK: - Names

  /// The graph of what has been gathered.
  private mutating func resolved(name: String) -> Graph {
    var graph = Graph(name: name)
    var ids: [String: ID<Value>] = [:]
    for (value, item) in inputs {
      graph.inputs.append(define(value, item, &ids, &graph))
    }
    for (name, tensor, item) in constants {
      let value = Value(name, constant: tensor.map { Constant($0) })
      _ = define(value, item, &ids, &graph)
    }
    for description in nodes {
      let inputs = description.inputs.map { $0.flatMap { use($0.name, $0.item, ids) } }
      let outputs = description.outputs.map { output in
        output.map { define(Value($0.name), $0.item, &ids, &graph) }
      }
      guard let op = description.op, let attributes = description.attributes else { continue }
      graph.nodes.append(
        Node(
          description.name, op, attributes: attributes, inputs: inputs, outputs: outputs))
    }
    graph.outputs = outputs.compactMap { use($0.name, $0.item, ids) }
    return graph
  }

  private mutating func define(
    _ value: Value, _ item: Item, _ ids: inout [String: ID<Value>], _ graph: inout Graph
  ) -> ID<Value> {
    let id = graph.values.append(value)
    if ids.updateValue(id, forKey: value.name) != nil {
      document.problem(item, "the name \(value.name.quoted) is taken by another value")
    }
    return id
  }

  private mutating func use(
    _ name: String, _ item: Item, _ ids: [String: ID<Value>]
  ) -> ID<Value>? {
    if let id = ids[name] { return id }
    document.problem(item, "found \(name.quoted), which is not defined before")
    return nil
  }
}

extension Value.Dimension {
  /// The size, where it is fixed.
  var size: Int? {
    if case .fixed(let size) = self { size } else { nil }
  }
}
