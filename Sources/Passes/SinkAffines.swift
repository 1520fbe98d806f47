public import Compiler
public import Graph
import Support
import Tensor

/// Moves Mul, Add, Sub and Div by constants into the layers that read their result, if nothing else
/// does: one factor for all becomes a gain of every kernel, or is multiplied into the weights, as
/// for `batch-norm`; an addend for each channel joins the bias, unless a layer pads its input, as
/// zeros are padded after the sum. A factor goes into such a layer past the addend, which is divided
/// by it.
///
/// Law: `evaluate` is unchanged within 1e-5 of the largest magnitude; there are no more nodes than
/// before.
public let sinkAffines = Pass<Graph, Graph>(
  "sink-affines", "move scales and shifts into the layers that read them"
) { graph, context throws(Failure) in
  var separated = graph
  separated.separateWeights()
  var sinker = AffineSinker(separated, context.options.batchNorm)
  for index in separated.nodes.indices.reversed() { sinker.sink(index) }
  return sinker.graph.withoutDead
}

private struct AffineSinker {
  private(set) var graph: Graph
  private let realization: Options.BatchNorm
  private let producers: [ID<Value>: Int]
  /// The nodes that read each value, one for each time.
  private var readers: [ID<Value>: [Int]] = [:]
  private var names: FreshNames

  init(_ graph: Graph, _ realization: Options.BatchNorm) {
    self.graph = graph
    self.realization = realization
    producers = graph.producers
    names = FreshNames(graph.values.elements.map(\.name))
    for (index, node) in graph.nodes.enumerated() {
      for case let input? in node.inputs { readers[input, default: []].append(index) }
    }
  }

  /// Moves a node into the layers that read its output, or a factor from before it.
  mutating func sink(_ index: Int) {
    guard let output = graph.nodes[index].outputs.first ?? nil,
      let layers = layers(reading: output), let axis = layers.first?.axis,
      layers.allSatisfy({ $0.axis == axis }),
      let affine = ChannelAffine(graph.nodes[index], axis: axis, in: graph), affine.clamp == nil
    else { return }
    if let changed = changed(layers, by: affine) {
      replace(layers, with: changed, reading: affine.input, for: index)
    } else {
      sinkFactor(past: index, affine, layers)
    }
  }

  /// A layer that reads a value, and the axis of that along which its channels lie.
  private struct Reader {
    let node: Int
    let layer: WeightedLayer
    let axis: Int
  }

  /// A layer as it is to be.
  private struct Changed {
    var node: Node
    var weights: Constant
    var bias: [Float]?
  }

  /// The readers of a value, if they are all layers that take it as activations.
  private func layers(reading id: ID<Value>) -> [Reader]? {
    guard !graph.outputs.contains(id), let rank = graph.values[id].shape?.rank else { return nil }
    let nodes = readers[id] ?? []
    let layers = nodes.compactMap { index -> Reader? in
      let node = graph.nodes[index]
      guard let layer = WeightedLayer(node, in: graph), node.inputs[0] == id else { return nil }
      switch node.op.name {
      case "Gemm" where node.attributes.bool("transA"): return nil
      case "Gemm", "MatMul": return Reader(node: index, layer: layer, axis: rank - 1)
      default: return Reader(node: index, layer: layer, axis: 1)
      }
    }
    return layers.count == nodes.count && Set(nodes).count == nodes.count ? layers : nil
  }

  /// The layers with `affine` in their weights and biases; nil if one cannot take it.
  private func changed(_ layers: [Reader], by affine: ChannelAffine) -> [Changed]? {
    let result = layers.compactMap { changed($0, by: affine) }
    return result.count == layers.count ? result : nil
  }

  private func changed(_ reader: Reader, by affine: ChannelAffine) -> Changed? {
    var node = graph.nodes[reader.node]
    var bias: [Float]?
    if let shift = affine.shift {
      guard !graph.padsInput(node), graph.makeBiased(&node),
        let sum = graph.bias(of: node, plus: shift, reader.layer)
      else { return nil }
      bias = sum
    }
    guard let weights = scaled(reader.layer, by: affine.scale) else { return nil }
    return Changed(node: node, weights: weights, bias: bias)
  }

  /// A layer's weights multiplied by one number; nil where there is more than one.
  private func scaled(_ layer: WeightedLayer, by scale: [Double]?) -> Constant? {
    guard let scale else { return graph.constant(layer.weights) }
    guard let factor = scale.first, scale.allSatisfy({ $0 == factor }),
      let axis = layer.kernelAxis, let kernels = graph.values[layer.weights].shape?[axis]
    else { return nil }
    let factors = [Double](repeating: factor, count: kernels)
    return graph.weights(of: layer, scaledBy: factors, realization)
  }

