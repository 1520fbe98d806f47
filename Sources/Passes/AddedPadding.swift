import Graph
import Support
import Tensor

/// What a Pad with constant pads, none of them negative, adds around a value.
struct AddedPadding {
  enum Fill: Hashable {
    /// Copies of the elements at the edge.
    case edge
    /// A number; whether no element of the value is less.
    case number(Float, isLeast: Bool)
  }

  /// Elements before each axis.
  private(set) var begin: [Int]
  /// Elements behind each axis.
  private(set) var end: [Int]
  let fill: Fill

  /// Nil for another node, and for a Pad that does something else.
  ///
  /// - Parameter nonnegative: values that are known to hold no negative number.
  init?(_ node: Node, in graph: Graph, nonnegative: Set<ID<Value>>) {
    guard node.op.name == "Pad", let input = node.inputs[0],
      let rank = graph.values[input].shape?.rank,
      case .ints(let pads)? = graph.constant(node.inputs[1])?.tensor.elements,
      let axes = graph.axes(node, 3, rank: rank), pads.count == 2 * axes.count,
      pads.allSatisfy({ $0 >= 0 })
    else { return nil }
    switch node.attributes.string("mode") {
    case "edge": fill = .edge
    case "constant":
      guard let number = graph.fillOfPad(node) else { return nil }
      let isLeast = number == -.infinity || number <= 0 && nonnegative.contains(input)
      fill = .number(number, isLeast: isLeast)
    default: return nil
    }
    begin = [Int](repeating: 0, count: rank)
    end = begin
    for (index, axis) in axes.enumerated() {
      begin[axis] = Int(pads[index])
      end[axis] = Int(pads[axes.count + index])
    }
  }

  /// The same around the transposed value.
  func permuted(by permutation: Permutation) -> AddedPadding {
    var result = self
    result.begin = permutation.order.map { begin[$0] }
    result.end = permutation.order.map { end[$0] }
    return result
  }
}

extension Graph {
  /// The number that a Pad adds; nil where it is not known to be a float.
  fileprivate func fillOfPad(_ node: Node) -> Float? {
    guard let input = node.inputs[0], values[input].element?.isFloatingPoint == true else {
      return nil
    }
    guard node.inputs.count > 2, let value = node.inputs[2] else { return 0 }
    return constant(value)?.tensor.floats.first
  }
}
