import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct FoldPaddingTests {
  @Test func goldenConvolutions() throws {
    let graph = try Graph(
      parsing: """
        graph "zeros for two convolutions, one of them behind a Transpose" {
          input %x: float 1x4x5x2
          input %z: float 1x2x4x4
          const %w: float 1x2x3x3 = [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 8, 7, 6, 5, 4, 3, 2, 1]
          const %last: int64 8 = [0, 0, 1, 0, 0, 2, 3, 0]
          const %pads: int64 4 = [1, 0, 0, 1]
          const %zero: float 1 = [0]
          const %axes: int64 2 = [-2, 3]
          %p = Pad(%x, %last): float 1x6x9x2
          %t = Transpose(%p) {perm = [0, 3, 1, 2]}: float 1x2x6x9
          %c = Conv(%t, %w) {auto_pad = "VALID"}: float 1x1x4x7
          %q = Pad(%z, %pads, %zero, %axes): float 1x2x5x5
          %d = Conv(%q, %w) {pads = [0, 1, 0, 1], strides = [2, 1]}: float 1x1x2x5
          output %c
          output %d
        }
        """)
    try foldPadding.golden(graph, "convolutions")
  }

  @Test func goldenPools() throws {
    let graph = try Graph(
      parsing: """
        graph "pools" {
          input %x: float 1x1x4x4
          const %pads: int64 8 = [0, 0, 0, 1, 0, 0, 1, 1]
          %p = Pad(%x, %pads) {mode = "edge"}: float 1x1x5x6
          %m = MaxPool(%p) {kernel_shape = [2, 2]}: float 1x1x4x5
          %r = Relu(%x): float 1x1x4x4
          %q = Pad(%r, %pads): float 1x1x5x6
          %n = MaxPool(%q) {kernel_shape = [2, 2]}: float 1x1x4x5
          %a = AveragePool(%q) {kernel_shape = [2, 2]}: float 1x1x4x5
          output %m
          output %n
          output %a
        }
        """)
    try foldPadding.golden(graph, "pools")
  }

  /// A graph with `lines` behind an input and constants.
  private func graph(_ lines: String, outputs: [String] = ["y"]) throws -> Graph {
    try Graph(
      parsing: """
        graph "pads" {
          input %x: float 1x1x4x4
          input %v: float 1x1x4x4
          const %w: float 1x1x2x2 = [1, 2, 3, 4]
          const %ones: int64 8 = [0, 0, 1, 1, 0, 0, 1, 1]
          const %two: int64 8 = [0, 0, 2, 2, 0, 0, 2, 2]
          const %front: int64 8 = [0, 0, 2, 2, 0, 0, 0, 0]
          const %less: int64 8 = [0, 0, 2, -1, 0, 0, 1, 1]
          const %channel: int64 8 = [0, 0, 1, 1, 0, 1, 1, 1]
          const %zero: float 1 = [0]
          const %half: float 1 = [0.5]
          const %low: float 1 = [-inf]
        \(lines)
        \(outputs.map { "  output %\($0)" }.joined(separator: "\n"))
        }
        """)
  }

  /// The names of the operators that the pass leaves of a graph, which computes the same.
  private func operators(of graph: Graph) throws -> [String] {
    let before = try inferShapes(graph)
    let result = try foldPadding(before)
    try #require(result.verify().isEmpty)
    try result.requireSame(as: before, seed: 1)
    try #require(try foldPadding(result) == result)
    return result.nodes.map(\.op.name)
  }

  @Test(arguments: [
    "%p = Pad(%x, %ones): ? \n %y = Conv(%p, %w) {auto_pad = \"SAME_UPPER\"}: ?",
    "%p = Pad(%x, %two, %zero): ? \n %y = Conv(%p, %w) {dilations = [2, 3]}: ?",
    "%q = Pad(%x, %ones): ? \n %p = Pad(%q, %two): ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %ones): ? \n %y = AveragePool(%p) {kernel_shape = [3, 2]}: ?",
    """
    %p = Pad(%x, %ones): ?
    %y = AveragePool(%p) {kernel_shape = [3, 2], pads = [1, 0, 1, 1], count_include_pad = 1}: ?
    """,
    "%p = Pad(%x, %ones) {mode = \"edge\"}: ? \n %y = MaxPool(%p) {kernel_shape = [2, 3]}: ?",
    "%p = Pad(%x, %two, %low): ? \n %y = MaxPool(%p) {kernel_shape = [3, 3]}: ?",
    """
    %p = Pad(%x, %front) {mode = "edge"}: ?
    %y = MaxPool(%p) {kernel_shape = [2, 2], dilations = [2, 2], strides = [2, 2]}: ?
    """,
  ])
  func folds(_ lines: String) throws {
    #expect(try operators(of: graph(lines)).count == 1)
  }

  @Test(arguments: [
    "Relu(%x)", "Sigmoid(%x)", "Clip(%x, %half)", "Mul(%x, %x) clamp(0, 6)",
  ])
  func foldsZerosWhereNothingIsLess(_ nonnegative: String) throws {
    let lines = """
      %r = \(nonnegative): ?
      %a = AveragePool(%r) {kernel_shape = [1, 1]}: ?
      %p = Pad(%a, %ones): ?
      %y = MaxPool(%p) {kernel_shape = [2, 2], strides = [2, 2]}: ?
      """
    #expect(try operators(of: graph(lines)).last == "MaxPool")
    #expect(try !operators(of: graph(lines)).contains("Pad"))
  }

  /// Each line is a reason not to.
  @Test(arguments: [
    // What takes away, adds channels, or adds no zeros.
    "%p = Pad(%x, %less): ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %ones, %half): ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %ones) {mode = \"edge\"}: ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %ones) {mode = \"reflect\"}: ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %ones) {mode = \"wrap\"}: ? \n %y = Conv(%p, %w): ?",
    "%p = Pad(%x, %channel): ? \n %y = MaxPool(%p) {kernel_shape = [2, 2]}: ?",
    "%s = ReduceMax(%x) {keepdims = 0}: ? \n %p = Pad(%x, %ones, %s): ? \n %y = Conv(%p, %w): ?",
    // What reads it otherwise, or as weights.
    "%p = Pad(%x, %ones): ? \n %y = Relu(%p): ?",
    "%p = Pad(%x, %ones): ? \n %y = ConvTranspose(%p, %w): ?",
    "%p = Pad(%x, %ones): ? \n %y = Conv(%p, %p): ?",
    """
    %a = Concat(%v, %v) {axis = 2}: ?
    %b = Concat(%a, %a) {axis = 3}: ?
    %p = Pad(%x, %ones): ?
    %y = Conv(%b, %p): ?
    """,
    // Means over what counts and what does not; a window that would begin behind the input.
    """
    %p = Pad(%x, %ones): ?
    %y = AveragePool(%p) {kernel_shape = [2, 2], pads = [1, 0, 0, 0]}: ?
    """,
    """
    %p = Pad(%x, %ones): ?
    %y = AveragePool(%p) {kernel_shape = [2, 2], strides = [5, 5], ceil_mode = 1}: ?
    """,
    // Maxima of numbers that may be less than zero, of windows in the padding, and where they lie.
    "%p = Pad(%x, %ones): ? \n %y = MaxPool(%p) {kernel_shape = [2, 2]}: ?",
    """
    %r = Mul(%x, %x) clamp(-1, 6): ?
    %p = Pad(%r, %ones): ?
    %y = MaxPool(%p) {kernel_shape = [2, 2]}: ?
    """,
    "%r = Relu(%x): ? \n %p = Pad(%r, %two): ? \n %y = MaxPool(%p) {kernel_shape = [2, 2]}: ?",
    "%p = Pad(%x, %two) {mode = \"edge\"}: ? \n %y = MaxPool(%p) {kernel_shape = [2, 2]}: ?",
    """
    %p = Pad(%x, %ones) {mode = "edge"}: ?
    %y = MaxPool(%p) {kernel_shape = [2, 2], dilations = [2, 2]}: ?
    """,
    """
    %p = Pad(%x, %ones) {mode = "edge"}: ?
    %y, %j = MaxPool(%p) {kernel_shape = [2, 2]}: ?, ?
    """,
    // Something else that reads it, behind a Transpose too.
    """
    %p = Pad(%x, %ones): ?
    %c = Conv(%p, %w): ?
    %s = ReduceSum(%p): ?
    %y = Add(%c, %s): ?
    """,
    """
    %p = Pad(%x, %ones): ?
    %c = Conv(%p, %w): ?
    %t = Transpose(%p) {perm = [0, 1, 3, 2]}: ?
    %s = Relu(%t): ?
    %d = Conv(%s, %w): ?
    %y = Add(%c, %d): ?
    """,
    """
    %p = Pad(%x, %ones): ?
    %t = Transpose(%p) {perm = [2, 3, 0, 1]}: ?
    %y = MaxPool(%t) {kernel_shape = [1, 1]}: ?
    """,
  ])
  func stays(_ lines: String) throws {
    let graph = try inferShapes(graph(lines))
    #expect(try foldPadding(graph) == eliminateDead(graph))
  }

  @Test func staysWhereItIsAnOutput() throws {
    let lines = "%p = Pad(%x, %ones): ? \n %y = Conv(%p, %w): ?"
    let graph = try inferShapes(graph(lines, outputs: ["y", "p"]))
    #expect(try foldPadding(graph) == eliminateDead(graph))
  }

  /// Sizes that the user binds.
  @Test func openSizes() throws {
    let graph = try Graph(
      parsing: """
        graph "open sizes" {
          input %x: float [n, h, w, 2]
          const %k: float 1x2x2x2 = [1, 0, 3, 4, 5, 6, 0, 8]
          const %pads: int64 8 = [0, 1, 0, 0, 0, 2, 1, 0]
          %p = Pad(%x, %pads): ?
          %t = Transpose(%p) {perm = [0, 3, 1, 2]}: ?
          %y = Conv(%t, %k): ?
          output %y
        }
        """)
    var options = Options()
    options.dimensions = ["n": 2, "h": 3, "w": 5]
    let bound = try inferShapes(graph, options)
    let result = try foldPadding(bound.before(foldPadding, options), options)
    #expect(result.verify().isEmpty)
    #expect(result.nodes.map(\.op.name) == ["Transpose", "Conv"])
    try result.requireSame(as: bound, seed: 1)
  }

  @Test func evaluateIsUnchanged() {
    withSeed(0..<1000) { seed, random in
      let graph = Graph.randomPadded(seed: seed)
      let result = try foldPadding(graph)
      try #require(result.verify().isEmpty)
      try result.requireSame(as: graph, seed: seed)
      try #require(result.nodes.count <= graph.nodes.count)
      try #require(try foldPadding(result) == result)
      let once = try Standard.pipeline.graph.reduce(graph) { try $1($0) }
      try #require(try Standard.pipeline.graph.reduce(once) { try $1($0) } == once)
    }
  }

  /// Random graphs are not all left as they are.
  @Test func randomPadsFold() throws {
    let folded = try (0..<100).map(UInt64.init).filter { seed in
      let graph = Graph.randomPadded(seed: seed)
      return try foldPadding(graph).nodes.count < graph.nodes.count
    }
    #expect((20...80).contains(folded.count))
  }
}
