import Graph
import Support
import Tensor

extension Graph {
  /// Makes a MatMul of two matrices a Gemm, so that it can have a bias.
  ///
  /// - Returns: whether the node can have a bias.
  func makeBiased(_ node: inout Node) -> Bool {
    guard node.op.name == "MatMul" else { return true }
    let ranks = node.inputs.map { $0.flatMap { values[$0].shape?.rank } }
    guard ranks == [2, 2], let gemm = Operator.named("Gemm"),
      let attributes = try? Attributes(defaultsOf: gemm)
    else { return false }
    node.op = gemm
    node.attributes = attributes
    return true
  }

  /// The bias of a layer, zeros where it has none; nil if it is computed or differs within a
  /// channel.
  func bias(of node: Node, _ channels: Int) -> [Double]? {
    guard node.inputs.count > 2, let id = node.inputs[2] else {
      return [Double](repeating: 0, count: channels)
    }
    let isGemm = node.op.name == "Gemm"
    let beta = isGemm ? Double(node.attributes.float("beta")) : 1
    // A Gemm's broadcasts to rows of channels, the others' is one of channels.
    return constant(id)?.tensor.alongChannels(of: [1, channels], axis: 1)?
      .map { beta * Double($0) }
  }

  /// Gives a layer that can have one a bias of its own.
  mutating func setBias(of node: inout Node, _ bias: [Float], _ names: inout FreshNames) {
    let tensor = Tensor([bias.count], floats: bias)
    let value = values.append(
      Value(names.take(node.name + ".bias"), constant: Constant(tensor)))
    node.inputs = Array(node.inputs.prefix(2)) + [value]
    if node.op.name == "Gemm" { node.attributes = node.attributes.setting("beta", to: .float(1)) }
  }
}
