public import Compiler
public import Graph
import Support
import Tensor

/// Makes `x + x * s`, where s has fewer elements than x, `x * (s + 1)`, as a residual around
/// squeeze-and-excitation has it: the sum is over few elements then, and may go into the layer that
/// s is from.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude; there are as many nodes.
public let factorSums = Pass<Graph, Graph>(
  "factor-sums", "make x + x * s the product x * (s + 1), where s is small"
) { graph, _ throws(Failure) in
  let uses = graph.useCounts
  let producers = graph.producers
  var result = graph
  var names = FreshNames(graph.values.elements.map(\.name))
  for (index, sum) in graph.nodes.enumerated() {
    guard let (product, x, s) = graph.factors(of: sum, uses, producers),
      let type = graph.values[s].type
    else { continue }
    let one = result.values.append(
      Value(names.take(sum.name + ".one"), constant: Constant(Tensor([], floats: [1]))))
    let gate = result.values.append(
      Value(names.take(sum.name + ".gate"), element: type.element, shape: type.shape))
    // What the Mul reads is computed before its place, so the Add takes that.
    result.nodes.swapAt(product, index)
    result.nodes[product].inputs = [s, one]
    result.nodes[product].outputs = [gate]
    result.nodes[index].inputs = [x, gate]
    result.nodes[index].outputs = sum.outputs
    result.nodes[index].origins += sum.origins
  }
  return result.withoutDead
}

extension Graph {
  /// For an Add of x and of a Mul of x and s: where that Mul is, x and s.
  fileprivate func factors(
    of sum: Node, _ uses: [Int], _ producers: [ID<Value>: Int]
  ) -> (product: Int, x: ID<Value>, s: ID<Value>)? {
    guard sum.op.name == "Add", sum.clamp == nil, let output = sum.outputs[0],
      values[output].element == .float, let shape = values[output].shape
    else { return nil }
    for (x, term) in [(sum.inputs[0], sum.inputs[1]), (sum.inputs[1], sum.inputs[0])] {
      guard let x, values[x].shape == shape, let term, uses[Int(term.index)] == 1,
        let product = producers[term], nodes[product].op.name == "Mul",
        nodes[product].clamp == nil, let place = nodes[product].inputs.firstIndex(of: x),
        let s = nodes[product].inputs[1 - place], let size = values[s].shape?.count,
        size < shape.count
      else { continue }
      return (product, x, s)
    }
    return nil
  }
}
