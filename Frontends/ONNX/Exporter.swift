import Graph
import OrderedCollections
import Support
import Tensor

/// Writes a graph as ONNX's GraphProto, and graphs in its attributes as those inside it, which see the names
/// around them.
struct Exporter {
  private let graph: Graph
  private let isInner: Bool
  /// The name that every value has in the file.
  private var names: [String]
  private var valueNames: Names
  private var nodeNames: Names
  /// Inputs that are values from outside.
  private let captured: Set<ID<Value>>

  /// For a whole model.
  init(_ graph: Graph) {
    self.graph = graph
    isInner = false
    captured = []
    (valueNames, nodeNames) = (Names(), Names())
    names = graph.values.elements.map(\.name)
    for name in names { valueNames.reserve(name) }
    for node in graph.nodes { nodeNames.reserve(node.name) }
  }

  /// For a graph in an attribute, whose names must not be those of the graph around it.
  ///
  /// - Parameters:
  ///   - outside: what its last inputs are called there.
  ///   - operands: the types of elements that its first inputs take.
  private init(
    _ graph: Graph, inside outer: Exporter, named prefix: String, outside: [String],
    operands: [ElementType?]
  ) {
    var typed = graph
    for (id, element) in zip(graph.inputs, operands) where graph.values[id].element == nil {
      typed.values[id].element = element
    }
    self.graph = typed
    isInner = true
    let captures = graph.inputs.suffix(outside.count)
    captured = Set(captures)
    (valueNames, nodeNames) = (outer.valueNames, outer.nodeNames)
    names = []
    for value in graph.values.elements {
      names.append(valueNames.unique("\(prefix)/\(value.name)"))
    }
    for (id, name) in zip(captures, outside) { names[Int(id.index)] = name }
  }

  private func name(_ id: ID<Value>) -> String { names[Int(id.index)] }

  /// Writes the fields of the graph.
  mutating func write(to writer: inout MessageWriter) {
    for node in graph.nodes { write(node, to: &writer) }
    // A graph may not give out what is not its own.
    let outputs = graph.outputs.map { id -> (id: ID<Value>, name: String) in
      guard captured.contains(id) else { return (id, name(id)) }
      let copy = valueNames.unique("\(name(id)).copy")
      write("Identity", [name(id)], [copy], to: &writer)
      return (id, copy)
    }
    writer.string(2, graph.name)
    let used = Set(graph.nodes.flatMap { $0.inputs.compactMap(\.self) } + graph.outputs)
    for id in graph.values.ids {
      guard let constant = graph.values[id].constant, used.contains(id) else { continue }
      writer.initializer(constant, name: name(id))
    }
    for id in graph.inputs where !captured.contains(id) {
      writer.message(11) { $0.value(graph.values[id], name: name(id)) }
    }
    for output in outputs {
      writer.message(12) { $0.value(graph.values[output.id], name: output.name) }
    }
  }

  private mutating func write(_ node: Node, to writer: inout MessageWriter) {
    var outputs = node.outputs.map { $0.map(name) ?? "" }
    let inputs = node.inputs.map { $0.map(name) ?? "" }
    let bounded = outputs.first
    if node.clamp != nil { outputs[0] = valueNames.unique("\(outputs[0]).unbounded") }
    if node.op.name == "Swish" {
      writeSwish(node, inputs[0], outputs[0], to: &writer)
    } else {
      writeNode(node, inputs, outputs, to: &writer)
    }
    if let clamp = node.clamp, let bounded {
      let element = node.outputs[0].flatMap { graph.values[$0].element } ?? .float
      let bounds = [("min", clamp.lower), ("max", clamp.upper)].map { word, bound -> String in
        guard bound.isFinite else { return "" }
        let name = valueNames.unique("\(bounded).\(word)")
        writer.message(5) { $0.tensor(Tensor([], floats: [bound], type: element), name: name) }
        return name
      }
      write("Clip", [outputs[0]] + bounds, [bounded], to: &writer)
    }
  }

  private mutating func writeNode(
    _ node: Node, _ inputs: [String], _ outputs: [String], to writer: inout MessageWriter
  ) {
    let graphs = node.attributes.values.compactMap { name, value -> (String, Graph)? in
      if case .graph(let graph) = value { (name, graph) } else { nil }
    }
    // The first branch of an If has its operands first; other graphs have those of the node, in order.
    let captures = graphs.isEmpty ? 0 : node.attributes.int("captures")
    var outside = inputs.suffix(captures)
    var operands = node.inputs.map { $0.flatMap { graph.values[$0].element } }
    // The turn and the condition, which may be left out.
    if node.op.name == "Loop" { operands = [.int64, .bool] + operands.dropFirst(2) }
    if node.op.name == "If" { operands = [] }
    var written: [String: MessageWriter] = [:]
    for (name, graph) in graphs {
      let own = graphs.count == 1 ? captures : graph.inputs.count
      var exporter = Exporter(
        graph, inside: self, named: "\(node.name)/\(name)", outside: Array(outside.prefix(own)),
        operands: operands)
      outside = outside.dropFirst(own)
      var inner = MessageWriter()
      exporter.write(to: &inner)
      (valueNames, nodeNames) = (exporter.valueNames, exporter.nodeNames)
      written[name] = inner
    }
    let name = isInner ? nodeNames.unique(node.name) : node.name
    let metadata = WeightMetadata([node], in: graph)
    write(node.op.name, Array(inputs.dropLast(captures)), outputs, named: name, to: &writer) {
      for (name, value) in node.attributes.values where name != "captures" {
        let spec = node.op.attributes.first { $0.name == name }
        guard spec?.defaultValue != value else { continue }
        $0.message(5) { $0.attribute(name, value, graph: written[name]) }
      }
      metadata?.write(9, to: &$0)
    }
  }

