public import Compiler
public import Graph
import Support
import Tensor

/// Gives a 16-bit fixed-point format to every value that a layer on the VDUs reads or writes;
/// values that only the control unit touches stay floats. The format covers the calibrated peak and
/// a quarter more.
///
/// Where a value reaches a layer through operators that only move or choose elements, all values on
/// the way have the format of the first, so that nothing is rounded a second time. For the same reason a
/// layer's output that is only read to be rounded to integers has steps of one, if its peak allows that.
///
/// Law: a value's peak fits its format; values, shapes and `evaluate` are unchanged.
public let quantize = Pass<Graph, Graph>(
  "quantize", "give fixed-point formats to what layers read and write"
) { graph, context throws(Failure) in
  var quantizer = Quantizer(graph)
  quantizer.run(&context.diagnostics)
  try context.diagnostics.check()
  return quantizer.graph
}

extension Statistics {
  /// The format of a value that calibration saw so: it covers the peak and a quarter more.
  var format: FixedPoint { FixedPoint(peak: peak * 1.25) }
}

/// Operators whose results consist of elements of their first input, or of all for Concat, and
/// perhaps zeros.
private let movers: Set = [
  "Concat", "DepthToSpace", "Flatten", "Gather", "GlobalMaxPool", "Identity", "MaxPool", "Pad",
  "Relu", "Reshape", "Slice", "SpaceToDepth", "Split", "Squeeze", "Transpose", "Unsqueeze",
]

private struct Quantizer {
  private(set) var graph: Graph
  /// For each node, whether the VDUs compute it.
  private let isOptical: [Bool]
  /// The values of which only the nearest integer is read.
  private let rounded: Set<ID<Value>>
  /// The values that layers read.
  private var read: Set<ID<Value>> = []
  /// Those, and the values that reach layers through movers.
  private var wanted: Set<ID<Value>> = []

  init(_ graph: Graph) {
    self.graph = graph
    let producers = graph.producers
    isOptical = graph.nodes.map { DotProducts($0, in: graph, producers: producers) != nil }
    rounded = graph.rounded
    for (node, isOptical) in zip(graph.nodes, isOptical).reversed() {
      if isOptical, let input = node.inputs[0] {
        read.insert(input)
        wanted.insert(input)
      } else if node.outputs.contains(where: { $0.map(wanted.contains) ?? false }) {
        wanted.formUnion(node.sources)
      }
    }
  }

  mutating func run(_ diagnostics: inout Diagnostics) {
    for input in graph.inputs where wanted.contains(input) { setFormat(of: input, &diagnostics) }
    for (node, isOptical) in zip(graph.nodes, isOptical) {
      let common = commonFormat(of: node.sources)
      for case let output? in node.outputs {
        if let common, wanted.contains(output), fits(output, common) {
          graph.values[output].format = common
        } else if isOptical || read.contains(output) {
          setFormat(of: output, &diagnostics)
        }
      }
    }
  }

  /// The format that all of these have; nil where they differ or there is none.
  private func commonFormat(of values: [ID<Value>]) -> FixedPoint? {
    let formats = Set(values.map { graph.values[$0].format })
    return formats.count == 1 ? formats.first ?? nil : nil
  }

  /// Whether a value's elements are floats that `format` can hold.
  private func fits(_ id: ID<Value>, _ format: FixedPoint) -> Bool {
    let value = graph.values[id]
    guard value.element == .float, let peak = value.statistics?.peak else { return false }
    return peak <= 32767 * format.step
  }

  private mutating func setFormat(of id: ID<Value>, _ diagnostics: inout Diagnostics) {
    let value = graph.values[id]
    guard let statistics = value.statistics else {
      diagnostics.error(
        at: .value(value.name),
        "calibration saw an infinity or a NaN, expected finite numbers as a layer uses them")
      return
    }
    var format = statistics.format
    if rounded.contains(id) { format.fraction = min(format.fraction, 0) }
    graph.values[id].format = format
  }
}

extension Graph {
  /// The values that nothing but rounding to integers reads.
  fileprivate var rounded: Set<ID<Value>> {
    var rounded: Set<ID<Value>> = []
    var others = Set(outputs)
    for node in nodes {
      for (index, input) in node.inputs.enumerated() {
        guard let input else { continue }
        if index == 0, rounds(node) { rounded.insert(input) } else { others.insert(input) }
      }
    }
    return rounded.subtracting(others)
  }

  private func rounds(_ node: Node) -> Bool {
    switch node.op.name {
    case "Round": true
    case "QuantizeLinear":
      node.outputs[0].flatMap { values[$0].element }?.isFloatingPoint == false
        && constant(node.inputs[1])?.tensor.floats.allSatisfy { $0 == 1 } == true
    default: false
    }
  }
}

extension Node {
  /// The values whose elements the outputs consist of, where the node only moves elements.
  fileprivate var sources: [ID<Value>] {
    guard movers.contains(op.name) else { return [] }
    return (op.name == "Concat" ? inputs : Array(inputs.prefix(1))).compactMap { $0 }
  }
}
