import Graph
import OrderedCollections
import Support
import Tensor

/// A rule that brings nodes of older opsets to the form that a newer one gave their operator.
struct Upgrade: Sendable {
  /// The operator, by its name before the change.
  let op: String
  /// The first opset with the newer form; the rule applies to models of older ones.
  let opset: Int
  /// The nodes that take the place of one node.
  let rewrite: @Sendable (Draft, inout Importer) throws(Malformed) -> [Draft]

  init(
    _ op: String, before opset: Int,
    rewrite: @escaping @Sendable (Draft, inout Importer) throws(Malformed) -> [Draft]
  ) {
    self.op = op
    self.opset = opset
    self.rewrite = rewrite
  }

  /// All rules, by ascending opset: a node may pass through several. Each follows the changelog of
  /// the operator in ONNX's documentation (docs/Changelog.md).
  static let all: [Upgrade] =
    ofOldestForms + [
      inputs("Upsample", before: 9, [("scales", .floats)]),
      Upgrade("Scan", before: 9, rewrite: batchedScan),
      Upgrade("BatchNormalization", before: 9, rewrite: batchNormalization),
      inputs("Slice", before: 10, [("starts", .ints), ("ends", .ints), ("axes", .ints)]),
      inputs("TopK", before: 10, [("k", .int)]),
      renamed("Upsample", to: "Resize", before: 10),
      inputs("Clip", before: 11, [("min", .float), ("max", .float)]),
      inputs("Pad", before: 11, [("pads", .ints), ("value", .float)]),
      Upgrade("Resize", before: 11, rewrite: resize),
      renamed("Scatter", to: "ScatterElements", before: 11),
      inputs("Dropout", before: 12, [("ratio", .float)]),
      inputs("Squeeze", before: 13, [("axes", .ints)]),
      inputs("Unsqueeze", before: 13, [("axes", .ints)]),
      inputs("ReduceSum", before: 13, [("axes", .ints)]),
      inputs("Split", before: 13, [("split", .ints)]),
      Upgrade("Softmax", before: 13, rewrite: flattening),
      Upgrade("LogSoftmax", before: 13, rewrite: flattening),
      Upgrade("Hardmax", before: 13, rewrite: flattening),
      Upgrade("RoiAlign", before: 16, rewrite: roiAlign),
      Upgrade("Split", before: 18, rewrite: split),
    ]
    + reductions.map { inputs($0, before: 18, [("axes", .ints)]) }
    + [
      Upgrade("GridSample", before: 20, rewrite: gridSample),
      Upgrade("DFT", before: 20, rewrite: fourierTransform),
      Upgrade("GroupNormalization", before: 21, rewrite: groupNormalization),
      Upgrade("Resize", before: ONNX.opsets.upperBound + 1, rewrite: resizeWithoutEmptyInputs),
      Upgrade("BatchNormalization", before: ONNX.opsets.upperBound + 1, rewrite: withoutStatistics),
    ] + expansions

  private static let reductions = [
    "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean",
    "ReduceMin", "ReduceProd", "ReduceSumSquare",
  ]

  /// Operators that have a rule, or that are no operators in a graph.
  private static let names = Set(all.map(\.op) + ["Constant"])

  /// Whether some opset's form of the operator may be supported.
  static func knows(_ op: String) -> Bool { names.contains(op) || Operator.named(op) != nil }

  /// The newest form of a node.
  static func newest(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var drafts = [draft]
    for rule in all where importer.opset < rule.opset {
      var next: [Draft] = []
      for draft in drafts {
        next += draft.op == rule.op ? try rule.rewrite(draft, &importer) : [draft]
      }
      drafts = next
    }
    return drafts
  }
}

// MARK: - Rules

extension Upgrade {
  /// Attributes became inputs, in this order after the first.
  static func inputs(
    _ op: String, before opset: Int, _ attributes: [(name: String, kind: Attribute.Kind)]
  ) -> Upgrade {
    Upgrade(op, before: opset) { draft, importer throws(Malformed) in
      _ = try draft.inputs(1)
      var draft = draft
      for (name, kind) in attributes {
        var tensor = try draft.take(name, kind)?.tensor
        // The input that takes the place of an integer has one axis.
        if kind == .int { tensor = tensor?.reshaped([1]) }
        let input = tensor.map {
          importer.addConstant($0, named: "\(draft.name).\(name)", of: draft)
        }
        draft.inputs.append(input)
      }
      while let last = draft.inputs.last, last == nil { draft.inputs.removeLast() }
      return [draft]
    }
  }

  /// An operator got another name.
  private static func renamed(_ op: String, to name: String, before opset: Int) -> Upgrade {
    Upgrade(op, before: opset) { draft, _ in
      var draft = draft
      draft.op = name
      return [draft]
    }
  }

