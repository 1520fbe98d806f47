import Graph
import Passes
import Support
import TestKit
import Testing

@Suite struct EliminateDeadTests {
  @Test func golden() throws {
    let graph = try Graph(
      parsing: """
        graph "a branch that leads nowhere" {
          input %x: float 1x2
          input %unused: float 3
          const %weight: float 2x2 = [1, 2, 3, 4]
          const %dead: float 2x1 = [5, 6]
          %y = MatMul(%x, %weight): float 1x2
          %z = MatMul(%y, %dead): float 1x1
          %w = Relu(%z): float 1x1
          %v = Relu(%unused): float 3
          output %y
        }
        """)
    try eliminateDead.golden(graph, "branch")
  }

  @Test func everythingLeftIsNeeded() {
    withSeed(0..<100) { seed, random in
      var graph = try Graph.random(seed: seed).before(eliminateDead)
      // Another output makes some of the rest dead.
      graph.outputs = [graph.nodes[random.next(below: graph.nodes.count)].outputs[0]!]
      let result = try eliminateDead(graph)
      try #require(result.verify().isEmpty)
      let read = Set(result.nodes.flatMap(\.inputs) + result.outputs)
      for node in result.nodes {
        try #require(node.outputs.contains { read.contains($0) })
      }
      let mentioned = Set(result.nodes.flatMap { $0.inputs + $0.outputs } + result.inputs)
      try #require(result.values.ids.allSatisfy { mentioned.contains($0) })
      try result.requireSame(as: graph, seed: seed)
    }
  }
}
