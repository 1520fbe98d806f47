import Graph
import Support
import Tensor

/// An order of axes: axis `i` of what it makes is axis `order[i]` of what it is given.
struct Permutation: Hashable {
  let order: [Int]

  /// What a Transpose does; nil for another node, or where types are not known.
  init?(_ node: Node, in graph: Graph) {
    guard node.op.name == "Transpose", node.clamp == nil, let input = node.inputs[0],
      let output = node.outputs[0], let rank = graph.values[input].type?.shape.rank,
      graph.values[output].type?.shape.rank == rank
    else { return nil }
    order = node.attributes.ints("perm") ?? (0..<rank).reversed()
  }

  init(_ order: [Int]) {
    self.order = order
  }

  var isIdentity: Bool { order.elementsEqual(order.indices) }

  var inverse: Permutation {
    var result = order
    for (index, axis) in order.enumerated() { result[axis] = index }
    return Permutation(result)
  }

  /// This order, then another one of what it makes.
  func then(_ next: Permutation) -> Permutation {
    Permutation(next.order.map { order[$0] })
  }

  func callAsFunction(_ shape: Shape) -> Shape {
    Shape(order.map { shape[$0] })
  }

  /// The same of the last axes of a shape of `rank`, as broadcasting aligns them.
  func extended(to rank: Int) -> Permutation {
    let more = rank - order.count
    return Permutation(Array(0..<more) + order.map { $0 + more })
  }

  /// What is left without some axes of the result and where they come from.
  func without(_ axes: [Int]) -> Permutation {
    let kept = order.indices.filter { !axes.contains($0) }.map { order[$0] }
    return Permutation(kept.map { axis in kept.count { $0 < axis } })
  }

  /// The same with new axes, counted in the result, that stay where they are.
  func inserting(_ axes: [Int]) -> Permutation {
    let old = (0..<(order.count + axes.count)).filter { !axes.contains($0) }
    var result = Array(0..<(order.count + axes.count))
    for (index, axis) in old.enumerated() { result[axis] = old[order[index]] }
    return Permutation(result)
  }

  /// Whether some axes of the result come in the same order as where they come from.
  func keepsOrder(of axes: [Int]) -> Bool {
    let sources = axes.sorted().map { order[$0] }
    return sources == sources.sorted()
  }
}
