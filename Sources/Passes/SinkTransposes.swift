public import Compiler
public import Graph
import Support
import Tensor

/// Moves Transposes behind the nodes that can do without them: where a network was turned from
/// channels last to channels first, or back, around each convolution, what lies between comes next
/// to the convolution, and Transposes that undo each other go. Nodes that share Transposes stay as
/// they are where that would take more of them, or move more elements.
///
/// Law: `evaluate` is unchanged bit for bit; there are no more Transposes than before, and they move
/// no more elements; a second time changes nothing, if no node was dead.
public let sinkTransposes = Pass<Graph, Graph>(
  "sink-transposes", "move Transposes behind what can do without them; inverse ones go"
) { graph, _ throws(Failure) in
  var all = TransposeLayouts(graph)
  let worthwhile = all.worthwhile()
  let layouts =
    worthwhile.count == all.forms.count ? all : TransposeLayouts(graph, allowed: worthwhile)
  var sinker = TransposeSinker(layouts)
  return sinker.result()
}

private struct TransposeSinker {
  private let layouts: TransposeLayouts
  private let original: Graph
  private var graph: Graph
  private var valueNames: FreshNames
  private var nodeNames: FreshNames
  /// What nodes compute in place of their outputs.
  private var untransposed: [ID<Value>: ID<Value>] = [:]
  /// The values that Transposes were put in for.
  private var transposed: [TransposeLayouts.Layout: ID<Value>] = [:]
  private var permuted: [ConstantUse: ID<Value>] = [:]

  private struct ConstantUse: Hashable {
    var constant: ID<Value>
    var permutation: Permutation
  }

  init(_ layouts: TransposeLayouts) {
    self.layouts = layouts
    original = layouts.graph
    graph = original
    graph.nodes = []
    valueNames = FreshNames(original.values.elements.map(\.name))
    nodeNames = FreshNames(
      original.nodes.filter { Permutation($0, in: layouts.graph) == nil }.map(\.name))
  }

  mutating func result() -> Graph {
    for (index, node) in original.nodes.enumerated() {
      if let form = layouts.forms[index] {
        take(node, form)
      } else if Permutation(node, in: original) == nil {
        var node = node
        node.inputs = node.inputs.map { $0.map { read($0) } }
        node.outputs = node.outputs.map { $0.map { place($0) } }
        graph.nodes.append(node)
      }
      for case let output? in node.outputs { define(output) }
    }
    return graph.withoutDead
  }

  /// Takes a node in that reads its inputs untransposed.
  private mutating func take(_ node: Node, _ form: UntransposedForm) {
    var node = node
    node.attributes = form.attributes
    node.inputs = form.operands.map { operand in
      switch operand {
      case .untransposed(let id): base(of: id)
      case .same(let id): read(id)
      case .permuted(let id, let permutation): constant(id, permutation)
      case .axes(let axes): constant(node.name + ".axes", axes)
      case nil: nil
      }
    }
    node.outputs = node.outputs.map { $0.map { place($0) } }
    graph.nodes.append(node)
  }

  /// The value that a node computes in place of `output`: an output of the graph, if one is the same
  /// after all.
  private mutating func place(_ output: ID<Value>) -> ID<Value> {
    let permutation = layouts.layout(output)?.permutation
    let isFree = permutation != nil || !original.outputs.contains(output)
    if isFree, let same = layouts.restored(output) {
      untransposed[output] = same
      return same
    }
    guard let permutation else { return output }
    var value = original.values[output]
    value.shape = value.shape.map { permutation.inverse($0) }
    guard layouts.read.contains(output) else {
      graph.values[output] = value
      return output
    }
    value.name = valueNames.take(value.name + ".untransposed")
    let result = graph.values.append(value)
    untransposed[output] = result
    return result
  }

  /// What a value was before it was transposed.
  private func base(of id: ID<Value>) -> ID<Value> {
    let origin = layouts.layout(id)?.origin ?? id
    return untransposed[origin] ?? origin
  }

  /// A value as it is.
  private func read(_ id: ID<Value>) -> ID<Value> {
    guard let layout = layouts.layout(id), !layout.permutation.isIdentity else {
      return base(of: id)
    }
    return transposed[layout] ?? id
  }

  /// Has a value computed, now that what it is from is, if something reads it as it is.
  private mutating func define(_ id: ID<Value>) {
    guard let layout = layouts.layout(id) else { return }
    let outputs = layouts.outputs[layout] ?? []
    if layout.permutation.isIdentity {
      if outputs.contains(id), base(of: id) != id { append("Identity", to: id) }
      return
    }
    if layouts.read.contains(id), transposed[layout] == nil {
      transposed[layout] = outputs.first ?? id
      transpose(to: outputs.first ?? id, layout.permutation)
    }
    if outputs.dropFirst().contains(id) { transpose(to: id, layout.permutation) }
  }

  private mutating func transpose(to output: ID<Value>, _ permutation: Permutation) {
    let order = permutation.order.map { Int64($0) }
    append("Transpose", to: output) { $0.setting("perm", to: .ints(order)) }
  }

  /// Adds a node in place of the Transpose that `output` is from.
  private mutating func append(
    _ name: String, to output: ID<Value>, set: (Attributes) -> Attributes = { $0 }
  ) {
    guard let op = Operator.named(name), let defaults = try? Attributes(defaultsOf: op) else {
      return
    }
    let source = layouts.source(output)
    graph.nodes.append(
      Node(
        nodeNames.take(source.name), op, attributes: set(defaults), inputs: [base(of: output)],
        outputs: [output], origins: source.origins))
  }

  // MARK: Constants

  /// A constant with its axes in another order, behind axes of size 1 as broadcasting adds them.
  private mutating func constant(_ id: ID<Value>, _ permutation: Permutation) -> ID<Value> {
    let use = ConstantUse(constant: id, permutation: permutation)
    if let known = permuted[use] { return known }
    guard let constant = original.constant(id) else { return id }
    let tensor = constant.tensor
    let added = [Int](repeating: 1, count: permutation.order.count - tensor.shape.rank)
    let aligned = tensor.reshaped(Shape(added + tensor.shape.sizes))
    let shape = permutation(aligned.shape)
    let isMoved = !permutation.keepsOrder(of: shape.sizes.indices.filter { shape[$0] != 1 })
    let value = Value(
      valueNames.take(original.values[id].name + ".transposed"),
      constant: Constant(
        isMoved ? aligned.transposed(permutation.order) : aligned.reshaped(shape),
        isSparse: constant.isSparse))
    let result = graph.values.append(value)
    permuted[use] = result
    return result
  }

  private mutating func constant(_ name: String, _ axes: [Int]) -> ID<Value> {
    let tensor = Tensor([axes.count], ints: axes.map { Int64($0) })
    return graph.values.append(Value(valueNames.take(name), constant: Constant(tensor)))
  }
}
