public import Compiler
public import Graph
import Plan
import Support
import Tensor

/// With `--map attention=vdu`, lets the FC VDUs take products of two activations, as attention has them:
/// the second operand is quantized at run time to what the weight DACs give (`RunTimeWeights`), in the
/// steps that cost least on the samples (`RunTimeStep`). What that still costs is said of every
/// product, as the ratio of the operand to its error on the samples.
///
/// Takes each MatMul of floats whose operands have the same leading sizes; all else stays with the control
/// unit. Without the option nothing changes.
///
/// Law: such a product reads at most 63 values of its second operand, none further than half a step from
/// the number that it stands for, but for numbers beyond the largest.
public let mapAttention = Pass<Graph, Graph>(
  "map-attention", "quantize operands of products of activations to weights, for the FC VDUs"
) { graph, context throws(Failure) in
  guard context.options.attention == .vdu else { return graph }
  let products = graph.productsOfActivations
  guard !products.isEmpty else { return graph }
  let samples = try CalibrationSamples(graph, context.options)
  var seen = Dictionary(
    products.map { (graph.nodes[$0].inputs[1]!, RunTimeStep()) },
    uniquingKeysWith: { first, _ in first })
  for sample in samples.all {
    // The step reaches the program to its last bit.
    _ = try graph.evaluate(sample, order: .ascending) { id, tensor in
      seen[id]?.add(tensor.floats)
    }
  }
  let mapping = AttentionMapping(graph, products) { seen[$0]!.best * samples.margin }
  try mapping.reportErrors(on: samples.all, &context.diagnostics)
  return mapping.graph
}

extension Graph {
  /// The nodes that multiply matrices of activations, each with its own.
  fileprivate var productsOfActivations: [Int] {
    nodes.indices.filter { index in
      let node = nodes[index]
      guard node.op.name == "MatMul", let a = node.inputs[0], let b = node.inputs[1],
        values[a].constant == nil, values[b].constant == nil,
        values[a].element == .float, values[b].element == .float,
        let left = values[a].shape, let right = values[b].shape, left.rank >= 2,
        left.sizes.dropLast(2) == right.sizes.dropLast(2)
      else { return false }
      return left.count > 0 && right.count > 0
    }
  }
}

/// A graph in which products come to take their second operands as weights.
private struct AttentionMapping {
  private var writer: NodeWriter
  var graph: Graph { writer.graph }
  /// Of each product taken, its name, its operand, and what it reads instead.
  private var taken: [(name: String, operand: ID<Value>, weights: ID<Value>)] = []

  /// - Parameters:
  ///   - products: their places among the nodes.
  ///   - step: that in which to quantize an operand.
  init(_ graph: Graph, _ products: [Int], step: (ID<Value>) -> Float) {
    writer = NodeWriter(graph)
    let products = Set(products)
    for (index, node) in graph.nodes.enumerated() {
      var node = node
      if products.contains(index), let operand = node.inputs[1] {
        let weights = quantized(operand, for: node, step: step(operand))
        node.inputs[1] = weights
        taken.append((node.name, operand, weights))
      }
      writer.keep(node)
    }
  }

  /// The nodes that make weights of an operand, as ``RunTimeWeights`` knows them again.
  private mutating func quantized(
    _ operand: ID<Value>, for product: Node, step: Float
  ) -> ID<Value> {
    let most = Float(RunTimeCodes.largest)
    let lower = writer.constant("lower", of: product, Tensor([], floats: [-most * step]))
    let upper = writer.constant("upper", of: product, Tensor([], floats: [most * step]))
    let scale = writer.constant("step", of: product, Tensor([], floats: [step]))
    let zero = writer.constant("zero", of: product, Tensor([], ints: [0], type: .int8))
    let clipped = writer.write("Clip", [operand, lower, upper], for: product)
    let codes = writer.write("QuantizeLinear", [clipped, scale, zero], for: product)
    return writer.write("DequantizeLinear", [codes, scale, zero], for: product)
  }

  /// Says of every product what quantizing its operand costs.
  func reportErrors(
    on samples: [[String: Tensor]], _ diagnostics: inout Diagnostics
  ) throws(Failure) {
    var similarities = taken.map { _ in Similarity() }
    let readers = Dictionary(grouping: taken.indices) { taken[$0].weights }
    let wanted = Set(taken.map(\.operand))
    for sample in samples {
      var operands: [ID<Value>: Tensor] = [:]
      _ = try graph.evaluate(sample) { id, tensor in
        if wanted.contains(id) { operands[id] = tensor }
        for index in readers[id] ?? [] {
          if let operand = operands[taken[index].operand] {
            similarities[index].add(tensor, expected: operand)
          }
        }
      }
    }
    for (product, similarity) in zip(taken, similarities) {
      diagnostics.note(
        at: .node(product.name),
        "its second operand, \(graph.values[product.operand].name.quoted), streams as weights of 6 "
          + "bits: " + Self.words(similarity))
    }
  }

  private static func words(_ similarity: Similarity) -> String {
    if similarity.error == 0 { return "no error on the samples" }
    guard similarity.error.isFinite, similarity.decibels.isFinite else {
      return "not finite on the samples"
    }
    let tenths = Int((10 * similarity.decibels).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) dB on the samples"
  }
}