  /// x * Sigmoid(alpha * x): a later opset has the operator itself.
  private mutating func writeSwish(
    _ node: Node, _ input: String, _ output: String, to writer: inout MessageWriter
  ) {
    let element = node.inputs[0].flatMap { graph.values[$0].element } ?? .float
    let alpha = valueNames.unique("\(output).alpha")
    let scaled = valueNames.unique("\(output).scaled")
    let gate = valueNames.unique("\(output).gate")
    let factor = Tensor([], floats: [node.attributes.float("alpha")], type: element)
    writer.message(5) { $0.tensor(factor, name: alpha) }
    write("Mul", [input, alpha], [scaled], to: &writer)
    write("Sigmoid", [scaled], [gate], to: &writer)
    write("Mul", [input, gate], [output], to: &writer)
  }

  private mutating func write(
    _ op: String, _ inputs: [String], _ outputs: [String], named name: String? = nil,
    to writer: inout MessageWriter, attributes: (inout MessageWriter) -> Void = { _ in }
  ) {
    let name = name ?? nodeNames.unique("\(outputs[0]).\(op)")
    writer.message(1) {
      for input in inputs { $0.string(1, input) }
      for output in outputs { $0.string(2, output) }
      $0.string(3, name)
      $0.string(4, op)
      attributes(&$0)
    }
  }
}

extension MessageWriter {
  /// The fields of a TensorProto.
  mutating func tensor(_ tensor: Tensor, name: String) {
    for size in tensor.shape.sizes { int(1, Int64(size)) }
    int(2, Int64(tensor.type.code))
    string(8, name)
    bytes(9, tensor.encoded())
  }

  /// A field of a GraphProto: a TensorProto, or a SparseTensorProto if the constant is sparse. Of these,
  /// ONNX has none without axes or elements.
  fileprivate mutating func initializer(_ constant: Constant, name: String) {
    let tensor = constant.tensor
    guard constant.isSparse, tensor.shape.rank > 0, tensor.count > 0 else {
      return message(5) { $0.tensor(tensor, name: name) }
    }
    let sparse = SparseTensor(tensor, exactly: false)
    let indices = Tensor([sparse.positions.count], ints: sparse.positions)
    message(15) {
      $0.message(1) { $0.tensor(sparse.values, name: name) }
      $0.message(2) { $0.tensor(indices, name: "") }
      for size in sparse.shape.sizes { $0.int(3, Int64(size)) }
    }
  }

  /// The fields of a ValueInfoProto: as much of the type as is known.
  fileprivate mutating func value(_ value: Value, name: String) {
    string(1, name)
    guard let element = value.element else { return }
    let sizes = value.shape.map { $0.sizes.map { Value.Dimension.fixed($0) } } ?? value.declared
    message(2) {
      $0.message(1) {
        $0.int(1, Int64(element.code))
        guard let sizes else { return }
        $0.message(2) {
          for size in sizes {
            $0.message(1) {
              switch size {
              case .fixed(let size): $0.int(1, Int64(size))
              case .named(let name): $0.string(2, name)
              case .unknown: break
              }
            }
          }
        }
      }
    }
  }

  /// The fields of an AttributeProto.
  ///
  /// - Parameter graph: the fields of the graph, if it is one.
  fileprivate mutating func attribute(_ name: String, _ value: Attribute, graph: MessageWriter?) {
    string(1, name)
    switch value {
    case .float(let float): self.float(2, float)
    case .int(let int): self.int(3, int)
    case .string(let string): self.string(4, string)
    case .tensor(let tensor): message(5) { $0.tensor(tensor, name: name) }
    case .graph: bytes(6, graph?.data ?? MessageWriter().data)
    case .floats(let floats): for float in floats { self.float(7, float) }
    case .ints(let ints): for int in ints { self.int(8, int) }
    case .strings(let strings): for string in strings { self.string(9, string) }
    }
    int(20, Int64(Importer.attributeTypes.firstIndex(of: value.kind.rawValue)!))
  }
}
