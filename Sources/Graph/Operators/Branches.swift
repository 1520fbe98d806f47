import Tensor

/// The graphs of an If. Neither has inputs but from outside: the first branch's, then the other's.
struct Branches {
  private let branches: [Graph]

  init(_ types: Operator.Types) throws(OperatorError) {
    try self.init(
      types.attributes, inputs: types.inputs.count, outputs: types.outputCount)
  }

  init(_ attributes: Attributes, inputs: Int, outputs: Int) throws(OperatorError) {
    branches = [attributes.graph("then_branch"), attributes.graph("else_branch")]
    let expected = branches.reduce(1) { $0 + $1.inputs.count }
    guard inputs == expected else {
      throw OperatorError("found \(inputs) inputs, expected \(expected) as the branches take")
    }
    for branch in branches where branch.outputs.count != outputs {
      throw OperatorError(
        "found a branch with \(branch.outputs.count) outputs, expected \(outputs) as the node has")
    }
  }

  /// The branch that is taken, and its operands among the node's.
  func chosen<Operand>(_ isTrue: Bool, of operands: [Operand]) -> (Graph, [Operand]) {
    let first = 1 + (isTrue ? 0 : branches[0].inputs.count)
    let branch = branches[isTrue ? 0 : 1]
    return (branch, Array(operands[first..<first + branch.inputs.count]))
  }

  func typed(_ isTrue: Bool, _ types: Operator.Types) throws(OperatorError) -> TypedSubgraph {
    let (graph, inputs) = chosen(isTrue, of: types.inputs)
    return try TypedSubgraph(graph, inputs, known: chosen(isTrue, of: types.known).1)
  }

  /// The outputs where the condition is not known: what both branches agree on. A branch that refuses inputs
  /// of these types is there for others, and says so if it is taken.
  func outputs(_ types: Operator.Types) throws(OperatorError) -> [TensorType] {
    guard let taken = try? typed(true, types).outputs else {
      return try typed(false, types).outputs
    }
    guard let other = try? typed(false, types).outputs else { return taken }
    for (a, b) in zip(taken, other) where a != b {
      throw OperatorError(
        "found branches that give \(a) and \(b), expected the same of both as the condition is not "
          + "known at compile time")
    }
    return taken
  }

  /// What a condition says.
  static func isTrue(_ condition: Tensor) throws(OperatorError) -> Bool {
    guard case .ints(let ints) = condition.elements, condition.type == .bool, ints.count == 1 else {
      throw OperatorError(
        "found a condition of \(condition.type.rawValue) \(condition.shape), expected one bool")
    }
    return ints[0] != 0
  }
}
