import Compiler
import Graph
import Passes
import Support
import TestKit
import Testing

@Suite struct SinkAffinesTests {
  private func graph(_ nodes: String) throws -> Graph {
    try Graph(
      parsing: """
        graph "scales and shifts before layers" {
          input %x: float 2x4x3x3
          input %v: float 2x4
          const %w: float 4x4x1x1 = [1, -1, 0, 2, 3, 0.5, 0, 1, 1, 2, -3, 0, 0, 1, 1, 1]
          const %grouped: float 2x2x1x1 = [1, -2, 0.5, 3]
          const %tall: float 4x1x3x1 = [1, 2, 3, -1, 0, 1, 2, 2, -1, 1, 0, 0.5]
          const %matrix: float 4x3 = [1, 2, 3, -4, 5, 0, -7, 8, 9, 1, 1, -1]
          const %b: float 4 = [1, 2, 3, 4]
          const %s: float scalar = [-0.25]
          const %none: float scalar = [0]
          const %t: float 1x1 = [1.5]
          const %channels: float 4x1x1 = [3, -1, 0, 0.5]
          const %columns: float 4 = [1, 2, -3, 0.25]
        \(nodes)
          output %y
        }
        """)
  }

  /// What the pass leaves of `nodes`, which computes the same.
  private func operators(
    _ nodes: String, _ realization: Options.BatchNorm = .optical
  ) throws -> [String] {
    var options = Options()
    options.batchNorm = realization
    let graph = try graph(nodes)
    let result = try sinkAffines(graph, options)
    #expect(result.verify().isEmpty)
    for seed in UInt64(0)..<5 { try result.requireSame(as: graph, seed: seed, within: 1e-5) }
    #expect(try sinkAffines(result, options) == result)
    return result.nodes.map(\.op.name)
  }

  @Test func goldenBias() throws {
    let graph = try graph(
      """
        %h = HardSwish(%x): float 2x4x3x3
        %m = Mul(%s, %h): float 2x4x3x3
        %a = Add(%m, %channels): float 2x4x3x3
        %y = Conv(%a, %w, %b): float 2x4x3x3
      """)
    try sinkAffines.golden(graph, "bias")
  }

  @Test func goldenPadded() throws {
    // The sum stays before the layer that pads, and the factor goes past it into both layers.
    let graph = try graph(
      """
        %h = HardSwish(%x): float 2x4x3x3
        %m = Mul(%h, %s): float 2x4x3x3
        %a = Sub(%m, %t): float 2x4x3x3
        %c = Conv(%a, %tall) {group = 4, pads = [1, 0, 1, 0]}: float 2x4x3x3
        %d = Conv(%a, %w): float 2x4x3x3
        %y = Mul(%c, %d): float 2x4x3x3
      """)
    try sinkAffines.golden(graph, "padded")
  }

  @Test(arguments: Options.BatchNorm.allCases)
  func merged(_ realization: Options.BatchNorm) throws {
    let grouped = try operators(
      """
        %m = Div(%x, %s): float 2x4x3x3
        %a = Add(%channels, %m): float 2x4x3x3
        %y = Conv(%a, %grouped) {group = 2} clamp(0, 6): float 2x2x3x3
      """, realization)
    #expect(grouped == ["Conv"])
    let product = try operators(
      """
        %m = Mul(%v, %s): float 2x4
        %a = Sub(%m, %columns): float 2x4
        %y = MatMul(%a, %matrix): float 2x3
      """, realization)
    #expect(product == ["Gemm"])
    let gemm = try operators(
      """
        %m = Mul(%v, %t): float 2x4
        %a = Add(%m, %columns): float 2x4
        %y = Gemm(%a, %matrix, %s) {alpha = 0.5, beta = 3.0}: float 2x3
      """, realization)
    #expect(gemm == ["Gemm"])
    let normalization = try operators(
      """
        %m = Mul(%x, %s): float 2x4x3x3
        %a = BatchNormalization(%m, %b, %columns, %columns, %b): float 2x4x3x3
        %y = Conv(%a, %tall) {group = 4, pads = [1, 0, 1, 0]}: float 2x4x3x3
      """, realization)
    #expect(normalization == ["Mul", "BatchNormalization", "Conv"])
  }

