import Graph
import Support

extension Graph {
  /// How often each value is read, by nodes and as an output of the graph; by the index of its ID.
  var useCounts: [Int] {
    var counts = [Int](repeating: 0, count: values.count)
    for node in nodes {
      for case let input? in node.inputs { counts[Int(input.index)] += 1 }
    }
    for output in outputs { counts[Int(output.index)] += 1 }
    return counts
  }

  /// The value of a constant, nil for what is left out or not known.
  func constant(_ id: ID<Value>?) -> Constant? {
    id.flatMap { values[$0].constant }
  }
}
