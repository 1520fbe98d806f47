import Foundation
import Graph
import ONNXFrontend
import Support
import Tensor
import Testing

/// Graphs in attributes.
@Suite struct SubgraphTests {
  private func read(_ bytes: Data) throws -> Graph {
    var diagnostics = Diagnostics()
    return try ONNX.read(bytes, file: "test.onnx", diagnostics: &diagnostics)
  }

  private func branches(_ inner: [[Field]], output: String = "z") -> [[Field]] {
    [
      attribute("then_branch", graph: inner, outputs: [output]),
      attribute("else_branch", graph: [node("Neg", ["x"], ["z"], name: "e")], outputs: ["z"]),
    ]
  }

  private func model(_ inner: [[Field]], output: String = "z") -> Data {
    let branches = branches(inner, output: output)
    return ONNXFrontendTests.model(
      nodes: [node("If", ["c"], attributes: branches)], initializers: [floats("w", [1, 2, 3])],
      inputs: [value("c", type: 9, []), value("x")])
  }

  @Test func whatIsTakenFromOutsideIsAnInput() throws {
    let graph = try read(model([node("Add", ["x", "w"], ["z"], name: "t")]))
    let node = graph.nodes[0]
    #expect(node.inputs.map { $0.map { graph.values[$0].name } } == ["c", "x", "x"])
    #expect(node.attributes.int("captures") == 2)
    let x = Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6])
    for (condition, expected) in [
      (1, [2, 4, 6, 5, 7, 9]), (0, [-1, -2, -3, -4, -5, -6] as [Float]),
    ] {
      let c = Tensor([], ints: [Int64(condition)], type: .bool)
      #expect(try graph.evaluate(["c": c, "x": x])[0].floats == expected)
    }
  }

  @Test func eitherBranchMayBeWrittenFirst() throws {
    let written = branches([node("Add", ["x", "w2"], ["z"], name: "t")])
    let data = ONNXFrontendTests.model(
      nodes: [node("If", ["c"], attributes: written.reversed())],
      inputs: [value("c", type: 9, []), value("x"), value("w2")])
    let x = Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6])
    let w = Tensor([2, 3], floats: [10, 20, 30, 40, 50, 60])
    let c = Tensor([], ints: [1], type: .bool)
    let outputs = try read(data).evaluate(["c": c, "x": x, "w2": w])
    #expect(outputs[0].floats == [11, 22, 33, 44, 55, 66])
  }

  /// Without a number of times, and without a condition to start with.
  @Test func aLoopMayLeaveOutBoth() throws {
    let body = [
      node("Add", ["i", "one"], ["n"], name: "a"), node("Less", ["n", "three"], ["go"], name: "b"),
      node("Identity", ["n"], ["out"], name: "d"),
    ]
    let loop = attribute(
      "body", graph: body, outputs: ["go", "out"], inputs: ["i", "c"])
    let data = ONNXFrontendTests.model(
      nodes: [node("Loop", ["", ""], attributes: [loop])],
      initializers: [ints("one", [1]), ints("three", [3])])
    #expect(try read(data).evaluate([:])[0].ints == [1, 2, 3])
  }

  @Test func aBranchMayGiveOutWhatIsOutside() throws {
    let graph = try read(model([], output: "x"))
    let x = Tensor([2, 3], floats: [1, 2, 3, 4, 5, 6])
    let c = Tensor([], ints: [1], type: .bool)
    #expect(try graph.evaluate(["c": c, "x": x]) == [x])
  }

  @Test func anOutputThatOnlyAGraphTakesIsKept() throws {
    let data = ONNXFrontendTests.model(
      nodes: [
        node(
          "MaxPool", ["x"], ["p", "at"], name: "m",
          attributes: [attribute("kernel_shape", .ints([2]))]),
        node("Cast", ["at"], ["unused"], name: "u", attributes: [attribute("to", .int(1))]),
        node(
          "If", ["c"],
          attributes: [
            attribute(
              "then_branch", graph: [node("Identity", ["at"], ["z"], name: "t")], outputs: ["z"]),
            attribute(
              "else_branch", graph: [node("Neg", ["at"], ["z"], name: "e")], outputs: ["z"]),
          ]),
      ], inputs: [value("c", type: 9, []), value("x", ["1", "1", "4"])])
    #expect(try read(data).nodes[0].outputs.count == 2)
  }

  @Test func graphsInGraphsHaveALimit() throws {
    var inner = [node("Neg", ["x"], ["z"], name: "t")]
    for _ in 0..<20 { inner = [node("If", ["c"], ["z"], name: "t", attributes: branches(inner))] }
    let error = #expect(throws: Failure.self) { try read(model(inner)) }
    #expect(
      error?.diagnostics.first?.message
        == "operator If (opset 22): attribute then_branch: found graphs in graphs, expected at most 16 "
        + "levels")
  }

  @Test func aDamagedGraphIsRefused() throws {
    let broken: [Field] = [.string(1, "then_branch"), .string(6, "\u{1}\u{7F}"), .int(20, 5)]
    let data = ONNXFrontendTests.model(
      nodes: [node("If", ["c"], attributes: [broken])], inputs: [value("c", type: 9, [])])
    let error = #expect(throws: Failure.self) { try read(data) }
    #expect(
      error?.diagnostics.first?.message
        == "operator If (opset 22): attribute then_branch: found truncated or damaged bytes, expected a "
        + "graph")
  }
}
