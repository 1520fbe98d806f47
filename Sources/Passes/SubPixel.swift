public import Compiler
public import Graph
import Support
import Tensor

/// Makes every ConvTranspose that it can a Conv, which the VDUs compute: with stride s, outputs that
/// lie s apart see the same taps, so the s * s phases are as many convolutions of the input without
/// a stride, and one with s * s kernels for each makes them all (Shi et al., arXiv 1609.07009).
/// DepthToSpace interleaves them, and Slice cuts off what the padding takes away.
///
/// A tap that a phase lacks is a zero weight, as is every zero weight of the ConvTranspose. This
/// comes after `prune`, so that these do not count there.
///
/// Left to the control unit: a ConvTranspose with strides that differ, or over other than two
/// spatial axes, as DepthToSpace knows one block size and planes only; with weights or a bias that
/// are computed; with so much padding that inputs at the border do not matter; and one where phases
/// lack three quarters of the taps.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude.
public let subPixel = Pass<Graph, Graph>(
  "sub-pixel", "make ConvTransposes convolutions whose outputs are interleaved"
) { graph, _ throws(Failure) in
  var splitter = PhaseSplitter(graph)
  for node in graph.nodes { splitter.take(node) }
  return splitter.graph.withoutDead
}

private struct PhaseSplitter {
  private(set) var graph: Graph
  private var valueNames: FreshNames
  private var nodeNames: FreshNames

  init(_ original: Graph) {
    graph = original
    graph.nodes = []
    valueNames = FreshNames(original.values.elements.map(\.name))
    nodeNames = FreshNames(original.nodes.map(\.name))
  }

  /// Takes the next node in, as its phases if it has some.
  mutating func take(_ node: Node) {
    guard let phases = PhaseConvolution(node, in: graph), var input = node.inputs[0],
      let output = node.outputs[0]
    else { return graph.nodes.append(node) }
    let steps = phases.steps
    for (index, step) in steps.enumerated() {
      let kind = step.op.name.lowercased()
      let name = index == 0 ? node.name : nodeNames.take("\(node.name).\(kind)")
      let constants = step.constants.map { constant in
        graph.values.append(Value(valueNames.take("\(name).constant"), constant: constant))
      }
      var result = output
      if index < steps.count - 1 {
        let fresh = valueNames.take("\(node.name).phases")
        result = graph.values.append(Value(fresh, element: .float, shape: step.shape))
      }
      graph.nodes.append(
        Node(
          name, step.op, attributes: step.attributes, inputs: [input] + constants,
          outputs: [result], clamp: index == 0 ? node.clamp : nil, origins: node.origins))
      input = result
    }
  }
}
