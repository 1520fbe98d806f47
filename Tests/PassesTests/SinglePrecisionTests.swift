import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct SinglePrecisionTests {
  private static let types = [ElementType.float16, .bfloat16, .double]

  /// A branch takes halves, a Cast rounds, and an output is read as well.
  private func graph(_ type: ElementType) throws -> Graph {
    func branch(_ op: String) -> String {
      """
      graph "\(op)" {
        input %a: \(type) 2x3
        %b = \(op)(%a): \(type) 2x3
        output %b
      }
      """.quoted
    }
    return try Graph(
      parsing: """
        graph "mixed" {
          input %x: float 2x4
          input %h: \(type) 2x3
          input %c: bool scalar
          const %w: \(type) 4x3 = [1, 0, -2, 0.5, 0, 0, 3, 1, 0, 0, -1, 0.25]
          const %s: float scalar = [0.5]
          %n = Cast(%x) {to = \(type.code)}: \(type) 2x4
          %m = MatMul(%n, %w): \(type) 2x3
          %y = Add(%m, %h): \(type) 2x3
          %r = Relu(%y): \(type) 2x3
          %i = If(%c, %r, %r) {then_branch = graph \(branch("Neg")), else_branch = graph \(branch("Abs")), \
        captures = 1}: \(type) 2x3
          %f = Cast(%i) {to = 1}: float 2x3
          %z = Mul(%f, %s): float 2x3
          %k = ArgMax(%r) {axis = 1}: int64 2x1
          output %y
          output %z
          output %k
        }
        """)
  }

  @Test(arguments: [ElementType.float16, .double]) func golden(_ type: ElementType) throws {
    try singlePrecision.golden(try graph(type), type.rawValue)
  }

  @Test func mixedTypes() throws {
    for type in Self.types {
      let graph = try graph(type)
      #expect(graph.verify() == [])
      try requireSame(try singlePrecision(graph), as: graph, seed: 1)
    }
  }

  /// Random networks of one type: all of them but inputs and outputs becomes floats.
  @Test func randomNetworks() {
    withSeed(0..<100) { seed, random in
      let type = Self.types.randomElement(using: &random)!
      let graph = Graph.random(seed: seed).retyped(type)
      try #require(graph.verify() == [])
      let result = try singlePrecision(graph)
      try requireSame(result, as: graph, seed: seed)
      let ends = Set(result.inputs + result.outputs)
      for id in result.values.ids where result.values[id].element == type {
        try #require(ends.contains(id))
      }
      try #require(try singlePrecision(result).nodes.count <= result.nodes.count)
    }
  }

  @Test func floatsStay() {
    withSeed(0..<20) { seed, _ in
      let graph = Graph.random(seed: seed)
      try #require(try singlePrecision(graph) == graph)
    }
  }

  private func requireSame(_ result: Graph, as graph: Graph, seed: UInt64) throws {
    try #require(result.verify() == [])
    let inputs = graph.randomInputs(seed: seed).mapValues(\.rounded)
    let (found, expected) = (try result.evaluate(inputs), try graph.evaluate(inputs))
    for (found, expected) in zip(found, expected) {
      let (a, b) = (found.rounded, expected.rounded)
      try #require(a.type == b.type && a.shape == b.shape)
      var similarity = Similarity()
      similarity.add(a, expected: b)
      // Where a sum lies between two halves, its last bit decides.
      try #require(similarity.relativeError <= (b.type == .double ? 1e-6 : 0x1p-8), "\(seed)")
    }
  }
}

extension Graph {
  /// The same network with another type in the place of floats.
  fileprivate func retyped(_ type: ElementType) -> Graph {
    var graph = self
    for id in values.ids where values[id].element == .float {
      graph.values[id].element = type
      graph.values[id].constant = values[id].constant.map { constant in
        Constant(Tensor(constant.type.shape, floats: constant.tensor.floats, type: type).rounded)
      }
    }
    return graph
  }
}
