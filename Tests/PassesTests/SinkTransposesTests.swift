import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct SinkTransposesTests {
  @Test func goldenChannelsLast() throws {
    let graph = try Graph(
      parsing: """
        graph "a residual block with channels last between convolutions" {
          input %x: float 1x2x4x4
          const %w: float 2x2x1x1 = [1, -1, 0, 1]
          const %mean: float 2 = [0.5, 1]
          const %scale: float 1x1x1x2 = [2, 3]
          const %slope: float 1x1x2 = [0.5, 0.25]
          const %axes: int64 2 = [1, 2]
          %c = Conv(%x, %w): float 1x2x4x4
          %t = Transpose(%c) {perm = [0, 2, 3, 1]}: float 1x4x4x2
          %s = Sub(%t, %mean): float 1x4x4x2
          %m = Mul(%scale, %s): float 1x4x4x2
          %p = PRelu(%m, %slope): float 1x4x4x2
          %u = Transpose(%p) {perm = [0, 3, 1, 2]}: float 1x2x4x4
          %d = Conv(%u, %w): float 1x2x4x4
          %v = Transpose(%d) {perm = [0, 2, 3, 1]}: float 1x4x4x2
          %r = Add(%v, %p): float 1x4x4x2
          %mean_of = ReduceMean(%r, %axes) {keepdims = 0}: float 1x2
          %y = Softmax(%mean_of): float 1x2
          output %y
        }
        """)
    try sinkTransposes.golden(graph, "channels-last")
  }

  @Test func goldenAxes() throws {
    let graph = try Graph(
      parsing: """
        graph "axes by attribute, by input and by default" {
          input %x: float 1x2x3x4
          const %pads: int64 8 = [0, 0, 1, 0, 0, 1, 0, 0]
          const %starts: int64 1 = [1]
          const %ends: int64 1 = [5]
          const %last: int64 1 = [-1]
          const %first: int64 1 = [0]
          %t = Transpose(%x) {perm = [0, 2, 3, 1]}: float 1x3x4x2
          %p = Pad(%t, %pads): float 1x4x5x2
          %c = Concat(%p, %p) {axis = -1}: float 1x4x5x4
          %s = Slice(%c, %starts, %ends, %last): float 1x4x5x3
          %n = Softmax(%s) {axis = 1}: float 1x4x5x3
          %q = Squeeze(%n): float 4x5x3
          %z = Unsqueeze(%q, %first): float 1x4x5x3
          %a, %b = Split(%z) {axis = 3}: float 1x4x5x2, float 1x4x5x1
          %y = ReduceMax(%b, %last) {keepdims = 0}: float 1x4x5
          output %y
        }
        """)
    try sinkTransposes.golden(graph, "axes")
  }

  @Test func goldenOutputs() throws {
    // Outputs keep names and layouts: of a Transpose, of what undoes one, and of what is between.
    let graph = try Graph(
      parsing: """
        graph "outputs" {
          input %x: float 2x3
          %t = Transpose(%x): float 3x2
          %r = Relu(%t): float 3x2
          %u = Transpose(%r): float 2x3
          %v = Transpose(%u): float 3x2
          %w = Transpose(%t): float 2x3
          output %r
          output %u
          output %v
          output %w
        }
        """)
    try sinkTransposes.golden(graph, "outputs")
  }

  @Test func goldenStays() throws {
    // Three readers would need three Transposes; a sum of columns would run in another order.
    let graph = try Graph(
      parsing: """
        graph "Transposes that stay" {
          input %x: float 2x3
          input %z: float 2x3x4
          const %all: int64 2 = [0, 1]
          %t = Transpose(%x): float 3x2
          %a = Relu(%t): float 3x2
          %b = Neg(%t): float 3x2
          %c = Abs(%t): float 3x2
          %u = Transpose(%z) {perm = [1, 0, 2]}: float 3x2x4
          %s = ReduceSum(%u, %all): float 1x1x4
          %d = Add(%s, %u): float 3x2x4
          output %a
          output %b
          output %c
          output %d
        }
        """)
    try sinkTransposes.golden(graph, "stays")
  }

  /// What channels last has put between layers goes, whatever the network.
  @Test func channelsLastIsUndone() {
    withSeed(0..<100) { seed, _ in
      let graph = Graph.random(seed: seed)
      let last = graph.withChannelsLast
      try #require(last.verify().isEmpty)
      try last.requireSame(as: graph, seed: seed)
      let result = try sinkTransposes(last)
      try #require(result.verify().isEmpty)
      try #require(result.transposes.count == 0)
      try #require(result.nodes.map(\.op) == graph.nodes.map(\.op))
      try result.requireSame(as: graph, seed: seed)
    }
  }

  @Test func lawsOfRandomTransposes() {
    withSeed(0..<1000) { seed, _ in
      let graph = try eliminateDead(Graph.randomTransposed(seed: seed))
      let result = try sinkTransposes(graph)
      try #require(result.verify().isEmpty)
      try result.requireSame(as: graph, seed: seed)
      try #require(result.transposes.count <= graph.transposes.count)
      try #require(result.transposes.elements <= graph.transposes.elements)
      try #require(result.outputs.map { result.values[$0].name } == graph.outputNames)
      try #require(try sinkTransposes(result) == result)
    }
  }

  @Test func normalizationReachesTheLayer() throws {
    let graph = try Graph(
      parsing: """
        graph "batch normalization with channels last" {
          input %x: float 1x2x4x4
          const %w: float 2x2x1x1 = [1, -1, 0, 1]
          const %mean: float 1x1x1x2 = [0.5, 1]
          const %scale: float 1x1x1x2 = [2, 3]
          const %shift: float 1x1x1x2 = [-1, 1]
          %c = Conv(%x, %w): float 1x2x4x4
          %t = Transpose(%c) {perm = [0, 2, 3, 1]}: float 1x4x4x2
          %s = Sub(%t, %mean): float 1x4x4x2
          %m = Mul(%s, %scale): float 1x4x4x2
          %a = Add(%m, %shift): float 1x4x4x2
          %r = Relu(%a): float 1x4x4x2
          %y = Transpose(%r) {perm = [0, 3, 1, 2]}: float 1x2x4x4
          %z = Conv(%y, %w): float 1x2x4x4
          output %z
        }
        """)
    let result = try [sinkTransposes, batchNorm, fuseActivation].reduce(graph) { try $1($0) }
    #expect(result.nodes.map(\.op.name) == ["Conv", "Conv"])
    try result.requireSame(as: graph, seed: 1, within: 1e-5)
  }
}

extension Graph {
  /// How many Transposes there are, and how many elements they move.
  fileprivate var transposes: (count: Int, elements: Int) {
    let shapes = nodes.filter { $0.op.name == "Transpose" }.map { values[$0.outputs[0]!].shape! }
    return (shapes.count, shapes.reduce(0) { $0 + $1.count })
  }

  fileprivate var outputNames: [String] { outputs.map { values[$0].name } }
}
