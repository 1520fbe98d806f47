public import Support
import Tensor

extension Graph {
  /// Makes the outputs of `node` constants, if they follow from constants and shapes.
  ///
  /// - Parameters:
  ///   - node: of this graph, or about to be.
  ///   - outputs: the outputs of the graph, which are left to nodes.
  ///   - isSmall: whether outputs of these types are small enough to be kept.
  /// - Returns: whether they are constants now, so that the node is not needed.
  /// - Throws: why the operator refuses its inputs.
  public mutating func fold(
    _ node: Node, outputs: Set<ID<Value>>, isSmall: ([TensorType]) -> Bool
  ) throws(OperatorError) -> Bool {
    let ids = node.outputs.compactMap { $0 }
    let types = ids.compactMap { values[$0].type }
    guard types.count == ids.count, outputs.isDisjoint(with: ids), isSmall(types),
      let results = try compute(node)
    else { return false }
    for case (let id?, let result) in zip(node.outputs, results) {
      values[id].constant = result
    }
    return true
  }

  /// Operators whose results may differ between machines, as a library chooses the order in which
  /// they sum; such results must not become part of a program.
  private static let unordered: Set = [
    "Conv", "ConvTranspose", "Gemm", "MatMul", "RNN", "GRU", "LSTM", "If", "Loop", "Scan",
  ]

  /// The outputs of a node; nil if they depend on the graph's inputs.
  private func compute(_ node: Node) throws(OperatorError) -> [Constant]? {
    if node.op.name == "Shape" {
      return node.inputs[0].flatMap { values[$0].shape }.map { [Constant(node.sizes(of: $0))] }
    }
    let inputs = node.inputs.map { $0.flatMap { values[$0].constant?.tensor } }
    guard zip(node.inputs, inputs).allSatisfy({ $0 == nil || $1 != nil }),
      !Self.unordered.contains(node.op.name)
    else { return nil }
    if let scaled = try withGains(node) { return [scaled] }
    return try node.evaluate(inputs).map { Constant($0) }
  }
}

extension Node {
  /// What a Shape node says of a shape; unlike its evaluation this needs no elements.
  fileprivate func sizes(of shape: Shape) -> Tensor {
    func clamped(_ axis: Int) -> Int {
      min(max(axis < 0 ? axis + shape.rank : axis, 0), shape.rank)
    }
    let start = clamped(attributes.optionalInt("start") ?? 0)
    let end = max(start, clamped(attributes.optionalInt("end") ?? shape.rank))
    return Tensor([end - start], ints: shape.sizes[start..<end].map { Int64($0) })
  }
}