  @Test func transposedConvolution() throws {
    let found = try operators(
      """
        %m = Mul(%x, %s): float 2x4x3x3
        %a = Add(%m, %t): float 2x4x3x3
        %y = ConvTranspose(%a, %w) {strides = [2, 2]}: float 2x4x5x5
      """)
    #expect(found == ["Add", "ConvTranspose"])
  }

  @Test func weightsAreShared() throws {
    let found = try operators(
      """
        %m = Mul(%x, %s): float 2x4x3x3
        %c = Conv(%m, %w): float 2x4x3x3
        %y = Conv(%c, %w): float 2x4x3x3
      """)
    #expect(found == ["Conv", "Conv"])
  }

  /// Read by something else, by a layer as its bias or by none; clamped; factors that differ; zero
  /// before a sum; a sum before padding; transposed activations.
  @Test(arguments: [
    """
      %m = Mul(%x, %s): float 2x4x3x3
      %c = Conv(%m, %w): float 2x4x3x3
      %y = Add(%m, %c): float 2x4x3x3
    """,
    """
      %m = Mul(%b, %s): float 4
      %y = Conv(%x, %w, %m): float 2x4x3x3
    """,
    """
      %y = Mul(%x, %s): float 2x4x3x3
    """,
    """
      %m = Mul(%x, %s) clamp(0, 1): float 2x4x3x3
      %y = Conv(%m, %w): float 2x4x3x3
    """,
    """
      %m = Mul(%x, %channels): float 2x4x3x3
      %y = Conv(%m, %w): float 2x4x3x3
    """,
    """
      %m = Mul(%x, %none): float 2x4x3x3
      %a = Add(%m, %t): float 2x4x3x3
      %y = Conv(%a, %tall) {group = 4, pads = [1, 0, 1, 0]}: float 2x4x3x3
    """,
    """
      %a = Add(%x, %t): float 2x4x3x3
      %y = Conv(%a, %tall) {group = 4, pads = [1, 0, 1, 0]}: float 2x4x3x3
    """,
    """
      %a = Add(%x, %t): float 2x4x3x3
      %y = Conv(%a, %tall) {group = 4, auto_pad = "SAME_UPPER"}: float 2x4x3x3
    """,
    """
      %a = Sub(%t, %x): float 2x4x3x3
      %y = Conv(%a, %w): float 2x4x3x3
    """,
    """
      %l = Transpose(%v): float 4x2
      %a = Add(%l, %t): float 4x2
      %y = Gemm(%a, %matrix) {transA = 1}: float 2x3
    """,
  ])
  func stays(_ nodes: String) throws {
    let graph = try graph(nodes)
    #expect(try sinkAffines(graph) == eliminateDead(graph))
  }

  @Test func outputsStay() throws {
    let graph = try Graph(
      parsing: """
        graph "an output that is read" {
          input %x: float 1x1x2x2
          const %w: float 1x1x1x1 = [2]
          %m = Mul(%x, %x): float 1x1x2x2
          const %s: float scalar = [3]
          %a = Mul(%m, %s): float 1x1x2x2
          %y = Conv(%a, %w): float 1x1x2x2
          output %a
          output %y
        }
        """)
    #expect(try sinkAffines(graph) == graph)
  }

  @Test(arguments: Options.BatchNorm.allCases)
  func evaluateIsUnchanged(_ realization: Options.BatchNorm) {
    var options = Options()
    options.batchNorm = realization
    sinkAffines.requireSameOnRandomGraphs(options, within: 1e-5)
  }
}
