import Graph
import Support

extension Graph {
  /// Where each value is computed, among the nodes.
  var producers: [ID<Value>: Int] {
    var result: [ID<Value>: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for case let output? in node.outputs { result[output] = index }
    }
    return result
  }
}
