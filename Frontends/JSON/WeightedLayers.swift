import Graph
import OrderedCollections
import Support
import Tensor

/// Layers with weights, and what follows them under keys of their own: bias, normalization and
/// activation.
extension ModelReader {
  mutating func addConvolution(_ layer: inout Layer, to flow: inout Flow) -> Bool {
    guard checkPlane(layer, flow), let filters = count(layer),
      layer.fields["kernel"] != nil || missing("kernel", layer),
      let window = window(layer, size: "kernel", flow, strideIsSize: false),
      let groups = layer.fields["groups"].map({ document.integer($0, in: 1...Self.maximumSize) })
        ?? 1
    else { return false }
    guard flow.sizes[0] % groups == 0, filters % groups == 0 else {
      document.problem(
        layer.item,
        "found \(groups) groups, expected a divisor of \(flow.sizes[0]) channels and \(filters) "
          + "filters")
      return false
    }
    let sizes = [filters, flow.sizes[0] / groups] + window.kernel
    guard let weight = addWeights(&layer, sizes), let bias = addBias(&layer, filters),
      let outputSizes = window.outputSizes(of: flow.sizes)
    else { return false }
    var attributes = window.attributes
    if groups != 1 { attributes["group"] = .int(Int64(groups)) }
    addNode("Conv", layer.name, layer.item, weight + bias, attributes, to: &flow)
    flow.sizes = [filters] + outputSizes.dropFirst()
    return addFollowers(&layer, to: &flow)
  }

  mutating func addDense(_ layer: inout Layer, to flow: inout Flow) -> Bool {
    guard flow.sizes.count == 1 else {
      document.problem(
        layer.item,
        "found an input of \(Shape(flow.sizes)), expected a flat one: put {\"flatten\": true} "
          + "before")
      return false
    }
    guard let units = count(layer), let weight = addWeights(&layer, [units, flow.sizes[0]]),
      let bias = addBias(&layer, units)
    else { return false }
    addNode(
      "Gemm", layer.name, layer.item, weight + bias, ["transB": .int(1)], to: &flow)
    flow.sizes = [units]
    return addFollowers(&layer, to: &flow)
  }

  /// `"bn": true`, or an object of elements for each parameter and `epsilon`.
  mutating func addNormalization(_ layer: inout Layer, to flow: inout Flow) -> Bool {
    guard let item = layer.fields["bn"] else { return true }
    var fields: Fields?
    switch item.value.kind {
    case .bool(false): return true
    case .bool(true): break
    default:
      let keys = Self.normalizationParameters.map(\.name)
      fields = document.object(item, optional: keys + ["epsilon"], "true, false or an object")
      if fields == nil { return false }
    }
    let name = layer.kind == .bn ? layer.name : layer.name + ".bn"
    var operands: [String] = []
    for (parameter, standard) in Self.normalizationParameters {
      let elements = fields?[parameter].map { ownElements($0) } ?? .random(standard)
      guard let elements,
        addConstant("\(name).\(parameter)", elements, [flow.sizes[0]], &layer)
      else { return false }
      operands.append("\(name).\(parameter)")
    }
    let epsilon = fields?["epsilon"].map {
      document.float($0, in: 0...1, "a number from 0 to 1")
    }
    if case .some(nil) = epsilon { return false }
    addNode(
      "BatchNormalization", name, layer.item, operands,
      ["epsilon": .float((epsilon ?? nil) ?? 1e-5)], to: &flow)
    return true
  }

  /// The parameters in the order of ONNX, and what they are unless given: such that none is zero
  /// and a normalization does neither nothing nor much.
  private static let normalizationParameters: [(name: String, standard: RandomElements)] = [
    ("scale", .uniform(mean: 1, scale: 0.5)), ("bias", .uniform(scale: 0.1)),
    ("mean", .uniform(scale: 0.1)), ("variance", .uniform(mean: 1, scale: 0.5)),
  ]

  private mutating func addFollowers(_ layer: inout Layer, to flow: inout Flow) -> Bool {
    guard addNormalization(&layer, to: &flow) else { return false }
    guard let item = layer.fields["relu"] else { return true }
    guard let isOn = document.bool(item) else { return false }
    if isOn { addNode("Relu", layer.name + ".relu", layer.item, [], to: &flow) }
    return true
  }

  // MARK: Constants

  /// How many filters or units there are.
  private mutating func count(_ layer: Layer) -> Int? {
    layer.fields[layer.kind.rawValue].flatMap { document.integer($0, in: 1...Self.maximumSize) }
  }

  private mutating func missing(_ key: String, _ layer: Layer) -> Bool {
    document.problem(layer.item, "the key \(key) is missing")
    return false
  }

  private mutating func addWeights(_ layer: inout Layer, _ sizes: [Int]) -> [String]? {
    guard let elements = layer.weights else {
      if layer.fields["weights"] == nil {
        document.problem(layer.item, "found no weights, here or for the whole model")
      }
      return nil
    }
    guard let shape = Shape(checking: sizes) else {
      document.problem(layer.item, "found weights of sizes \(sizes), expected a product that fits")
      return nil
    }
    return addConstant(layer.name + ".weight", elements, shape, &layer)
      ? [layer.name + ".weight"] : nil
  }

  /// `"bias": false` for none, `true` for a random one, or elements.
  private mutating func addBias(_ layer: inout Layer, _ count: Int) -> [String]? {
    var elements = Elements.random(.uniform(scale: 0.1))
    if let item = layer.fields["bias"] {
      switch item.value.kind {
      case .bool(false): return []
      case .bool(true): break
      default:
        guard let given = ownElements(item, "true, false or an object") else { return nil }
        elements = given
      }
    }
    return addConstant(layer.name + ".bias", elements, [count], &layer)
      ? [layer.name + ".bias"] : nil
  }

  private mutating func addConstant(
    _ name: String, _ elements: Elements, _ shape: Shape, _ layer: inout Layer
  ) -> Bool {
    guard let tensor = tensor(elements, at: layer.item, .float, shape, &layer.random) else {
      return false
    }
    constants.append((name, tensor, layer.item))
    return true
  }
}
