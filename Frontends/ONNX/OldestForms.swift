import Graph
import OrderedCollections
import Support
import Tensor

extension Upgrade {
  /// What opsets 2 to 7 changed, by ascending opset.
  static let ofOldestForms: [Upgrade] =
    [
      Upgrade("GlobalLpPool", before: 2, rewrite: wholeNorm),
      Upgrade("LpPool", before: 2, rewrite: wholeNorm),
      renamed("Pad", before: 2, attribute: "paddings", to: "pads"),
      Upgrade("Split", before: 2, rewrite: splitByInput),
      defaulted("Concat", before: 4, ["axis": .int(1)]),
      inputs("Reshape", before: 5, [("shape", .ints)]),
      Upgrade("Cast", before: 6, rewrite: castByName),
      defaulted("Selu", before: 6, ["alpha": .float(1.6732), "gamma": .float(1.0507)]),
      Upgrade("Tile", before: 6, rewrite: tileOfOneAxis),
    ]
    + inPlace.map { without("consumed_inputs", $0, before: 6) }
    + broadcasting.map { Upgrade($0, before: 7, rewrite: broadcast) }
    + [
      Upgrade("BatchNormalization", before: 7, rewrite: testMode),
      without("is_test", "Dropout", before: 7),
      without("broadcast", "Gemm", before: 7),
      Upgrade("PRelu", before: 7) { draft, importer throws(Malformed) in
        try aligned(draft, from: 1, &importer)
      },
      Upgrade("Upsample", before: 7, rewrite: upsampleOfPlanes),
    ]

  /// Operators that said which inputs they overwrite.
  private static let inPlace = [
    "Abs", "Add", "BatchNormalization", "Ceil", "Clip", "Div", "Dropout", "Elu", "Exp", "Floor",
    "HardSigmoid", "InstanceNormalization", "LeakyRelu", "Log", "Max", "Mean", "Min", "Mul", "Neg",
    "PRelu", "Reciprocal", "Relu", "Reshape", "Selu", "Sigmoid", "Sqrt", "Sub", "Sum", "Tanh",
  ]

  /// Operators that broadcast on request.
  private static let broadcasting = [
    "Add", "And", "Div", "Equal", "Greater", "Less", "Mul", "Or", "Pow", "Sub", "Xor",
  ]

  /// An attribute that means nothing to us was given up.
  private static func without(_ attribute: String, _ op: String, before opset: Int) -> Upgrade {
    Upgrade(op, before: opset) { draft, _ throws(Malformed) in
      var draft = draft
      draft.attributes[attribute] = nil
      return [draft]
    }
  }

  /// An attribute got another name.
  private static func renamed(
    _ op: String, before opset: Int, attribute old: String, to new: String
  ) -> Upgrade {
    Upgrade(op, before: opset) { draft, _ throws(Malformed) in
      var draft = draft
      if let value = draft.attributes.removeValue(forKey: old) { draft.attributes[new] = value }
      return [draft]
    }
  }

  /// Attributes had other values where a node gave none.
  private static func defaulted(
    _ op: String, before opset: Int, _ attributes: [String: Attribute]
  ) -> Upgrade {
    Upgrade(op, before: opset) { draft, _ throws(Malformed) in
      var draft = draft
      draft.attributes.merge(attributes) { given, _ in given }
      return [draft]
    }
  }

  /// The norm's `p` was a float.
  @Sendable private static func wholeNorm(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    guard case .float(let p)? = try draft.take("p", .float) else { return [draft] }
    guard let whole = Int64(exactly: p) else {
      throw Malformed("attribute p: found \(p), expected a whole number")
    }
    draft.attributes["p"] = .int(whole)
    return [draft]
  }

  /// The sizes of the parts could be an input, of the element type of the first.
  @Sendable private static func splitByInput(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    guard draft.inputs.count == 2, let split = draft.inputs.removeLast() else { return [draft] }
    guard let sizes = importer.constant(split)?.tensor.integers else {
      throw Malformed("the split input: found no constant of whole numbers, expected one")
    }
    draft.attributes["split"] = .ints(sizes)
    return [draft]
  }

