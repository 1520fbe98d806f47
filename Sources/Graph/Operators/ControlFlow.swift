import Tensor

/// Nodes that run graphs: once, or again and again. What such a graph takes from outside are inputs of the node
/// behind its own.
extension Operator {
  static let controlFlow: [Operator] = [conditional, loop, scan]

  private static let anyCount = 0...Int.max

  private static let conditional = Operator(
    "If", "one of two graphs, as a condition says", inputs: 1...Int.max, outputs: anyCount,
    attributes: [
      .required("then_branch", .graph), .required("else_branch", .graph), captures,
    ],
    infer: { types throws(OperatorError) in
      let branches = try Branches(types)
      if let condition = types.known[0] {
        return try branches.typed(try Branches.isTrue(condition), types).outputs
      }
      return try branches.outputs(types)
    },
    evaluate: { call throws(OperatorError) in
      let branches = try Branches(call.types)
      let isTrue = try Branches.isTrue(call.tensor(0))
      let (graph, operands) = branches.chosen(isTrue, of: call.inputs)
      return try graph.run(operands, order: call.order)
    },
    work: { types, _ in
      // Which one is taken is not known before: the costlier.
      guard let branches = try? Branches(types) else { return .none }
      let works = [true, false].compactMap { try? branches.typed($0, types).work }
      return works.max { $0.operations < $1.operations } ?? .none
    })

  private static let loop = Operator(
    "Loop", "a graph again and again, up to a number of times or while a condition holds",
    inputs: anyCount, outputs: anyCount, attributes: [.required("body", .graph), captures],
    infer: { types throws(OperatorError) in try LoopBody(types).typed(types).outputs },
    evaluate: { call throws(OperatorError) in try LoopBody(call.types).run(call) },
    work: { types, _ in (try? LoopBody(types).typed(types).work) ?? .none })

  private static let scan = Operator(
    "Scan", "a graph for each slice of some inputs in turn, with states from one to the next",
    inputs: 1...Int.max, outputs: anyCount,
    attributes: [
      .required("body", .graph), .required("num_scan_inputs", .int),
      .optional("scan_input_axes", .ints), .optional("scan_input_directions", .ints),
      .optional("scan_output_axes", .ints), .optional("scan_output_directions", .ints), captures,
    ],
    infer: { types throws(OperatorError) in try ScanBody(types).typed(types).outputs },
    evaluate: { call throws(OperatorError) in try ScanBody(call.types).run(call) },
    work: { types, _ in (try? ScanBody(types).typed(types).work) ?? .none })

  /// How many inputs at the end are what graphs take from outside.
  private static let captures = AttributeSpec.defaulted("captures", .int(0))
}

extension Operator.Types {
  /// The number of a node's own inputs, before what its graphs take from outside.
  func ownInputs(from least: Int) throws(OperatorError) -> Int {
    let captures = attributes.int("captures")
    guard captures >= 0, captures <= inputs.count - least else {
      throw OperatorError(
        "found \(captures) values from outside among \(inputs.count) inputs, expected at least "
          + "\(least) others")
    }
    return inputs.count - captures
  }
}

extension Work {
  /// How many there are of all kinds.
  fileprivate var operations: Int { adds + multiplies + divides + compares + functions + moves }
}
