import Support
package import Tensor

extension Graph {
  /// What the shape rule of a node sees. An input whose type is not known is as one that is left out.
  ///
  /// - Parameter known: what it sees of a constant.
  package func types(
    of node: Node, known: (Constant) -> Tensor? = { $0.tensor }
  ) -> Operator.Types {
    Operator.Types(
      inputs: node.inputs.map { $0.flatMap { values[$0].type } },
      known: node.inputs.map { $0.flatMap { values[$0].constant }.flatMap(known) },
      attributes: node.attributes, outputCount: node.outputs.count)
  }

  /// Whether every input that a node names has a type.
  func knowsInputTypes(of node: Node) -> Bool {
    node.inputs.allSatisfy { id in id.map { values[$0].type != nil } ?? true }
  }

  /// What a node whose types are known costs on the control unit.
  public func work(of node: Node) -> Work {
    node.op.work(types(of: node), node.outputs.compactMap { $0.flatMap { values[$0].type } })
  }
}
