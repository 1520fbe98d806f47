public import Compiler
public import Graph
import OrderedCollections
import Support
import Tensor

/// Makes layers of integers layers of floats, which the VDUs can run, over the same integers: zero points
/// are taken off before them, and scales are factors behind. So a codebook holds the integers that weights
/// are, and 16-bit codes those that activations are.
///
/// - QLinearConv, QLinearMatMul, ConvInteger and MatMulInteger with constant weights become Conv and
///   MatMul; a Cast of their sums to float is left out.
/// - What QuantizeLinear gives, less its zero point, becomes Div, Clip and Round where such a layer takes it,
///   or one that takes it by way of DequantizeLinear; the scale of that becomes a Mul.
/// - Gather looks up a table of integers before its rows are scaled, as bytes are smaller than floats.
///
/// Law: `evaluate` is unchanged, but for the sign of zeros, while sums stay within 2^24, as 32-bit floats
/// hold all integers up to there, and nothing that is quantized is NaN. Beyond, sums are rounded.
public let dequantize = Pass<Graph, Graph>(
  "dequantize", "make layers of integers layers of floats over the same integers"
) { graph, _ throws(Failure) in
  var dequantizer = Dequantizer(graph)
  for node in graph.nodes { dequantizer.take(node) }
  return dequantizer.graph.withoutDead
}

private struct Dequantizer {
  private var writer: NodeWriter
  var graph: Graph { writer.graph }
  private let outputs: Set<ID<Value>>
  /// The values that a layer of floats reads as its activations.
  private let activations: Set<ID<Value>>
  /// The nodes that quantize values, by these.
  private var quantizers: [ID<Value>: Node] = [:]
  /// Quantized values less a zero point, as floats, by both.
  private var centred: [[ID<Value>?]: ID<Value>] = [:]
  /// What layers read in place of a value.
  private var scaled: [ID<Value>: ID<Value>] = [:]
  /// The sums of layers of integers, as floats.
  private var sums: [ID<Value>: ID<Value>] = [:]
  /// What readers of a value shall read instead.
  private var forwarded: [ID<Value>: ID<Value>] = [:]

  init(_ original: Graph) {
    writer = NodeWriter(original)
    outputs = Set(original.outputs)
    activations = Set(original.layers.compactMap { original.nodes[$0.node].inputs[0] })
  }

  /// Takes the next node in: as it is, or as others. What a refused attempt leaves behind is dead.
  mutating func take(_ original: Node) {
    var node = original
    node.inputs = node.inputs.map { $0.map { forwarded[$0] ?? $0 } }
    if let input = node.inputs.first ?? nil, let factor = scaled[input],
      WeightedLayer(node, in: graph) != nil
    {
      node.inputs[0] = factor
    }
    if node.clamp == nil, (try? replace(node)) == true { return }
    append(node)
  }

  private mutating func append(_ node: Node) {
    note(node)
    writer.keep(node)
  }

  private mutating func note(_ node: Node) {
    if node.op.name == "QuantizeLinear", let output = node.outputs[0] { quantizers[output] = node }
  }

  /// Appends nodes that mean the same as `node`, if there are better ones.
  private mutating func replace(_ node: Node) throws(OperatorError) -> Bool {
    if let layer = IntegerLayer(node, in: graph) {
      try expand(node, layer)
      return true
    }
    switch node.op.name {
    case "Cast": return forward(node)
    case "Gather": return try lookUp(node)
    case "DequantizeLinear": try scale(node)
    default: break
    }
    return false
  }

  // MARK: Layers

  private mutating func expand(_ node: Node, _ layer: IntegerLayer) throws(OperatorError) {
    var operands: [ID<Value>?] = [
      try centre(layer.input, layer.inputZero, for: node), try weights(of: layer, for: node),
    ]
    if let bias = layer.bias {
      operands.append(try add("Cast", [bias], ["to": .int(Int64(ElementType.float.code))], node))
    }
    let attributes = layer.product == "Conv" ? node.attributes : Attributes()
    let sum = try add(layer.product, operands, attributes.values, node, named: node.name)
    guard let output = node.outputs[0], let type = graph.values[output].type else { return }
    guard let result = layer.result else {
      // What converters make of a sum may lie beside an integer.
      let rounded = try add("Round", [sum], [:], node)
      try finish("Cast", [rounded], ["to": .int(Int64(type.element.code))], node)
      sums[output] = sum
      return
    }
    var scales = result.weightsScale
    if layer.product == "Conv", scales.shape.rank == 1 {
      scales = Tensor(channels: scales.floats, axis: 1, rank: type.shape.rank)
    }
    let products = try add("Mul", [result.inputScale, constant(scales, node)], [:], node)
    let factors = try add("Div", [products, result.scale], [:], node)
    let multiples = try add("Mul", [sum, factors], [:], node)
    try finish(
      "QuantizeLinear", [multiples, constant(Tensor([], floats: [1]), node), result.zero], [:], node
    )
  }

  /// The integers of a layer's weights less their zero points.
  private mutating func weights(
    of layer: IntegerLayer, for node: Node
  ) throws(OperatorError) -> ID<Value> {
    guard let zero = layer.weightsZero else {
      return try add(
        "Cast", [layer.weights], ["to": .int(Int64(ElementType.float.code))], node)
    }
    let ones = Tensor(zero.shape, floats: [Float](repeating: 1, count: zero.count))
    return try add(
      "DequantizeLinear", [layer.weights, constant(ones, node), constant(zero, node)],
      ["axis": .int(Int64(layer.kernelAxis))], node)
  }

