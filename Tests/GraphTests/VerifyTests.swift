import Graph
import OrderedCollections
import Support
import Tensor
import TestKit
import Testing

@Suite struct VerifyTests {
  @Test func acceptsRandomGraphs() {
    withSeed(0..<200) { seed, _ in
      try #require(Graph.random(seed: seed).verify() == [])
      try #require(Graph.random(seed: seed).untyped.verify() == [])
    }
  }

  @Test func randomGraphsEvaluateToTheirTypes() {
    withSeed(0..<100) { seed, _ in
      let graph = Graph.random(seed: seed)
      let outputs = try graph.evaluate(graph.randomInputs(seed: seed))
      let types = outputs.map { TensorType($0.type, $0.shape) }
      try #require(types == graph.outputs.map { graph.values[$0].type })
      try #require(outputs.allSatisfy { $0.floats.allSatisfy(\.isFinite) })
    }
  }

  /// One way or more to break each law, on a graph that is right: `w` and `b` are constants of the
  /// convolution that makes `y` of `x`.
  @Test func everyBreachIsFound() {
    let report = Self.breaches.map { name, breach in
      var graph = Self.graph
      breach(&graph)
      return "\(name)\n" + graph.verify().map { "  \($0)\n" }.joined()
    }
    #expect(Self.graph.verify() == [])
    Golden.check(report.joined(), "error/graph-laws.txt")
  }

  @Test func allProblemsAreListed() {
    var graph = Self.graph
    graph.values.elements[0].name = "w"
    graph.nodes[0].clamp = Clamp(lower: 1, upper: 0)
    graph.outputs.append(ID(77))
    #expect(graph.verify().count == 3)
  }

  private static let (x, w, b, y) = (ID<Value>(0), ID<Value>(1), ID<Value>(2), ID<Value>(3))

  private static var graph: Graph {
    var builder = GraphBuilder()
    let x = builder.input("x", [1, 2, 4, 4])
    let w = builder.constant("w", [2, 2, 1, 1], [1, 2, 3, 4])
    let b = builder.constant("b", [2], [0, 1])
    builder.output(builder.node("Conv", "conv", [x, w, b], outputs: ["y"])[0])
    return builder.graph
  }

  private static let breaches: [(String, @Sendable (inout Graph) -> Void)] = [
    ("1: a value without a name", { $0.values[x].name = "" }),
    ("1: two values of one name", { $0.values[b].name = "w" }),
    ("1: a node without a name", { $0.nodes[0].name = "" }),
    ("1: two nodes of one name", { $0.nodes.append($0.nodes[0]) }),
    ("2: an input beyond the table", { $0.inputs.append(ID(9)) }),
    ("2: an output beyond the table", { $0.outputs = [ID(9)] }),
    ("2: operands beyond the table", { $0.nodes[0].inputs[0] = ID(9) }),
    ("2: results beyond the table", { $0.nodes[0].outputs[0] = ID(9) }),
    ("3: a node that defines a constant", { $0.nodes[0].outputs = [w] }),
    ("3: a node that defines an input", { $0.nodes[0].outputs = [x] }),
    ("3: an input that is a constant", { $0.inputs.append(w) }),
    ("3: an input twice", { $0.inputs.append(x) }),
    ("4: a node that uses its own result", { $0.nodes[0].inputs[0] = y }),
    ("4: an output that nothing defines", { $0.nodes = [] }),
    ("5: too few inputs", { $0.nodes[0].inputs = [x] }),
    ("5: too many inputs", { $0.nodes[0].inputs = [x, w, b, b] }),
    ("5: a needed input left out", { $0.nodes[0].inputs[1] = nil }),
    ("5: too many outputs", { $0.nodes[0].outputs = [y, nil] }),
    ("6: attributes of another operator", { $0.nodes[0].attributes = attributes("Gemm") }),
    ("6: attributes without defaults", { $0.nodes[0].attributes = none }),
    ("7: another shape", { $0.values[y].shape = [1, 2, 3, 3] }),
    ("7: another element type", { $0.values[y].element = .int8 }),
    ("7: inputs that do not go together", { $0.nodes[0].inputs = [x, b] }),
    ("8: a clamp the wrong way round", { $0.nodes[0].clamp = Clamp(lower: 1, upper: -1) }),
    ("8: a clamp to nothing", { $0.nodes[0].clamp = Clamp(lower: .nan, upper: 0) }),
    (
      "8: a clamp without a first output",
      {
        $0.nodes[0].clamp = .relu
        $0.nodes[0].outputs = [nil]
        $0.outputs = []
      }
    ),
    ("9: an input without a type", { $0.values[x].element = nil }),
    ("9: an input of another shape", { $0.values[x].declared = [.fixed(1), .fixed(2)] }),
    ("10: a constant of another type", { $0.values[b].element = .double }),
    ("10: a constant of another shape", { $0.values[b].shape = [1, 2] }),
    ("10: an integer too large", { set(&$0, Constant(Tensor([2], ints: [0, 128], type: .int8))) }),
    ("10: gains on integers", { set(&$0, gains(Tensor([2], ints: [0, 1]), 0, [1, 1])) }),
    ("10: gains along no axis", { set(&$0, gains(Tensor([2], floats: [0, 1]), 1, [1, 1])) }),
    ("10: too few gains", { set(&$0, gains(Tensor([2], floats: [0, 1]), 0, [.nan])) }),
    ("10: too many codes", { set(&$0, clustered([1], [0, 1]) { $0.shape = [1] }) }),
    ("10: a code beyond the codebook", { set(&$0, clustered([1], [0, 2])) }),
    ("10: a codebook with a zero", { set(&$0, clustered([0, 1], [0, 2])) }),
    ("10: a codebook that descends", { set(&$0, clustered([2, 1], [0, 2])) }),
    (
      "10: a codebook too long",
      { set(&$0, clustered([1], [0, 1]) { $0.codebook = (1...256).map { Float($0) } }) }
    ),
    (
      "11: statistics of nothing",
      { $0.values[y].statistics = Statistics(peak: -1, density: 1.5) }
    ),
    (
      "11: infinite statistics",
      { $0.values[y].statistics = Statistics(peak: .infinity, density: .nan) }
    ),
    ("12: a format out of range", { $0.values[y].format = FixedPoint(fraction: 41) }),
    (
      "12: a format on integers",
      {
        let id = $0.values.append(Value("i", constant: Constant(Tensor([1], ints: [1]))))
        $0.values[id].format = FixedPoint(fraction: 1)
      }
    ),
  ]

  /// Makes `b` another constant, with the type that goes with it.
  private static func set(_ graph: inout Graph, _ constant: Constant) {
    graph.values[b] = Value("b", constant: constant)
    graph.nodes[0].inputs = [x, w]
  }

  private static func gains(_ tensor: Tensor, _ axis: Int, _ values: [Float]) -> Constant {
    Constant(.dense(tensor), gains: Constant.Gains(axis: axis, values: values))
  }

  private static func clustered(
    _ codebook: [Float], _ codes: [UInt8], _ change: (inout Clustered) -> Void = { _ in }
  ) -> Constant {
    var clustered = Clustered(codebook: codebook, codes: codes, shape: [codes.count])
    change(&clustered)
    return Constant(.clustered(clustered))
  }

  private static func attributes(_ op: String) -> Attributes {
    guard let op = Operator.named(op), let made = try? Attributes([:], specs: op.attributes) else {
      preconditionFailure("no operator \(op)")
    }
    return made
  }

  private static var none: Attributes {
    guard let none = try? Attributes([:], specs: []) else {
      preconditionFailure("nothing to check")
    }
    return none
  }
}
