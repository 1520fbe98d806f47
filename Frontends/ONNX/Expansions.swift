import Graph
import OrderedCollections
import Support
import Tensor

extension Upgrade {
  /// Operators that ONNX defines by others: a node of any opset becomes nodes of those, in their
  /// newest form.
  static let expansions: [Upgrade] = [
    expansion("SoftmaxCrossEntropyLoss", softmaxCrossEntropyLoss),
    expansion("NegativeLogLikelihoodLoss", negativeLogLikelihoodLoss),
    expansion("OptionalGetElement", optionalGetElement),
    expansion("OptionalHasElement", optionalHasElement),
  ]

  private static func expansion(
    _ op: String,
    _ rewrite: @escaping @Sendable (Draft, inout Importer) throws(Malformed) -> [Draft]
  ) -> Upgrade {
    Upgrade(op, before: ONNX.opsets.upperBound + 1, rewrite: rewrite)
  }

  /// The loss of the logarithms of probabilities, which are the second output.
  @Sendable private static func softmaxCrossEntropyLoss(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    let inputs = try draft.inputs(2...3)
    var (logSoftmax, loss) = (draft, draft)
    let wanted = draft.outputs.count > 1 ? draft.outputs[1] : nil
    let logarithms = wanted ?? importer.valueNames.unique("\(draft.name).log_prob")
    logSoftmax.name = importer.nodeNames.unique("\(draft.name).LogSoftmax")
    logSoftmax.op = "LogSoftmax"
    logSoftmax.inputs = [inputs[0]]
    logSoftmax.outputs = [logarithms]
    logSoftmax.attributes = ["axis": .int(1)]
    loss.op = "NegativeLogLikelihoodLoss"
    loss.inputs[0] = logarithms
    loss.outputs = Array(draft.outputs.prefix(1))
    return [logSoftmax, loss]
  }

  /// What the class of each sample has, times minus the weight of the class; then the sum, or the
  /// mean by weights. Samples of the class `ignore_index` count for nothing.
  @Sendable private static func negativeLogLikelihoodLoss(
    _ draft: Draft, _ importer: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    let inputs = try draft.inputs(2...3)
    let ignored = try draft.takeInt("ignore_index")
    let reduction = try draft.takeString("reduction") ?? "mean"
    try draft.checkNoAttributes()
    var nodes = Replacement(of: draft)

    let axis = importer.addConstant(1, named: "axis", of: draft)
    var classes = nodes.add("Cast", [inputs[1]], &importer, ["to": .int(7)])
    var isKept: String?
    if let ignored {
      let none = importer.addConstant(0, named: "none", of: draft)
      let other = importer.addConstant(ignored, named: "ignore_index", of: draft)
      let kept = nodes.add(
        "Not", [nodes.add("Equal", [classes, other], &importer)], &importer)
      classes = nodes.add("Where", [kept, classes, none], &importer)
      isKept = kept
    }
    let indices = nodes.add("Unsqueeze", [classes, axis], &importer)
    let picked = nodes.add("GatherElements", [inputs[0], indices], &importer, ["axis": .int(1)])
    var loss = nodes.add("Neg", [nodes.add("Squeeze", [picked, axis], &importer)], &importer)
    var weights: String?
    if inputs.count == 3 { weights = nodes.add("Gather", [inputs[2], classes], &importer) }
    if let isKept {
      // x^0 is 1 for every x, in the element type of the loss.
      let none = importer.addConstant(0, named: "exponent", of: draft)
      let one = nodes.add("Pow", [loss, none], &importer)
      let zero = nodes.add("Sub", [one, one], &importer)
      loss = nodes.add("Where", [isKept, loss, zero], &importer)
      weights = nodes.add("Where", [isKept, weights ?? one, zero], &importer)
    }
    if let weights { loss = nodes.add("Mul", [loss, weights], &importer) }

    switch (reduction, weights) {
    case ("none", _): nodes.finish("Identity", [loss])
    case ("sum", _): nodes.finish("ReduceSum", [loss], ["keepdims": .int(0)])
    case ("mean", nil): nodes.finish("ReduceMean", [loss], ["keepdims": .int(0)])
    case ("mean", let weights):
      let sums = [loss, weights].map {
        nodes.add("ReduceSum", [$0], &importer, ["keepdims": .int(0)])
      }
      nodes.finish("Div", sums)
    default:
      throw Malformed(
        "attribute reduction: found \(reduction.quoted), expected one of \"none\", \"sum\", \"mean\""
      )
    }
    return nodes.nodes
  }

  /// Of what may be there or not, we hold only tensors that are.
  @Sendable private static func optionalGetElement(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    var draft = draft
    draft.op = "Identity"
    return [draft]
  }

  @Sendable private static func optionalHasElement(
    _ draft: Draft, _: inout Importer
  ) throws(Malformed) -> [Draft] {
    let isThere: Int64 = try draft.inputs(0...1).isEmpty ? 0 : 1
    var nodes = Replacement(of: draft)
    nodes.finish("Constant", [], ["value": .tensor(Tensor([], ints: [isThere], type: .bool))])
    return nodes.nodes
  }
}
