import Graph
import Support
import Tensor

extension Graph {
  /// The same network with element-wise nodes and concatenations of planes computed with channels
  /// last, between Transposes there and back: what exporters make of a network from TensorFlow.
  var withChannelsLast: Graph {
    var result = self
    result.nodes = []
    for node in nodes {
      if isPlane(node) { result.addChannelsLast(node) } else { result.nodes.append(node) }
    }
    return result
  }

  private func isPlane(_ node: Node) -> Bool {
    ["Relu", "LeakyRelu", "Sigmoid", "Clip", "Add", "Mul", "Concat"].contains(node.op.name)
      && values[node.outputs[0]!].shape?.rank == 4
  }

  private mutating func addChannelsLast(_ node: Node) {
    var last = node
    last.inputs = node.inputs.enumerated().map { index, input in
      guard let input, values[input].shape?.rank == 4 else { return input }
      let name = "\(node.name).\(index).last"
      guard let tensor = values[input].constant?.tensor else {
        return transpose(input, [0, 2, 3, 1], as: name)
      }
      return values.append(Value(name, constant: Constant(tensor.transposed([0, 2, 3, 1]))))
    }
    if node.op.name == "Concat" { last.attributes = last.attributes.setting("axis", to: .int(3)) }
    let output = node.outputs[0]!
    let id = values.append(values[output].transposed([0, 2, 3, 1], as: "\(node.name).last"))
    last.outputs = [id]
    nodes.append(last)
    nodes.append(.transpose("\(node.name).back", id, [0, 3, 1, 2], to: output))
  }

  private mutating func transpose(
    _ input: ID<Value>, _ order: [Int], as name: String
  ) -> ID<Value> {
    let output = values.append(values[input].transposed(order, as: name))
    nodes.append(.transpose(name, input, order, to: output))
    return output
  }
}

extension Value {
  fileprivate func transposed(_ order: [Int], as name: String) -> Value {
    Value(name, element: element, shape: shape.map { shape in Shape(order.map { shape[$0] }) })
  }
}

extension Node {
  fileprivate static func transpose(
    _ name: String, _ input: ID<Value>, _ order: [Int], to output: ID<Value>
  ) -> Node {
    let perm = Attribute.ints(order.map { Int64($0) })
    return Node(
      name, Operator.named("Transpose")!, attributes: Attributes().setting("perm", to: perm),
      inputs: [input], outputs: [output])
  }
}
