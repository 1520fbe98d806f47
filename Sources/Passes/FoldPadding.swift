public import Compiler
public import Graph
import Support
import Tensor

/// Makes what a Pad with constant pads adds the padding of the windows that read it, also behind
/// Transposes: zeros that of Conv, and of AveragePool where all of the padding counts; copies of
/// the edge that of MaxPool where windows take the originals too, and a number where no window
/// takes less, and each takes something else.
///
/// Left to the control unit: a Pad that something else reads as well, that adds batches or
/// channels, takes away, reflects or wraps, or whose pads are computed.
///
/// Law: `evaluate` of finite numbers is unchanged but for signs of zeros; there are no more nodes
/// than before, and Transposes move no more elements; a second time changes nothing, if no node was
/// dead.
public let foldPadding = Pass<Graph, Graph>(
  "fold-padding", "make Pads the padding of the windows that read them"
) { graph, _ throws(Failure) in
  var folder = PadFolder(graph)
  for index in graph.nodes.indices.reversed() { folder.fold(index) }
  return folder.graph.withoutDead
}

private struct PadFolder {
  private(set) var graph: Graph
  private let nonnegative: Set<ID<Value>>
  /// The nodes that read each value.
  private var readers: [ID<Value>: Set<Int>] = [:]

  init(_ graph: Graph) {
    self.graph = graph
    nonnegative = graph.nonnegativeValues
    for (index, node) in graph.nodes.enumerated() {
      for case let input? in node.inputs { readers[input, default: []].insert(index) }
    }
  }

  /// Takes the node at `index` out, if it is a Pad and all that read its output can do without it.
  mutating func fold(_ index: Int) {
    let pad = graph.nodes[index]
    guard let padding = AddedPadding(pad, in: graph, nonnegative: nonnegative),
      let input = pad.inputs[0], let output = pad.outputs[0],
      let unpadded = unpadded(output, padding)
    else { return }
    for (reader, var node) in unpadded.sorted(by: { $0.key < $1.key }) {
      if node.inputs[0] == output {
        node.inputs[0] = input
        readers[input, default: []].insert(reader)
      }
      if let permutation = Permutation(node, in: graph), let result = node.outputs[0] {
        let shape = node.inputs[0].flatMap { graph.values[$0].shape }
        graph.values[result].shape = shape.map { permutation($0) }
      } else {
        node.origins += pad.origins
      }
      graph.nodes[reader] = node
    }
    readers[input]?.remove(index)
  }

  /// The nodes that read a value, and those that read it transposed, as they are where it lacks
  /// `padding`; nil if one cannot do without.
  private func unpadded(_ id: ID<Value>, _ padding: AddedPadding) -> [Int: Node]? {
    guard !graph.outputs.contains(id) else { return nil }
    var result: [Int: Node] = [:]
    for index in readers[id] ?? [] {
      let node = graph.nodes[index]
      if let permutation = Permutation(node, in: graph), let output = node.outputs[0] {
        guard let behind = unpadded(output, padding.permuted(by: permutation)) else { return nil }
        result[index] = node
        result.merge(behind) { node, _ in node }
      } else if let window = node.padding(id, by: padding, in: graph) {
        result[index] = window
      } else {
        return nil
      }
    }
    return result
  }
}