  /// Statistics of single activations instead of channels (`spatial` 0) were given up.
  @Sendable private static func batchNormalization(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    if let spatial = try draft.take("spatial", .int), spatial != .int(1) {
      throw Malformed("attribute spatial other than 1 is not supported")
    }
    return [draft]
  }

  /// Resize had one way to find the source of a pixel, and no region of interest.
  @Sendable private static func resize(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    _ = try draft.inputs(2)
    var draft = draft
    draft.inputs.insert(nil, at: 1)
    draft.attributes["coordinate_transformation_mode"] = .string("asymmetric")
    draft.attributes["nearest_mode"] = .string("floor")
    return [draft]
  }

  /// There was one way to place regions.
  @Sendable private static func roiAlign(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    draft.attributes["coordinate_transformation_mode"] = .string("output_half_pixel")
    return [draft]
  }

  /// The modes had the names that they have for images.
  @Sendable private static func gridSample(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    switch draft.attributes["mode"] {
    case .string("bilinear"): draft.attributes["mode"] = .string("linear")
    case .string("bicubic"): draft.attributes["mode"] = .string("cubic")
    default: break
    }
    return [draft]
  }

  /// The axis was an attribute, the second one if absent.
  @Sendable private static func fourierTransform(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    guard draft.inputs.count == 1 || draft.inputs.count == 2 else {
      throw Malformed("found \(draft.inputs.count) inputs, expected 1 or 2")
    }
    let axis = try draft.take("axis", .int) ?? .int(1)
    if draft.inputs.count == 1 { draft.inputs.append(nil) }
    draft.inputs.append(
      importer.addConstant(axis.tensor!, named: "\(draft.name).axis", of: draft))
    return [draft]
  }

  /// Scale and bias were one for a group, and became one for a channel: with groups in the place of
  /// channels it was InstanceNormalization.
  @Sendable private static func groupNormalization(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let inputs = try draft.inputs(3)
    guard let groups = try draft.takeInt("num_groups"), groups > 0 else {
      throw Malformed("attribute num_groups: found none above 0, expected one")
    }
    var nodes = Replacement(of: draft)
    let sizes = importer.addConstant(
      Tensor([3], ints: [0, groups, -1]), named: "\(draft.name).groups", of: draft)
    let grouped = nodes.add("Reshape", [inputs[0], sizes], &importer)
    let normal = nodes.add(
      "InstanceNormalization", [grouped, inputs[1], inputs[2]], &importer, draft.attributes)
    nodes.finish("Reshape", [normal, nodes.add("Shape", [inputs[0]], &importer)])
    return nodes.nodes
  }

  /// An input that is not wanted could, and in practice still can, be an empty tensor.
  @Sendable private static func resizeWithoutEmptyInputs(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    for index in draft.inputs.indices.dropFirst() {
      if let name = draft.inputs[index], importer.constant(name)?.type.shape.count == 0 {
        draft.inputs[index] = nil
      }
    }
    while let last = draft.inputs.last, last == nil { draft.inputs.removeLast() }
    return [draft]
  }

  /// Its further outputs, four until opset 14 made them two, are of use in training only.
  @Sendable private static func withoutStatistics(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let most = importer.opset < 14 ? 5 : 3
    guard draft.outputs.count <= most else {
      throw Malformed("found \(draft.outputs.count) outputs, expected 1 to \(most)")
    }
    while draft.outputs.count > 1, let last = draft.outputs.last,
      last.map(importer.used.contains) != true
    {
      draft.outputs.removeLast()
    }
    return [draft]
  }

  /// Without sizes, the number of outputs said how many parts there are.
  @Sendable private static func split(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    if draft.inputs.count == 1 {
      draft.attributes["num_outputs"] = .int(Int64(draft.outputs.count))
    }
    return [draft]
  }

  /// Softmax and its like ran over all axes from `axis` on, as if they were one: Flatten, the
  /// operator over the last axis, and Reshape back.
  @Sendable private static func flattening(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let axis = try draft.takeInt("axis") ?? 1
    let input = try draft.inputs(1)[0]
    draft.attributes["axis"] = .int(-1)
    if axis == -1 || importer.ranks[input].map({ axis == $0 - 1 }) == true { return [draft] }

    var nodes = Replacement(of: draft)
    let flat = nodes.add("Flatten", [input], &importer, ["axis": .int(axis)])
    let result = nodes.add(draft.op, [flat], &importer, draft.attributes)
    nodes.finish("Reshape", [result, nodes.add("Shape", [input], &importer)])
    return nodes.nodes
  }
}
