import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Graphs in attributes: what they give, of which types, at what cost, and what is refused.
@Suite struct ControlFlowTests {
  /// A graph of one node, whose inputs and outputs are the graph's.
  private func graph(
    _ op: String, inputs: [String], outputs: [String], attributes: String
  ) throws -> Graph {
    let names = inputs.map { String($0.prefix { $0 != ":" }) }
    let lines =
      inputs.map { "input \($0)" }
      + [
        "\(outputs.joined(separator: ", ")) = \(op)(\(names.joined(separator: ", "))) {\(attributes)}"
      ]
      + outputs.map { "output \($0)" }
    return try Graph(parsing: "graph \"test\" {\n\(lines.joined(separator: "\n"))\n}")
  }

  private func body(_ name: String, _ lines: String...) -> String {
    "\(name) = graph " + "graph \"\(name)\" {\n\(lines.joined(separator: "\n"))\n}".quoted
  }

  private func choice(_ other: String = "%z = Abs(%b)") throws -> Graph {
    try graph(
      "If", inputs: ["%c: bool []", "%x: float 2", "%w: float 2"], outputs: ["%y"],
      attributes: body("then_branch", "input %a: ?", "%z = Neg(%a)", "output %z") + ", "
        + body("else_branch", "input %b: ?", other, "output %z") + ", captures = 2")
  }

  private let inputs = [
    "x": Tensor([2], floats: [1, -2]), "w": Tensor([2], floats: [3, -4]),
  ]

  @Test func ifTakesTheBranchThatTheConditionNames() throws {
    for (condition, expected) in [(1, [-1, 2]), (0, [3, 4] as [Float])] {
      let c = Tensor([], ints: [Int64(condition)], type: .bool)
      let outputs = try choice().evaluate(inputs.merging(["c": c]) { $1 })
      #expect(outputs == [Tensor([2], floats: expected)])
    }
  }

  @Test func aGraphInAnAttributeRoundTrips() throws {
    let graph = try choice()
    #expect(try Graph(parsing: graph.text(constants: .full)) == graph)
  }

  @Test func anIfOfAKnownConditionIsItsBranch() throws {
    var graph = try choice()
    let id = graph.inputs.removeFirst()
    graph.values[id].shape = []
    graph.values[id].constant = Constant(Tensor([], ints: [0], type: .bool))
    graph.inferTypes { Issue.record("\($0.name): \($1.message)") }
    #expect(graph.nodes.map(\.op.name) == ["Abs", "Identity"])
    #expect(graph.verify() == [])
    #expect(try graph.evaluate(inputs) == [Tensor([2], floats: [3, 4])])
  }

  @Test func branchesMustAgreeWhereTheConditionIsNotKnown() throws {
    var graph = try choice("%z = Concat(%b, %b) {axis = 0}")
    graph.values[graph.inputs[0]].shape = []
    var problems: [String] = []
    graph.inferTypes { problems.append($1.message) }
    #expect(
      problems == [
        "found branches that give float 2 and float 4, expected the same of both as the condition is "
          + "not known at compile time"
      ])
  }

  /// x doubles until it is over 20, and every x is stacked up.
  private func doubling(most: String = "%m: int64 []") throws -> Graph {
    try graph(
      "Loop", inputs: [most, "%go: bool scalar", "%x: float 1", "%top: float 1"],
      outputs: ["%last", "%all"],
      attributes: body(
        "body", "input %i: ?", "input %c: ?", "input %v: ?", "input %t: ?", "%d = Add(%v, %v)",
        "%less = Less(%d, %t)", "const %none: int64 0 = []", "%next = Squeeze(%less)",
        "%copy = Identity(%d)", "output %next", "output %d", "output %copy") + ", captures = 1")
  }

  @Test func aLoopEndsByItsConditionOrItsCount() throws {
    for (count, expected) in [(10, [6, 12, 24]), (2, [6, 12]), (0, [] as [Float])] {
      let outputs = try doubling().evaluate([
        "m": Tensor([], ints: [Int64(count)]), "go": Tensor([], ints: [1], type: .bool),
        "x": Tensor([1], floats: [3]), "top": Tensor([1], floats: [20]),
      ])
      #expect(outputs[0].floats == [expected.last ?? 3])
      #expect(outputs[1].floats == expected)
    }
  }

  @Test func aLoopOfUnknownLengthHasNoTypes() throws {
    var graph = try doubling()
    graph.values[graph.inputs[0]].shape = []
    var problems: [String] = []
    graph.inferTypes { problems.append($1.message) }
    #expect(problems == ["the number of iterations is not known at compile time"])
  }

  /// Sums along axis 1 from the end, with the sums before each as slices of axis 1.
  private func sums(_ more: String = "") throws -> Graph {
    try graph(
      "Scan", inputs: ["%s: float 2", "%x: float 2x3"], outputs: ["%last", "%all"],
      attributes: body(
        "body", "input %s: ?", "input %x: ?", "%n = Add(%s, %x)", "%o = Identity(%s)", "output %n",
        "output %o")
        + ", num_scan_inputs = 1, scan_input_axes = [1], scan_input_directions = [1], "
        + "scan_output_axes = [-1], scan_output_directions = [1]\(more)")
  }

  @Test func aScanGoesAlongAnyAxisEitherWay() throws {
    let graph = try sums()
    let outputs = try graph.evaluate([
      "s": Tensor([2], floats: [0, 0]), "x": Tensor([2, 3], floats: [1, 2, 4, 10, 20, 40]),
    ])
    #expect(outputs[0] == Tensor([2], floats: [7, 70]))
    #expect(outputs[1] == Tensor([2, 3], floats: [6, 4, 0, 60, 40, 0]))
    var typed = graph
    typed.inferTypes { Issue.record("\($0.name): \($1.message)") }
    #expect(typed.values[typed.outputs[1]].type == TensorType(.float, [2, 3]))
  }

  @Test func theCostIsThatOfAllTurns() throws {
    let graph = try sums()
    let node = graph.nodes[0]
    let types = Operator.Types(
      inputs: [TensorType(.float, [2]), TensorType(.float, [2, 3])], known: [nil, nil],
      attributes: node.attributes, outputCount: 2)
    #expect(node.op.work(types, try node.op.infer(types)).adds == 6)
  }

  @Test func whatIsWrongInsideIsSaidWithItsPlace() throws {
    let c = Tensor([], ints: [0], type: .bool)
    let graph = try choice("const %b3: float 3 = [1, 2, 3]\n%z = Add(%b, %b3)")
    let error = #expect(throws: Failure.self) {
      try graph.evaluate(inputs.merging(["c": c]) { $1 })
    }
    #expect(
      error?.diagnostics.map(\.message) == [
        "If: in \"else_branch\": node \"z\": Add: shapes 2 and 3 cannot be broadcast together"
      ])
  }

  @Test func lawsHoldInsideToo() throws {
    var graph = try choice()
    guard case .graph(var branch)? = graph.nodes[0].attributes.values["else_branch"] else { return }
    branch.nodes = []
    graph.nodes[0].attributes = graph.nodes[0].attributes.setting("else_branch", to: .graph(branch))
    let messages = graph.verify().map(\.message)
    #expect(messages.contains { $0.hasPrefix("in graph \"else_branch\": ") }, "\(messages)")
  }
}
