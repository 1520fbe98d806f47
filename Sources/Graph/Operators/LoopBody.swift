import Tensor

/// The graph of a Loop. It takes the iteration, a condition and the carried values, and gives a condition, the
/// carried values and what is stacked up over all iterations.
struct LoopBody {
  private let graph: Graph
  private let carried: Int
  private let scanned: Int

  /// The most iterations: a model cannot make us run forever.
  private static let mostIterations = 1 << 20

  init(_ types: Operator.Types) throws(OperatorError) {
    graph = types.attributes.graph("body")
    carried = try types.ownInputs(from: 2) - 2
    guard graph.inputs.count == types.inputs.count else {
      throw OperatorError(
        "found a body with \(graph.inputs.count) inputs, expected \(types.inputs.count) as the node has"
      )
    }
    scanned = graph.outputs.count - 1 - carried
    guard scanned >= 0, types.outputCount == carried + scanned else {
      throw OperatorError(
        "found a body with \(graph.outputs.count) outputs, expected \(types.outputCount + 1): a "
          + "condition and those of the node")
    }
    for index in 2..<types.inputs.count where types.inputs[index] == nil {
      throw OperatorError("input \(index) is left out, expected every carried value")
    }
  }

  /// The outputs and the cost where the number of iterations is known.
  func typed(_ types: Operator.Types) throws(OperatorError) -> (outputs: [TensorType], work: Work) {
    let flag = Tensor([], ints: [1], type: .bool)
    let start = types.inputs[1] == nil ? flag : types.known[1]
    guard let start else { throw unknown }
    guard try Branches.isTrue(start), let trips = try types.int(0, "M") else { throw unknown }
    let count = max(trips, 0)
    guard count <= Self.mostIterations else { throw endless }
    let body = try TypedSubgraph(
      graph, [TensorType(.int64, []), TensorType(.bool, [])] + types.inputs.dropFirst(2),
      known: [nil, flag] + [Tensor?](repeating: nil, count: carried)
        + types.known.dropFirst(2 + carried))
    guard let next = body.known[0], try Branches.isTrue(next) else { throw unknown }
    for index in 0..<carried where body.outputs[1 + index] != types.inputs[2 + index] {
      throw OperatorError(
        "found a carried value that goes in as \(types.type(2 + index)) and comes out as "
          + "\(body.outputs[1 + index]), expected one type at compile time")
    }
    let stacked = try body.outputs[(1 + carried)...].map { type throws(OperatorError) in
      TensorType(type.element, try checkedShape([count] + type.shape.sizes))
    }
    return (body.outputs[1..<1 + carried] + stacked, body.work * count)
  }

  private var unknown: OperatorError {
    OperatorError("the number of iterations is not known at compile time")
  }

  private var endless: OperatorError {
    OperatorError("found more than \(Self.mostIterations) iterations, expected fewer")
  }

  func run(_ call: Operator.Call) throws(OperatorError) -> [Tensor] {
    let most = try call.types.int(0, "M")
    var goesOn =
      try call.optional(1).map { condition throws(OperatorError) in
        try Branches.isTrue(condition)
      } ?? true
    var state = Array(call.inputs[2..<2 + carried])
    var stacks = [SliceStack](repeating: SliceStack(), count: scanned)
    var iteration = 0
    while goesOn, iteration < most ?? .max {
      guard iteration < Self.mostIterations else { throw endless }
      let results = try graph.run(
        [Tensor([], ints: [Int64(iteration)]), Tensor([], ints: [1], type: .bool)] + state
          + call.inputs[(2 + carried)...], order: call.order)
      goesOn = try Branches.isTrue(results[0])
      for (before, after) in zip(state, results[1...]) where before?.type != after.type {
        throw OperatorError(
          "found a carried value that goes in as \(before?.type.rawValue ?? "none") and comes out as "
            + "\(after.type.rawValue), expected one element type")
      }
      state = results[1..<1 + carried].map { $0 }
      for index in 0..<scanned { try stacks[index].append(results[1 + carried + index]) }
      iteration += 1
    }
    return try state.map { $0! } + stacks.map { stack throws(OperatorError) in try stack.tensor() }
  }
}
