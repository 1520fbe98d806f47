public import Compiler
public import Graph
import Support
import Tensor

/// Merges batch normalization into the layer before it, if nothing else reads that layer's output:
/// its scale becomes a gain of each kernel, which the broadband microring applies (`optical`), or
/// is multiplied into the weights (`fold`); its shift becomes the bias. Mul, Add, Sub and Div by a
/// constant for each channel are merged likewise, as a batch normalization may have been exported
/// so; HardSigmoid, which clamps such a sum, too. What is the same for all channels also goes past
/// a clamp that the layer has. A MatMul of matrices that gets a bias becomes a Gemm.
///
/// A batch normalization that cannot be merged becomes a Mul and an Add, unless its parameters are
/// computed; a Mul, Add, Sub or Div by a constant for each channel of their result, as Caffe's Scale
/// layer is exported, HardSigmoid or another batch normalization is composed with them if nothing
/// else reads that result.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude.
public let batchNorm = Pass<Graph, Graph>(
  "batch-norm", "merge batch normalization into the layer before it"
) { graph, context throws(Failure) in
  var separated = graph
  separated.separateWeights()
  var merger = ChannelAffineMerger(separated, context.options.batchNorm)
  for node in separated.nodes { merger.take(node) }
  return merger.graph.withoutDead
}

private struct ChannelAffineMerger {
  private(set) var graph: Graph
  private let realization: Options.BatchNorm
  private let uses: [Int]
  private var valueNames: FreshNames
  private var nodeNames: FreshNames
  /// Where each value is computed, in the new list of nodes.
  private var producers: [ID<Value>: Int] = [:]
  /// What each pair of a Mul and an Add that `rewrite` made does, by the Add's output.
  private var pairs: [ID<Value>: Pair] = [:]

  /// A Mul, and an Add right after it.
  private struct Pair {
    let multiply: Int
    var scale: [Double]
    var shift: [Double]
  }

  init(_ original: Graph, _ realization: Options.BatchNorm) {
    graph = original
    graph.nodes = []
    self.realization = realization
    uses = original.useCounts
    valueNames = FreshNames(graph.values.elements.map(\.name))
    nodeNames = FreshNames(original.nodes.map(\.name))
  }

  /// Takes the next node in: merged, rewritten or as it is.
  mutating func take(_ node: Node) {
    if merge(node) || compose(node) { return }
    if node.op.name == "BatchNormalization",
      let affine = ChannelAffine(node, axis: 1, in: graph), let scale = affine.scale,
      let shift = affine.shift
    {
      rewrite(node, affine.input, scale, shift)
    } else {
      append(node)
    }
  }

  private mutating func append(_ node: Node) {
    if let output = node.outputs.first ?? nil { producers[output] = graph.nodes.count }
    graph.nodes.append(node)
  }

  /// Merges `node` into the layer whose output it reads, if it can be.
  private mutating func merge(_ node: Node) -> Bool {
    for case let input? in node.inputs {
      guard let producer = producers[input], uses[Int(input.index)] == 1,
        let layer = WeightedLayer(graph.nodes[producer], in: graph),
        let affine = ChannelAffine(node, axis: layer.outputAxis, in: graph),
        affine.input == input, merge(affine, into: layer, at: producer)
      else { continue }
      graph.nodes[producer].outputs = node.outputs
      graph.nodes[producer].origins += node.origins
      if let output = node.outputs[0] { producers[output] = producer }
      return true
    }
    return false
  }