  /// The element type was given by name.
  @Sendable private static func castByName(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    guard let name = try draft.takeString("to") else { return [draft] }
    guard let type = ElementType(rawValue: name.lowercased()) else {
      throw Malformed("attribute to: element type \(name) is not supported")
    }
    draft.attributes["to"] = .int(Int64(type.code))
    return [draft]
  }

  /// Copies were made along one axis, which was an input like their number.
  @Sendable private static func tileOfOneAxis(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    let inputs = try draft.inputs(3)
    var nodes = Replacement(of: draft)
    let zero = importer.addConstant(Tensor([], ints: [0]), named: "\(draft.name).zero", of: draft)
    let one = importer.addConstant(Tensor([], ints: [1]), named: "\(draft.name).one", of: draft)
    let rank = nodes.add("Size", [nodes.add("Shape", [inputs[0]], &importer)], &importer)
    let axes = nodes.add("Range", [zero, rank, one], &importer)
    let tiles = nodes.add("Cast", [inputs[1]], &importer, ["to": .int(7)])
    let axis = nodes.add("Cast", [inputs[2]], &importer, ["to": .int(7)])
    let isTiled = nodes.add("Equal", [axes, axis], &importer)
    nodes.finish("Tile", [inputs[0], nodes.add("Where", [isTiled, tiles, one], &importer)])
    return nodes.nodes
  }

  /// The second input was broadcast on request; its last axis was that of the first input, or its
  /// first axis the one that `axis` names.
  @Sendable private static func broadcast(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let isWanted = try draft.takeInt("broadcast") == 1
    guard let axis = try draft.takeInt("axis"), isWanted else { return [draft] }
    return try aligned(draft, from: axis, &importer)
  }

  /// A node whose second input gets axes of size 1 behind its own, so that its first axis is the one
  /// that `axis` names of the first input.
  private static func aligned(
    _ draft: Draft, from axis: Int64, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    let inputs = try draft.inputs(2)
    var nodes = Replacement(of: draft)
    let offset = importer.addConstant(axis < 0 ? 0 &- axis : axis, named: "axis", of: draft)
    let none = importer.addConstant(0, named: "none", of: draft)
    let sizes = nodes.add("Shape", [inputs[1]], &importer)
    let rank = nodes.add("Shape", [sizes], &importer)
    // How many axes the first input has from that one on.
    var rest = offset
    if axis >= 0 {
      let whole = nodes.add("Shape", [nodes.add("Shape", [inputs[0]], &importer)], &importer)
      rest = nodes.add("Sub", [whole, offset], &importer)
    }
    let missing = nodes.add("Max", [nodes.add("Sub", [rest, rank], &importer), none], &importer)
    let one = Attribute.tensor(Tensor([1], ints: [1]))
    let ones = nodes.add("ConstantOfShape", [missing], &importer, ["value": one])
    let shape = nodes.add("Concat", [sizes, ones], &importer, ["axis": .int(0)])
    let second = nodes.add("Reshape", [inputs[1], shape], &importer)
    nodes.finish(draft.op, [inputs[0], second], draft.attributes)
    return nodes.nodes
  }

  /// Nodes were of inference if `is_test` said so, or if they had one output, and else of training.
  @Sendable private static func testMode(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    if try draft.takeInt("is_test") ?? 0 == 0, draft.outputs.count > 1 {
      throw Malformed("attribute is_test: found 0, expected 1 (inference)")
    }
    return [draft]
  }

  /// Images were magnified by attributes of their own for height and width.
  @Sendable private static func upsampleOfPlanes(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    if draft.attributes["mode"] == .string("bilinear") {
      draft.attributes["mode"] = .string("linear")
    }
    if case .float(let height)? = try draft.take("height_scale", .float),
      case .float(let width)? = try draft.take("width_scale", .float)
    {
      draft.attributes["scales"] = .floats([1, 1, height, width])
    }
    return [draft]
  }
}

extension Tensor {
  /// The elements, where all are whole numbers.
  fileprivate var integers: [Int64]? {
    if case .ints(let ints) = elements { return ints }
    let integers = doubles.compactMap { Int64(exactly: $0) }
    return integers.count == count ? integers : nil
  }
}
