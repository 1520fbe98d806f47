import Compiler
import Graph
import Passes
import Support
import TestKit
import Testing

@Suite struct StandardTests {
  @Test func namesAreUnique() {
    let names = Standard.pipeline.graph.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(Standard.pipeline.graph.allSatisfy { !$0.summary.isEmpty })
  }

  /// A frontend's graph comes through with every layer clustered, and again through what it became.
  @Test func wholePipelineTwice() {
    withSeed(0..<50) { seed, _ in
      let graph = Graph.random(seed: seed).untyped
      let once = try Standard.pipeline.graph.reduce(graph) { try $1($0) }
      try #require(once.verify().isEmpty)
      let twice = try Standard.pipeline.graph.reduce(once) { try $1($0) }
      try #require(twice == once)
    }
  }
}