  /// Puts `affine` into a layer's weights and bias; false if they cannot take it.
  private mutating func merge(
    _ affine: ChannelAffine, into layer: WeightedLayer, at index: Int
  ) -> Bool {
    var node = graph.nodes[index]
    if let clamp = node.clamp {
      guard let (scale, shift) = affine.uniform, scale != 0 else { return false }
      node.clamp = clamp.mapped(scale: scale, shift: shift).then(affine.clamp)
    } else {
      node.clamp = affine.clamp
    }
    guard let output = node.outputs[0],
      let channels = graph.values[output].shape?[layer.outputAxis],
      let weights = graph.weights(of: layer, scaledBy: affine.scale, realization)
    else { return false }
    if affine.shift != nil || node.inputs.dropFirst(2).contains(where: { $0 != nil }) {
      guard graph.makeBiased(&node), let bias = graph.bias(of: node, channels) else { return false }
      let shifted: [Float] = (0..<channels).map { channel in
        let scaled = bias[channel] * (affine.scale?[channel] ?? 1)
        return Float(scaled + (affine.shift?[channel] ?? 0))
      }
      guard shifted.allSatisfy({ $0.isFinite }) else { return false }
      graph.setBias(of: &node, shifted, &valueNames)
    }
    graph.values[layer.weights].constant = weights
    graph.nodes[index] = node
    return true
  }

  /// Puts `node` into the Mul and Add whose output it reads, if it can be.
  private mutating func compose(_ node: Node) -> Bool {
    guard let affine = ChannelAffine(node, axis: 1, in: graph), let output = node.outputs[0],
      var pair = pairs[affine.input], uses[Int(affine.input.index)] == 1
    else { return false }
    let add = graph.nodes[pair.multiply + 1]
    guard add.clamp == nil else { return false }
    for channel in pair.scale.indices {
      let scale = affine.scale?[channel] ?? 1
      pair.scale[channel] *= scale
      pair.shift[channel] = pair.shift[channel] * scale + (affine.shift?[channel] ?? 0)
    }
    guard (pair.scale + pair.shift).allSatisfy({ Float($0).isFinite }),
      let rank = graph.values[output].shape?.rank
    else { return false }
    if affine.scale != nil {
      let factor = constant(add.name + ".scale", pair.scale, rank: rank)
      graph.nodes[pair.multiply].inputs[1] = factor
    }
    graph.nodes[pair.multiply + 1].inputs[1] = constant(
      add.name + ".shift", pair.shift, rank: rank)
    graph.nodes[pair.multiply + 1].outputs = node.outputs
    graph.nodes[pair.multiply + 1].clamp = affine.clamp
    graph.nodes[pair.multiply + 1].origins += node.origins
    producers[output] = pair.multiply + 1
    pairs[output] = pair
    return true
  }

  /// Replaces a batch normalization by a Mul and an Add.
  private mutating func rewrite(
    _ node: Node, _ input: ID<Value>, _ scale: [Double], _ shift: [Double]
  ) {
    guard let output = node.outputs[0], let type = graph.values[output].type,
      let multiply = Operator.named("Mul"), let add = Operator.named("Add"),
      let none = try? Attributes(defaultsOf: multiply)
    else { return append(node) }
    var scaled = Value(valueNames.take(node.name + ".scaled"), element: type.element)
    scaled.shape = type.shape
    let product = graph.values.append(scaled)
    let factor = constant(node.name + ".scale", scale, rank: type.shape.rank)
    let term = constant(node.name + ".shift", shift, rank: type.shape.rank)
    pairs[output] = Pair(multiply: graph.nodes.count, scale: scale, shift: shift)
    append(
      Node(
        nodeNames.take(node.name + ".scale"), multiply, attributes: none,
        inputs: [input, factor], outputs: [product], origins: node.origins))
    append(
      Node(
        node.name, add, attributes: none, inputs: [product, term], outputs: node.outputs,
        clamp: node.clamp, origins: node.origins))
  }

  /// Adds a constant with a number for each channel along axis 1 of values of `rank`.
  private mutating func constant(_ name: String, _ numbers: [Double], rank: Int) -> ID<Value> {
    let tensor = Tensor(channels: numbers.map { Float($0) }, axis: 1, rank: rank)
    return graph.values.append(Value(valueNames.take(name), constant: Constant(tensor)))
  }
}