  /// Puts changed layers in place, which read `input` where they read the output of the node at
  /// `index`.
  private mutating func replace(
    _ layers: [Reader], with changed: [Changed], reading input: ID<Value>, for index: Int
  ) {
    for (reader, changed) in zip(layers, changed) {
      var node = changed.node
      node.inputs[0] = input
      node.origins += graph.nodes[index].origins
      if let bias = changed.bias { graph.setBias(of: &node, bias, &names) }
      graph.nodes[reader.node] = node
      graph.values[reader.layer.weights].constant = changed.weights
    }
    readers[input, default: []].removeAll { $0 == index }
    readers[input, default: []] += layers.map(\.node)
  }

  /// Moves a factor past the node at `index`, which adds to its product, into layers.
  private mutating func sinkFactor(past index: Int, _ sum: ChannelAffine, _ layers: [Reader]) {
    guard sum.scale == nil, let shift = sum.shift, let output = graph.nodes[index].outputs[0],
      readers[sum.input]?.count == 1, !graph.outputs.contains(sum.input),
      let multiply = producers[sum.input],
      let product = ChannelAffine(graph.nodes[multiply], axis: layers[0].axis, in: graph),
      product.clamp == nil, product.shift == nil, let (factor, _) = product.uniform,
      let term = term(shift.map { $0 / factor }, of: output, axis: layers[0].axis),
      let changed = changed(layers, by: product), let add = Operator.named("Add"),
      let none = try? Attributes(defaultsOf: add)
    else { return }
    var value = graph.values[output]
    value.name = names.take(value.name + ".unscaled")
    let unscaled = graph.values.append(value)
    replace(layers, with: changed, reading: unscaled, for: multiply)
    let constant = Value(names.take(graph.nodes[index].name + ".shift"), constant: Constant(term))
    let origins = graph.nodes[index].origins
    graph.nodes[index] = Node(
      graph.nodes[index].name, add, attributes: none,
      inputs: [product.input, graph.values.append(constant)], outputs: [unscaled], origins: origins)
    readers[product.input, default: []].append(index)
  }

  /// Finite numbers for each channel along `axis` of a value, or one for all.
  private func term(_ numbers: [Double], of id: ID<Value>, axis: Int) -> Tensor? {
    let floats = numbers.map { Float($0) }
    guard floats.allSatisfy({ $0.isFinite }), let first = floats.first,
      let rank = graph.values[id].shape?.rank
    else { return nil }
    if floats.allSatisfy({ $0 == first }) { return Tensor([], floats: [first]) }
    return Tensor(channels: floats, axis: axis, rank: rank)
  }
}

extension Graph {
  /// Whether a layer's kernels see anything but its input.
  fileprivate func padsInput(_ node: Node) -> Bool {
    switch node.op.name {
    case "Gemm", "MatMul": return false
    case "Conv":
      let shapes = node.inputs.prefix(2).compactMap { $0.flatMap { values[$0].shape } }
      guard shapes.count == 2,
        let window = try? Window(
          resolving: node.attributes, input: Array(shapes[0].sizes.dropFirst(2)),
          kernel: Array(shapes[1].sizes.dropFirst(2)))
      else { return true }
      return window.axes.contains { $0.padBegin != 0 || $0.padEnd != 0 }
    default: return true
    }
  }

  /// The bias of a layer and what its kernels make of a `shift` of every channel of its input; nil
  /// if that is not a finite number for each kernel. The sums are in the order of the weights.
  fileprivate func bias(
    of node: Node, plus shift: [Double], _ layer: WeightedLayer
  ) -> [Float]? {
    guard let weights = constant(layer.weights)?.tensor, let axis = layer.kernelAxis,
      var bias = bias(of: node, weights.shape[axis])
    else { return nil }
    let isGemm = node.op.name == "Gemm"
    let alpha = isGemm ? Double(node.attributes.float("alpha")) : 1
    let groups = node.op.name == "Conv" ? node.attributes.int("group") : 1
    let (shape, strides) = (weights.shape, weights.shape.strides)
    let kernelsOfGroup = max(bias.count / groups, 1)
    for (index, weight) in weights.floats.enumerated() {
      let kernel = index / strides[axis] % shape[axis]
      let channel = index / strides[layer.inputAxis] % shape[layer.inputAxis]
      let first = kernel / kernelsOfGroup * shape[layer.inputAxis]
      bias[kernel] += alpha * Double(weight) * shift[first + channel]
    }
    let floats = bias.map { Float($0) }
    return floats.allSatisfy { $0.isFinite } ? floats : nil
  }
}