  /// Lets readers of sums that are cast to floats have them as they are.
  private mutating func forward(_ node: Node) -> Bool {
    guard let sum = node.inputs[0].flatMap({ sums[$0] }), let output = node.outputs[0],
      graph.values[output].element == .float, !outputs.contains(output)
    else { return false }
    forwarded[output] = sum
    return true
  }

  // MARK: Activations

  /// What layers shall read in place of what a DequantizeLinear gives.
  private mutating func scale(_ node: Node) throws(OperatorError) {
    guard let output = node.outputs[0], activations.contains(output), let input = node.inputs[0],
      graph.values[input].element?.isFloatingPoint == false,
      let factor = graph.single(node.inputs[1])
    else { return }
    let zero = node.inputs.count > 2 ? node.inputs[2] : nil
    let integers = try centre(input, zero, for: node)
    scaled[output] =
      factor.floats == [1]
      ? integers : try add("Mul", [integers, constant(factor, node)], [:], node)
  }

  /// A quantized value less a zero point.
  private mutating func centre(
    _ value: ID<Value>, _ zero: ID<Value>?, for node: Node
  ) throws(OperatorError) -> ID<Value> {
    if let known = centred[[value, zero]] { return known }
    if let rounded = try rounded(value, zero) {
      centred[[value, zero]] = rounded
      return rounded
    }
    let one = constant(Tensor([], floats: [1]), node)
    let difference = try add(
      "DequantizeLinear", [value, one] + (zero.map { [$0] } ?? []), [:], node)
    centred[[value, zero]] = difference
    return difference
  }

  /// The same of what QuantizeLinear gives with that zero point, without the way through integers.
  private mutating func rounded(
    _ value: ID<Value>, _ zero: ID<Value>?
  ) throws(OperatorError) -> ID<Value>? {
    guard let quantizer = quantizers[value], let element = graph.values[value].element,
      !element.isFloatingPoint, var input = quantizer.inputs[0],
      graph.values[input].element == .float, let divisor = graph.single(quantizer.inputs[1]),
      let own = graph.zeroPoint(quantizer.inputs.count > 2 ? quantizer.inputs[2] : nil),
      graph.zeroPoint(zero) == own
    else { return nil }
    if divisor.floats != [1] {
      input = try add("Div", [input, constant(divisor, quantizer)], [:], quantizer)
    }
    let bounds = [element.bounds.lowerBound, element.bounds.upperBound].map {
      constant(Tensor([], floats: [Float($0 - own)]), quantizer)
    }
    let clipped = try add("Clip", [input] + bounds, [:], quantizer)
    return try add("Round", [clipped], [:], quantizer)
  }

  // MARK: Tables

  /// Rows of integers looked up, then scaled.
  private mutating func lookUp(_ node: Node) throws(OperatorError) -> Bool {
    guard let table = graph.constant(node.inputs[0]), let gains = table.gains,
      case .dense(let tensor) = table.base, let integers = tensor.asBytes,
      let indices = node.inputs[1], graph.constant(indices) == nil, let output = node.outputs[0],
      let count = graph.values[output].shape?.count, count < tensor.count
    else { return false }
    let axis = node.attributes.int("axis")
    guard (axis < 0 ? axis + tensor.shape.rank : axis) == gains.axis else { return false }
    var sizes = [Int](repeating: 1, count: tensor.shape.rank)
    sizes[gains.axis] = gains.values.count
    let scales = Tensor(Shape(sizes), floats: gains.values)
    let rows = try [integers, scales].map { tensor throws(OperatorError) in
      try add("Gather", [constant(tensor, node), indices], node.attributes.values, node)
    }
    let floats = try add("Cast", [rows[0]], ["to": .int(Int64(ElementType.float.code))], node)
    try finish("Mul", [floats, rows[1]], [:], node)
    return true
  }

  // MARK: Nodes

  private mutating func constant(_ tensor: Tensor, _ origin: Node) -> ID<Value> {
    writer.constant("constant", of: origin, tensor)
  }

  /// The output of a new node in place of `origin`, or the constant that it makes.
  private mutating func add(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: OrderedDictionary<String, Attribute>,
    _ origin: Node, named known: String? = nil
  ) throws(OperatorError) -> ID<Value> {
    try writer.attempt(op, inputs, attributes, for: origin, named: known)[0]
  }

  /// Appends the node that computes the output of `origin`.
  private mutating func finish(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: OrderedDictionary<String, Attribute>,
    _ origin: Node
  ) throws(OperatorError) {
    guard let output = origin.outputs[0] else { return }
    _ = try writer.attempt(op, inputs, attributes, for: origin, outputs: [output])
    note(writer.graph.nodes[writer.graph.nodes.count - 1])
  }
}

extension Graph {
  /// The one float that a constant is, as a scalar; nil for another value.
  fileprivate func single(_ id: ID<Value>?) -> Tensor? {
    guard let tensor = constant(id)?.tensor, tensor.count == 1, tensor.type == .float else {
      return nil
    }
    return tensor.reshaped([])
  }

  /// The one constant zero point that values have, 0 where it is left out; nil if there is none such.
  fileprivate func zeroPoint(_ id: ID<Value>?) -> Int64? {
    guard let id else { return 0 }
    guard let tensor = constant(id)?.tensor, tensor.count == 1,
      case .ints(let ints) = tensor.elements
    else { return nil }
    return ints[0]
  }
}

extension Tensor {
  /// The elements in the narrowest integer type, if one of a byte holds them all.
  fileprivate var asBytes: Tensor? {
    guard isIntegral, type.isFloatingPoint, let low = floats.min(), let high = floats.max()
    else { return nil }
    for type in [ElementType.int8, .uint8]
    where Float(type.bounds.lowerBound) <= low && high <= Float(type.bounds.upperBound) {
      return Tensor(shape, ints: floats.map { Int64($0) }, type: type)
    }
    return nil
  }
}
