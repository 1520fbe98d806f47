import Tensor

/// The graph of a Scan. It takes the states and a slice of every scanned input, and gives the states and a slice
/// of every scanned output.
struct ScanBody {
  private let graph: Graph
  private let states: Int
  private let inputs: [Axis]
  private let outputs: [Axis]
  private let steps: Int

  /// Along which axis slices follow each other, and whether from the end.
  private struct Axis {
    var index: Int
    var isReversed: Bool
  }

  init(_ types: Operator.Types) throws(OperatorError) {
    let attributes = types.attributes
    graph = attributes.graph("body")
    let own = try types.ownInputs(from: 1)
    let scanned = attributes.int("num_scan_inputs")
    guard (1...own).contains(scanned) else {
      throw OperatorError("attribute num_scan_inputs: found \(scanned), expected 1 to \(own)")
    }
    for index in 0..<types.inputs.count where types.inputs[index] == nil {
      throw OperatorError("input \(index) is left out, expected every one")
    }
    let states = own - scanned
    self.states = states
    guard graph.inputs.count == types.inputs.count, graph.outputs.count == types.outputCount,
      types.outputCount >= states
    else {
      throw OperatorError(
        "found a body of \(graph.inputs.count) inputs and \(graph.outputs.count) outputs, expected "
          + "\(types.inputs.count) and \(types.outputCount) as the node has, no less than its states"
      )
    }
    inputs = try Self.axes(attributes, "scan_input", count: scanned) {
      index, axis
        throws(OperatorError) in
      try normalized(axis, rank: types.shape(states + index).rank)
    }
    outputs = try Self.axes(attributes, "scan_output", count: types.outputCount - states) { $1 }
    steps = types.shape(states)[inputs[0].index]
    for (index, axis) in inputs.enumerated() where types.shape(states + index)[axis.index] != steps
    {
      throw OperatorError(
        "found scanned inputs of \(steps) and \(types.shape(states + index)[axis.index]) slices, "
          + "expected as many of each")
    }
  }

  private static func axes(
    _ attributes: Attributes, _ name: String, count: Int,
    _ checked: (Int, Int) throws(OperatorError) -> Int
  ) throws(OperatorError) -> [Axis] {
    let axes = attributes.ints("\(name)_axes") ?? [Int](repeating: 0, count: count)
    let directions = attributes.ints("\(name)_directions") ?? [Int](repeating: 0, count: count)
    guard axes.count == count, directions.count == count else {
      throw OperatorError(
        "attributes \(name)_axes and _directions: found \(axes.count) and \(directions.count) "
          + "values, expected \(count)")
    }
    try check(directions, "attribute \(name)_directions", in: 0...1)
    var result: [Axis] = []
    for index in 0..<count {
      result.append(
        Axis(index: try checked(index, axes[index]), isReversed: directions[index] != 0))
    }
    return result
  }

  func typed(_ types: Operator.Types) throws(OperatorError) -> (outputs: [TensorType], work: Work) {
    var given = Array(types.inputs)
    for (index, axis) in inputs.enumerated() {
      let type = types.type(states + index)
      given[states + index] = TensorType(type.element, type.shape.removing(axis.index))
    }
    let known = [Tensor?](repeating: nil, count: states + inputs.count)
    let body = try TypedSubgraph(
      graph, given, known: known + types.known.dropFirst(known.count))
    for index in 0..<states where body.outputs[index] != types.inputs[index] {
      throw OperatorError(
        "found a state that goes in as \(types.type(index)) and comes out as "
          + "\(body.outputs[index]), expected one type")
    }
    var results = Array(body.outputs[..<states])
    for (type, axis) in zip(body.outputs[states...], outputs) {
      var sizes = type.shape.sizes
      sizes.insert(steps, at: try normalized(axis.index, rank: sizes.count + 1))
      results.append(TensorType(type.element, try checkedShape(sizes)))
    }
    return (results, body.work * steps)
  }

  func run(_ call: Operator.Call) throws(OperatorError) -> [Tensor] {
    var state = Array(call.inputs[..<states])
    var stacks = [SliceStack](repeating: SliceStack(), count: outputs.count)
    for step in 0..<steps {
      let slices = inputs.enumerated().map { index, axis -> Tensor? in
        let place = axis.isReversed ? steps - 1 - step : step
        let tensor = call.tensor(states + index)
        return tensor.slices([place], along: axis.index)
          .reshaped(tensor.shape.removing(axis.index))
      }
      let results = try graph.run(
        state + slices + call.inputs[(states + inputs.count)...], order: call.order)
      state = results[..<states].map { $0 }
      for index in outputs.indices { try stacks[index].append(results[states + index]) }
    }
    var stacked: [Tensor] = []
    for (stack, axis) in zip(stacks, outputs) {
      stacked.append(try stack.tensor(axis: axis.index, isReversed: axis.isReversed))
    }
    return state.map { $0! } + stacked
  }
}

extension Shape {
  /// Without an axis.
  fileprivate func removing(_ axis: Int) -> Shape {
    var sizes = sizes
    sizes.remove(at: axis)
    return Shape(sizes)
  }
}
