import Foundation
import Graph
import Support

/// What compression left of weights, as `metadata_props` of nodes and of a model, which viewers such as Netron
/// show.
struct WeightMetadata {
  private var weights = 0
  private var survivors = 0
  /// The most values, zero apart, of one node.
  private var clusters = 0

  /// Of all clustered constants that nodes read; nil where there are none.
  init?(_ nodes: some Sequence<Node>, in graph: Graph) {
    var hasWeights = false
    for id in Set(nodes.flatMap { $0.inputs.compactMap(\.self) }) {
      guard case .clustered(let clustered) = graph.values[id].constant?.base else { continue }
      hasWeights = true
      weights += clustered.codes.count
      survivors += clustered.codes.count { $0 != 0 }
      clusters = max(clusters, clustered.codebook.count)
    }
    guard hasWeights else { return nil }
  }

  /// Keys and values.
  private var entries: [(key: String, value: String)] {
    let zeros = Double(weights - survivors) / Double(max(weights, 1))
    return [
      ("sonic.weights", "\(weights)"), ("sonic.survivors", "\(survivors)"),
      ("sonic.sparsity", String(format: "%.1f %%", 100 * zeros)),
      ("sonic.clusters", "\(clusters)"),
    ]
  }

  /// - Parameter field: the number of `metadata_props` in the message.
  func write(_ field: Int, to writer: inout MessageWriter) {
    for (key, value) in entries {
      writer.message(field) {
        $0.string(1, key)
        $0.string(2, value)
      }
    }
  }
}
