import Foundation
import Graph
import ONNXFrontend
import Support
import Tensor
import TestKit
import Testing

/// What is written reads back as a graph that computes the same.
@Suite struct ExportTests {
  private func reread(_ graph: Graph) throws -> Graph {
    var diagnostics = Diagnostics()
    return try ONNX.read(ONNX.write(graph), file: "test.onnx", diagnostics: &diagnostics)
  }

  @Test func randomGraphsComputeTheSame() {
    withSeed(0..<100) { seed, random in
      var graph = Graph.random(seed: seed)
      // Clamps and gains, as passes leave them.
      for index in graph.nodes.indices where random.next(below: 3) == 0 {
        graph.nodes[index].clamp = [.relu, Clamp(lower: -0.5, upper: 6)][random.next(below: 2)]
      }
      let inputs = graph.randomInputs(seed: seed)
      let again = try reread(graph)
      try #require(
        again.outputs.map { again.values[$0].name } == graph.outputs.map { graph.values[$0].name })
      try #require(try again.evaluate(inputs) == graph.evaluate(inputs))
    }
  }

  @Test func weightsOfFewValuesAndGainsAreMultipliedOut() throws {
    var builder = GraphBuilder()
    let x = builder.input("x", [1, 3])
    let w = builder.constant("w", [3, 2], [1, 2, 3, 4, 5, 6])
    builder.output(builder.node("MatMul", "y", [x, w], outputs: ["y"])[0])
    var graph = builder.graph
    let clustered = Clustered(codebook: [-1, 2], codes: [0, 1, 2, 2, 1, 0], shape: [3, 2])
    graph.values[w].constant = Constant(
      .clustered(clustered), gains: .init(axis: 1, values: [0.5, 3]))
    let inputs = ["x": Tensor([1, 3], floats: [1, 10, 100])]
    #expect(try reread(graph).evaluate(inputs) == graph.evaluate(inputs))
  }

  /// Names of the inner graph are those of the outer one, which ONNX does not allow.
  @Test func graphsInAttributesSeeTheNamesAroundThem() throws {
    func branch(_ name: String, _ node: String) -> String {
      "\(name) = graph "
        + "graph \"g\" {\ninput %x: ?\nconst %w: float 2 = [1, 2]\n\(node)\noutput %y\noutput %x\n}"
        .quoted
    }
    let graph = try Graph(
      parsing: """
        graph "g" {
          input %c: bool []
          input %x: float 2
          const %w: float 2 = [5, 6]
          %y = Mul(%x, %w)
          %a, %b = If(%c, %x, %y) {\(branch("then_branch", "%y = Add(%x, %w)")), \
        \(branch("else_branch", "%y = Swish(%x) {alpha = 2.0}")), captures = 2}
          output %a
          output %b
        }
        """)
    for condition in [0, 1] as [Int64] {
      let inputs = [
        "c": Tensor([], ints: [condition], type: .bool), "x": Tensor([2], floats: [3, -4]),
      ]
      let found = try reread(graph).evaluate(inputs)
      for (a, b) in zip(found, try graph.evaluate(inputs)) {
        #expect(zip(a.floats, b.floats).allSatisfy { ($0 - $1).magnitude < 1e-6 })
      }
    }
  }

  /// ONNX's checker wants to know what a body takes.
  @Test func inputsOfBodiesHaveTypes() throws {
    let body = """
      graph "g" {
        input %i: ?
        input %c: ?
        input %a: ?
        %d = Identity(%c)
        %b = Neg(%a)
        output %d
        output %b
      }
      """.quoted
    let graph = try Graph(
      parsing: """
        graph "g" {
          input %x: float 2
          const %n: int64 scalar = [3]
          %y = Loop "loop"(%n, _, %x) {body = graph \(body)}
          output %y
        }
        """)
    let data = ONNX.write(graph)
    for (name, element) in [("i", 7), ("c", 9), ("a", 1)] as [(String, Int64)] {
      let value: [Field] = [
        .string(1, "loop/body/\(name)"), .message(2, [.message(1, [.int(1, element)])]),
      ]
      #expect(data.range(of: encode([.message(11, value)])) != nil, "\(name)")
    }
  }

  /// What viewers show of a compressed network, and what is not clustered says nothing of itself.
  @Test func weightsSayWhatIsLeftOfThem() throws {
    let graph = try Graph(
      parsing: """
        graph "g" {
          input %x: float 1x2
          const %w: float 2x3 = clustered [-0.5, 2] codes [0, 1, 2, 0, 0, 1]
          const %b: float 3 = [1, 2, 3]
          %y = MatMul "product"(%x, %w)
          %z = Add "sum"(%y, %b)
          output %z
        }
        """)
    let data = ONNX.write(graph)
    for field in [9, 14] {
      let entries = weightMetadata(field, ["6", "3", "50.0 %", "2"])
      #expect(data.range(of: encode(entries)) != nil)
    }
    var plain = graph
    for id in plain.values.ids {
      guard let constant = plain.values[id].constant else { continue }
      plain.values[id].constant = Constant(constant.tensor)
    }
    #expect(ONNX.write(plain).range(of: Data("sonic.weights".utf8)) == nil)
  }
}
