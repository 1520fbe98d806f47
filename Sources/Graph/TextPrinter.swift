import Support
import Tensor

/// Writes the text form of a graph. Prints broken graphs as well as it can, for debugging.
struct GraphPrinter {
  let graph: Graph
  let constants: Graph.ConstantText
  /// The index that the next value to be defined has, unless its definition says otherwise.
  private var nextIndex = 0

  init(graph: Graph, constants: Graph.ConstantText) {
    self.graph = graph
    self.constants = constants
  }

  consuming func text() -> String {
    let defined = Set(graph.nodes.flatMap { $0.outputs.compactMap(\.self) } + graph.inputs)
    var lines = graph.inputs.map { "input " + definition($0) + ": " + facts(of: $0) }
    for id in graph.values.ids where !defined.contains(id) {
      if let constant = graph.values[id].constant {
        lines.append(
          "const " + definition(id) + ": " + facts(of: id) + " = " + spelling(of: constant))
      } else {
        lines.append("value " + definition(id) + ": " + facts(of: id))
      }
    }
    lines += graph.nodes.map { line($0) }
    lines += graph.outputs.map { "output " + name($0) }
    return "graph \(graph.name.quoted) {\n" + lines.map { "  \($0)\n" }.joined() + "}\n"
  }

  /// `%conv1`, or `%"a name"`.
  private func name(_ id: ID<Value>) -> String {
    guard Int(id.index) < graph.values.count else { return "%?\(id.index)" }
    let name = graph.values[id].name
    return "%" + (GraphText.isBare(name) ? name : name.quoted)
  }

  /// The name where the value is defined: with `@index` if that does not follow the one before.
  private mutating func definition(_ id: ID<Value>) -> String {
    let index = Int(id.index)
    defer { nextIndex = index + 1 }
    return name(id) + (index == nextIndex ? "" : "@\(index)")
  }

  private mutating func line(_ node: Node) -> String {
    let outputs = node.outputs.map { id in id.map { definition($0) } ?? "_" }
    var line = outputs.joined(separator: ", ") + " = " + node.op.name
    let first = node.outputs.first?.flatMap { $0 }
    let isNamedAsOutput = first.map { node.name == value($0)?.name } ?? false
    if !isNamedAsOutput { line += " " + node.name.quoted }
    line += "(" + node.inputs.map { $0.map(name) ?? "_" }.joined(separator: ", ") + ")"
    line += attributes(of: node)
    if let clamp = node.clamp { line += " clamp(\(clamp.lower), \(clamp.upper))" }
    if node.origins != [node.name] {
      line += " from " + GraphText.list(node.origins.map(\.quoted))
    }
    if !node.nonzeros.isEmpty {
      line += " nonzeros \(node.nonzeros.count) "
      line += spelling(of: .ints(node.nonzeros.map(Int64.init)), .uint32)
    }
    let facts = node.outputs.compactMap(\.self).map { self.facts(of: $0) }
    if facts.contains(where: { $0 != "?" }) { line += ": " + facts.joined(separator: ", ") }
    return line
  }

  /// `{axis = 1}`, without those that have their default.
  private func attributes(of node: Node) -> String {
    let values = node.attributes.values.filter { name, value in
      node.op.attributes.first { $0.name == name }?.defaultValue != value
    }
    guard !values.isEmpty else { return "" }
    return " {" + values.map { "\($0) = \(spelling(of: $1))" }.joined(separator: ", ") + "}"
  }

  private func spelling(of attribute: Attribute) -> String {
    switch attribute {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): value.quoted
    case .ints(let values): GraphText.list(values.map { "\($0)" })
    case .floats(let values): GraphText.list(values.map { "\($0)" })
    case .strings(let values): GraphText.list(values.map(\.quoted))
    case .tensor(let tensor):
      "\(TensorType(tensor.type, tensor.shape)) " + spelling(of: tensor.elements, tensor.type)
    case .graph(let graph): "graph " + graph.text(constants: constants).quoted
    }
  }

  private func value(_ id: ID<Value>) -> Value? {
    Int(id.index) < graph.values.count ? graph.values[id] : nil
  }

  /// `float 1x16x28x28 peak 3.2 density 0.4 fixed 12`; `?` where nothing is known.
  private func facts(of id: ID<Value>) -> String {
    guard let value = value(id) else { return "?" }
    var words = [value.element?.rawValue ?? "?"]
    if let declared = value.declared {
      words.append(GraphText.dimensions(declared))
      if value.shape != nil { words.append("as") }
    }
    if let shape = value.shape { words.append("\(shape)") }
    if let seen = value.statistics { words.append("peak \(seen.peak) density \(seen.density)") }
    if let format = value.format { words.append("fixed \(format.fraction)") }
    return words.joined(separator: " ")
  }

  private func spelling(of constant: Constant) -> String {
    var text = constant.isSparse ? "sparse " : ""
    switch constant.base {
    case .dense(let tensor): text += spelling(of: tensor, isSparse: constant.isSparse)
    case .clustered(let clustered):
      let codes = Tensor(clustered.shape, ints: clustered.codes.map(Int64.init), type: .uint8)
      text += "clustered " + GraphText.list(clustered.codebook.map { "\($0)" }) + " codes "
      text += spelling(of: codes, isSparse: constant.isSparse)
    }
    if let gains = constant.gains {
      text += " gains axis \(gains.axis) " + spelling(of: .floats(gains.values), .float)
    }
    return text
  }

  /// All elements or, if it is sparse, `nonzero 2 [0.5, -1.0] at [3, 17]`, unless those are too few to
  /// be read back.
  private func spelling(of tensor: Tensor, isSparse: Bool) -> String {
    var limit = GraphText.unfoldingLimit
    guard isSparse, limit.admits(tensor.shape, values: tensor.nonzeroCount) else {
      return spelling(of: tensor.elements, tensor.type)
    }
    let sparse = SparseTensor(tensor, exactly: true)
    return "nonzero \(sparse.values.count) " + spelling(of: sparse.values.elements, tensor.type)
      + " at " + spelling(of: .ints(sparse.positions), .int64)
  }

  private func spelling(of elements: Tensor.Elements, _ type: ElementType) -> String {
    if elements.count <= GraphText.listed {
      return switch elements {
      case .floats(let floats): GraphText.list(floats.map { "\($0)" })
      case .doubles(let doubles): GraphText.list(doubles.map { "\($0)" })
      case .ints(let ints): GraphText.list(ints.map { "\($0)" })
      }
    }
    return switch constants {
    case .full: "base64 \"\(Payload.base64(elements, type))\""
    case .elided: Payload.summary(elements, type)
    }
  }
}
