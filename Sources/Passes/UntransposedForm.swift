import Graph
import Support
import Tensor

/// How a node is written to take its inputs as they were before they were transposed, and what
/// transposes its outputs then. It does the same to each element in the same order, so results are
/// the same bit for bit.
struct UntransposedForm {
  enum Operand {
    /// What the value was before it was transposed.
    case untransposed(ID<Value>)
    case same(ID<Value>)
    /// The constant with its axes, as they lie in the outputs, brought into another order.
    case permuted(ID<Value>, Permutation)
    case axes([Int])
  }

  private(set) var operands: [Operand?]
  private(set) var attributes: Attributes
  /// What transposes every output.
  private(set) var permutation: Permutation

  /// The form of `node`; nil if no input that matters is transposed, if they are not all transposed
  /// alike, or if the node cares.
  ///
  /// - Parameter transposed: what transposes a value; nil for one that is as it is.
  init?(_ node: Node, in graph: Graph, transposed: (ID<Value>) -> Permutation?) {
    let outputs = node.outputs.compactMap { $0.map { graph.values[$0].type } }
    guard let family = Family(node.op), let first = outputs.first ?? nil,
      outputs.allSatisfy({ $0 != nil }),
      node.inputs.allSatisfy({ $0.map { graph.values[$0].type != nil } ?? true })
    else { return nil }
    operands = node.inputs.map { $0.map { .same($0) } }
    attributes = node.attributes
    switch family {
    case .broadcasting:
      let common = Self.common(node, in: graph, rank: first.shape.rank, transposed)
      guard let common else { return nil }
      (operands, permutation) = common
    default:
      guard let input = node.inputs[0], let given = transposed(input), !given.isIdentity else {
        return nil
      }
      operands[0] = .untransposed(input)
      permutation = given
    }
    guard rewriteAxes(of: node, family, in: graph) else { return nil }
  }

  /// The operands of a node that broadcasts them, and what transposes them all.
  private static func common(
    _ node: Node, in graph: Graph, rank: Int, _ transposed: (ID<Value>) -> Permutation?
  ) -> ([Operand?], Permutation)? {
    let given = node.inputs.map { input in
      input.flatMap(transposed).flatMap { $0.isIdentity || $0.order.count > rank ? nil : $0 }
    }
    guard let permutation = given.lazy.compactMap({ $0?.extended(to: rank) }).first else {
      return nil
    }
    var operands: [Operand?] = []
    for (input, own) in zip(node.inputs, given) {
      guard let input else {
        operands.append(nil)
        continue
      }
      if let own {
        guard own.extended(to: rank) == permutation else { return nil }
        operands.append(.untransposed(input))
      } else if graph.values[input].shape?.count == 1 {
        operands.append(.same(input))
      } else if case .dense(let tensor)? = graph.values[input].constant?.base,
        graph.values[input].constant?.gains == nil, tensor.shape.rank <= rank
      {
        operands.append(.permuted(input, permutation.inverse))
      } else {
        return nil
      }
    }
    return (operands, permutation)
  }

  /// Makes attributes and inputs name the axes as they were, and finds what transposes the outputs.
  ///
  /// - Returns: whether that is possible.
  private mutating func rewriteAxes(of node: Node, _ family: Family, in graph: Graph) -> Bool {
    let order = permutation.order
    if node.op.attributes.contains(where: { $0.name == "axis" }) {
      let axis = node.attributes.int("axis")
      let source = order[axis < 0 ? axis + order.count : axis]
      attributes = attributes.setting("axis", to: .int(Int64(source)))
    }
    guard let position = family.axes else { return true }
    let rank = family == .unsqueezing ? graph.rank(node.outputs[0]) : order.count
    guard var axes = graph.axes(node, position, rank: rank) else { return false }
    switch family {
    case .unsqueezing:
      permutation = permutation.inserting(axes)
      return true
    case .reduction:
      if axes.isEmpty {
        if node.attributes.bool("noop_with_empty_axes") { return false }
        axes = Array(order.indices)
      }
      let shape = node.inputs[0].flatMap { graph.values[$0].shape }
      guard permutation.keepsOrder(of: axes.filter { shape?[$0] != 1 }) else { return false }
      if !node.attributes.bool("keepdims") { permutation = permutation.without(axes) }
    case .squeezing:
      permutation = permutation.without(axes)
    default: break
    }
    operands += [Operand?](repeating: nil, count: max(position + 1 - operands.count, 0))
    operands[position] = .axes(axes.map { order[$0] })
    return true
  }
}

/// The operators that have such a form, by what they do with axes.
private enum Family {
  /// All inputs are broadcast together or have the same axes.
  case broadcasting
  /// An attribute names the axis along which the first input is taken.
  case alongAxis
  /// An input names axes, and what it does along one does not depend on the others.
  case eachAxis
  case reduction, squeezing, unsqueezing

  init?(_ op: Operator) {
    switch op.name {
    case "Identity", "Dropout", "Concat": self = .broadcasting
    case "Softmax", "LogSoftmax", "Split": self = .alongAxis
    case "Pad", "Slice": self = .eachAxis
    case "Squeeze": self = .squeezing
    case "Unsqueeze": self = .unsqueezing
    default:
      if op.isElementwise {
        self = .broadcasting
      } else if op.isReduction {
        self = .reduction
      } else {
        return nil
      }
    }
  }

  /// The input that names axes.
  var axes: Int? {
    switch self {
    case .broadcasting, .alongAxis: nil
    case .eachAxis: 3
    case .reduction, .squeezing, .unsqueezing: 1
    }
  }
}

extension Graph {
  fileprivate func rank(_ id: ID<Value>?) -> Int {
    id.flatMap { values[$0].shape?.rank } ?? 0
  }
}
