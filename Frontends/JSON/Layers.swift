import Graph
import OrderedCollections
import Support
import Tensor

/// What one object of `layers` may be: each takes the output of the one before it.
enum LayerKind: String, CaseIterable {
  // Those with weights come first: `relu` and `bn` are also keys of theirs.
  case conv, dense, maxpool, averagepool, globalmaxpool, globalaveragepool, flatten
  case bn, relu, sigmoid, tanh, softmax

  /// The other keys that it knows, beside `name`.
  var options: [String] {
    switch self {
    case .conv:
      ["kernel", "stride", "dilation", "pad", "groups", "weights", "bias", "bn", "relu"]
    case .dense: ["weights", "bias", "bn", "relu"]
    case .maxpool, .averagepool: ["stride", "pad"]
    default: []
    }
  }

  /// The operator of a layer that has no weights.
  var op: String? {
    switch self {
    case .conv, .dense, .bn: nil
    case .maxpool: "MaxPool"
    case .averagepool: "AveragePool"
    case .globalmaxpool: "GlobalMaxPool"
    case .globalaveragepool: "GlobalAveragePool"
    case .flatten: "Flatten"
    case .relu: "Relu"
    case .sigmoid: "Sigmoid"
    case .tanh: "Tanh"
    case .softmax: "Softmax"
    }
  }
}

/// A layer that is being read.
struct Layer {
  var kind: LayerKind
  var fields: Fields
  /// Its name, which its constants and nodes share.
  var name: String
  /// Where its random numbers come from: its weights, bias and normalization, in this order.
  var random: SeededRandom
  /// Its weights, bias and the others use these elements unless they say otherwise.
  var weights: Elements?

  var item: Item { fields.item }
}

/// What flows from layer to layer.
struct Flow {
  /// The name of the value.
  var value: String
  /// Its sizes but for the first, the batch.
  var sizes: [Int]
}

extension ModelReader {
  /// Reads `weights` and `layers`.
  mutating func addLayers(_ model: Fields) {
    let shared = model["weights"].flatMap { sharedElements($0) }
    guard let item = model["layers"], let items = document.array(item) else { return }
    if items.isEmpty { document.problem(item, "found no layers, expected at least one") }
    let kinds = items.map { kind(of: $0) }
    guard var flow = firstFlow(model) else { return }
    var counts: [LayerKind: Int] = [:]
    for (position, kind) in kinds.enumerated() {
      guard let (kind, fields) = kind else { return }
      counts[kind, default: 0] += 1
      let name = fields["name"].flatMap { document.name($0) }
      let weights = fields["weights"].map { ownElements($0) } ?? shared
      let ownSeed = fields["weights"].flatMap { _ in weights?.seed }
      var layer = Layer(
        kind: kind, fields: fields, name: name ?? "\(kind.rawValue)\(counts[kind, default: 0])",
        random: SeededRandom(seed: ownSeed ?? (shared?.seed ?? 0) &+ UInt64(position)),
        weights: weights)
      // A layer that is wrong leaves no sizes to go on with.
      guard add(&layer, to: &flow) else { return }
      guard Shape(checking: flow.sizes) != nil else {
        document.problem(layer.item, "found sizes \(flow.sizes), expected a product that fits")
        return
      }
    }
    outputs.append((flow.value, item))
  }

  /// What the network takes.
  private mutating func firstFlow(_ model: Fields) -> Flow? {
    guard inputs.count == 1, let (value, item) = inputs.first else {
      document.problem(
        model["inputs"] ?? model.item, "found \(inputs.count) inputs, expected one before layers")
      return nil
    }
    let sizes = (value.declared ?? []).dropFirst().map { $0.size ?? 0 }
    guard value.element == .float, !sizes.isEmpty, !sizes.contains(0) else {
      document.problem(
        item, "found an input that layers cannot take, expected float of a batch and known sizes")
      return nil
    }
    return Flow(value: value.name, sizes: sizes)
  }

  private mutating func kind(of item: Item) -> (LayerKind, Fields)? {
    guard case .object(let members) = item.value.kind else {
      document.mismatch(item, "an object")
      return nil
    }
    let keys = members.map(\.key)
    guard let kind = LayerKind.allCases.first(where: { keys.contains($0.rawValue) }) else {
      document.problem(
        item,
        "found no kind of layer, expected one of "
          + LayerKind.allCases.map(\.rawValue).joined(separator: ", "))
      return nil
    }
    return document.object(item, required: [kind.rawValue], optional: ["name"] + kind.options)
      .map { (kind, $0) }
  }

  /// Elements of tensors whose type and shape the layer gives.
  mutating func ownElements(_ item: Item, _ expected: String = "an object") -> Elements? {
    document.object(item, optional: Elements.keys, expected).flatMap { elements($0) }
  }

  /// Elements that fit tensors of any shape.
  private mutating func sharedElements(_ item: Item) -> Elements? {
    document.object(item, optional: ["random", "fill"]).flatMap { elements($0) }
  }

  // MARK: Layers

  /// Adds a layer; false if it is wrong.
  private mutating func add(_ layer: inout Layer, to flow: inout Flow) -> Bool {
    switch layer.kind {
    case .conv: return addConvolution(&layer, to: &flow)
    case .dense: return addDense(&layer, to: &flow)
    case .bn: return addNormalization(&layer, to: &flow)
    case .maxpool, .averagepool: return addPooling(layer, to: &flow)
    case .globalmaxpool, .globalaveragepool:
      guard checkFlag(layer), checkPlane(layer, flow) else { return false }
      flow.sizes = [flow.sizes[0]] + flow.sizes.dropFirst().map { _ in 1 }
    case .flatten:
      guard checkFlag(layer) else { return false }
      flow.sizes = [Shape(flow.sizes).count]
    case .relu, .sigmoid, .tanh, .softmax:
      guard checkFlag(layer) else { return false }
    }
    addNode(layer.kind.op ?? "", layer.name, layer.item, [], to: &flow)
    return true
  }

  /// Says whether a layer that is on or not there is on.
  private mutating func checkFlag(_ layer: Layer) -> Bool {
    guard let item = layer.fields[layer.kind.rawValue] else { return false }
    if case .bool(true) = item.value.kind { return true }
    document.mismatch(item, "true")
    return false
  }

  mutating func checkPlane(_ layer: Layer, _ flow: Flow) -> Bool {
    if flow.sizes.count >= 2 { return true }
    document.problem(
      layer.item, "found a flat input of \(flow.sizes[0]), expected channels and a plane")
    return false
  }

  private mutating func addPooling(_ layer: Layer, to flow: inout Flow) -> Bool {
    guard checkPlane(layer, flow),
      let window = window(layer, size: layer.kind.rawValue, flow, strideIsSize: true),
      let sizes = window.outputSizes(of: flow.sizes)
    else { return false }
    flow.sizes = sizes
    addNode(layer.kind.op ?? "", layer.name, layer.item, [], window.attributes, to: &flow)
    return true
  }

  // MARK: Parts

  /// Adds a node named `name`, which takes what flows and these constants.
  mutating func addNode(
    _ op: String, _ name: String, _ item: Item, _ operands: [String],
    _ attributes: OrderedDictionary<String, Attribute> = [:], to flow: inout Flow
  ) {
    let op = Operator.named(op)
    nodes.append(
      NodeDescription(
        name: name, op: op,
        attributes: op.flatMap { try? Attributes(attributes, specs: $0.attributes) },
        inputs: ([flow.value] + operands).map { ($0, item) }, outputs: [(name, item)]))
    flow.value = name
  }
}
