import Graph
import Support
import Tensor

extension Graph {
  /// The axes that an input names, counted from the first, or those that a node takes without it;
  /// nil if they are not known.
  func axes(_ node: Node, _ position: Int, rank: Int) -> [Int]? {
    if position < node.inputs.count, let id = node.inputs[position] {
      guard let tensor = constant(id)?.tensor, case .ints(let axes) = tensor.elements else {
        return nil
      }
      return axes.map { Int($0 < 0 ? $0 + Int64(rank) : $0) }
    }
    switch node.op.name {
    case "Pad": return Array(0..<rank)
    case "Slice": return node.inputs[1].flatMap { values[$0].shape }.map { Array(0..<$0.count) }
    case "Squeeze":
      let shape = node.inputs[0].flatMap { values[$0].shape }
      return (0..<rank).filter { shape?[$0] == 1 }
    default: return []
    }
  }
}
