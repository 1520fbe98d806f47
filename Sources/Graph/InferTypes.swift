package import Support
import Tensor

/// Elements that an output computed during inference has at most.
private let computedLimit = 4096

extension Graph {
  /// Types the outputs of every node by its operator's rule. Small values that follow from constants and
  /// shapes become constants on the way, and an If whose condition does becomes the nodes of its branch.
  ///
  /// - Parameter report: called with a node that its operator refuses, and why.
  public mutating func inferTypes(report: (Node, OperatorError) -> Void) {
    let outputs = Set(self.outputs)
    let hasBranches = nodes.contains { $0.op.name == "If" }
    var names = FreshNames(hasBranches ? values.elements.map(\.name) : [])
    var nodeNames = FreshNames(hasBranches ? nodes.map(\.name) : [])
    var left = Array(nodes.reversed())
    nodes = []
    while let node = left.popLast() {
      do throws(OperatorError) {
        if let branch = try inlined(node, &names, &nodeNames) {
          left += branch.reversed()
        } else {
          try append(node, outputs: outputs) { types in
            types.allSatisfy { $0.shape.count <= computedLimit }
          }
        }
      } catch {
        report(node, error)
      }
    }
  }

  /// Types the outputs of `node`, and appends the node or makes them constants, as ``fold(_:outputs:isSmall:)``
  /// does. Leaves them without a type if an input has none, as another node is to blame then.
  package mutating func append(
    _ node: Node, outputs: Set<ID<Value>>, isSmall: ([TensorType]) -> Bool
  ) throws(OperatorError) {
    guard knowsInputTypes(of: node) else { return }
    let types = try node.op.infer(types(of: node))
    for case (let output?, let type) in zip(node.outputs, types) {
      if let problem = values[output].mismatch(of: type.element) {
        throw OperatorError("output \(values[output].name.quoted): \(problem)")
      }
      values[output].element = type.element
      values[output].shape = type.shape
    }
    if try !fold(node, outputs: outputs, isSmall: isSmall) { nodes.append(node) }
  }

  /// The nodes that an If stands for, if its condition is known; they compute its outputs.
  private mutating func inlined(
    _ node: Node, _ names: inout FreshNames, _ nodeNames: inout FreshNames
  ) throws(OperatorError) -> [Node]? {
    guard node.op.name == "If", let condition = node.inputs[0],
      let known = values[condition].constant?.tensor
    else { return nil }
    let branches = try Branches(
      node.attributes, inputs: node.inputs.count, outputs: node.outputs.count)
    let (graph, operands) = branches.chosen(try Branches.isTrue(known), of: node.inputs)
    var places: [ID<Value>: ID<Value>] = [:]
    for (inner, outer) in zip(graph.inputs, operands) { places[inner] = outer }
    var copies: [Node] = []
    for id in graph.values.ids where places[id] == nil {
      var value = graph.values[id]
      value.name = names.take("\(node.name).\(value.name)")
      places[id] = values.append(value)
    }
    for inner in graph.nodes {
      var copy = inner
      copy.name = nodeNames.take("\(node.name).\(inner.name)")
      copy.inputs = inner.inputs.map { $0.flatMap { places[$0] } }
      copy.outputs = inner.outputs.map { $0.flatMap { places[$0] } }
      copies.append(copy)
    }
    for case (let output?, let result) in zip(node.outputs, graph.outputs) {
      copies.append(
        Node(
          nodeNames.take("\(node.name).\(values[output].name)"), .named("Identity")!,
          attributes: Attributes(), inputs: [places[result]], outputs: [output],
          origins: node.origins))
    }
    return copies
  }
}
