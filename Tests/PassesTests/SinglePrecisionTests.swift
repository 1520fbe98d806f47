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
      let again = try foldConstants(singlePrecision(result))
      try #require(try again.nodes.count <= foldConstants(result).nodes.count)
    }
  }

  @Test func floatsStay() {
    withSeed(0..<20) { seed, _ in
      let graph = Graph.random(seed: seed)
      try #require(try singlePrecision(graph) == graph)
    }
  }

  private func graph(_ lines: String) throws -> Graph {
    try Graph(parsing: "graph \"test\" {\n\(lines)\n}")
  }

  /// A constant that is an output keeps its type, also where it is read.
  @Test func constantOutputs() throws {
    let graph = try graph(
      """
      input %x: float16 2
      const %w: float16 2 = [1.0, 2.0]
      %y = Add(%x, %w): float16 2
      output %w
      output %y
      """)
    try requireSame(try singlePrecision(graph), as: graph, seed: 1)
  }

  /// Sizes that follow from doubles stay those of doubles.
  @Test(arguments: [
    "%y = Range(%a, %b, %c): double 3", "%y = Unique(%d): double 3", "%y = NonZero(%e): int64 1x2",
  ])
  func sizes(_ node: String) throws {
    let graph = try graph(
      """
      const %a: double scalar = [0.0]
      const %b: double scalar = [0.3]
      const %c: double scalar = [0.1]
      const %d: double 3 = [1.0, 1.0000000000000009, 0.0]
      const %e: double 3 = [1.0, 1e-300, 0.0]
      \(node)
      output %y
      """)
    let result = try singlePrecision(graph)
    #expect(try result.evaluate([:]) == graph.evaluate([:]))
  }

  /// A mask of the least double hides, and a tiny divisor is not 0.
  @Test func numbersBeyondFloats() throws {
    let graph = try graph(
      """
      input %x: double 2
      const %mask: double 2 = [-0.0, -1.7976931348623157e308]
      const %tiny: double scalar = [1e-300]
      %m = Add(%x, %mask): double 2
      %s = Softmax(%m): double 2
      %p = Relu(%x): double 2
      %q = Add(%p, %tiny): double 2
      %r = Div(%p, %q): double 2
      output %s
      output %r
      """)
    let x = Tensor([2], doubles: [0, 3])
    let outputs = try singlePrecision(graph).evaluate(["x": x])
    #expect(outputs.map(\.doubles) == [[1, 0], [0, 1]])
    #expect(try graph.evaluate(["x": x]).map(\.floats) == outputs.map(\.floats))
  }

  /// What is converted to the type of something is so by its type.
  @Test func convertedLikeOthers() throws {
    let graph = try graph(
      """
      input %x: float16 2
      const %f: float scalar = [0.0]
      const %h: float16 scalar = [0.0]
      %s = Mul(%x, %x): float16 2
      %y = CastLike(%s, %f): float 2
      %z = CastLike(%y, %h): float16 2
      output %y
      output %z
      """)
    let x = ["x": Tensor([2], floats: [1.1, -0.3], type: .float16).rounded]
    let result = try singlePrecision(graph)
    #expect(result.verify() == [])
    #expect(!result.nodes.map(\.op.name).contains("CastLike"))
    #expect(try result.evaluate(x) == graph.evaluate(x))
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
