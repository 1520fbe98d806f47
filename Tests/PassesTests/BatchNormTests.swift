import Compiler
import Graph
import Passes
import Support
import TestKit
import Testing

@Suite struct BatchNormTests {
  private let parameters = """
      const %scale: float 2 = [2, 3]
      const %bias: float 2 = [0.5, 1]
      const %mean: float 2 = [1, -1]
      const %var: float 2 = [4, 1]
    """

  private func convolution() throws -> Graph {
    try Graph(
      parsing: """
        graph "a convolution and its batch normalization" {
          input %x: float 1x1x2x2
          const %w: float 2x1x1x1 = [1, -1]
          const %b: float 2 = [1, 2]
        \(parameters)
          %c = Conv(%x, %w, %b): float 1x2x2x2
          %y = BatchNormalization(%c, %scale, %bias, %mean, %var) {epsilon = 0.0}: float 1x2x2x2
          output %y
        }
        """)
  }

  @Test func goldenOptical() throws {
    try batchNorm.golden(convolution(), "optical")
  }

  @Test func goldenFold() throws {
    var options = Options()
    options.batchNorm = .fold
    try batchNorm.golden(convolution(), "fold", options)
  }

  @Test func goldenUnmerged() throws {
    // The convolution's output is read twice; the input of the other is no layer's.
    let graph = try Graph(
      parsing: """
        graph "batch normalizations that stay" {
          input %x: float 1x2x2x2
          const %w: float 2x2x1x1 = [1, -1, 0, 1]
        \(parameters)
          %c = Conv(%x, %w): float 1x2x2x2
          %n = BatchNormalization(%c, %scale, %bias, %mean, %var): float 1x2x2x2
          %y = Add(%c, %n): float 1x2x2x2
          output %y
        }
        """)
    try batchNorm.golden(graph, "unmerged")
  }

  @Test func goldenElementwise() throws {
    // A MatMul with a bias, then an unfused batch normalization; weights that two layers share.
    let graph = try Graph(
      parsing: """
        graph "batch normalization as Mul and Add" {
          input %x: float 1x2
          const %w: float 2x2 = [1, 2, 3, 4]
          const %b: float 2 = [5, 6]
          const %half: float 1x2 = [0.5, 0.25]
          const %one: float scalar = [1]
          const %row: float 2x1x1 = [7, 8]
          %m = MatMul(%x, %w): float 1x2
          %biased = Add(%m, %b): float 1x2
          %scaled = Mul(%half, %biased): float 1x2
          %shifted = Sub(%scaled, %one): float 1x2
          %n = MatMul(%shifted, %w): float 1x2
          %divided = Div(%n, %half): float 1x2
          %y = Add(%divided, %row): float 2x1x2
          output %y
        }
        """)
    try batchNorm.golden(graph, "elementwise")
  }

  @Test func gemm() throws {
    let graph = try Graph(
      parsing: """
        graph "factors of a Gemm" {
          input %x: float 3x2
          const %w: float 2x2 = [1, 2, 3, 4]
          const %b: float scalar = [5]
          const %s: float 2 = [2, 3]
          %g = Gemm(%x, %w, %b) {alpha = 0.5, beta = 3.0, transB = 1}: float 3x2
          %m = Mul(%g, %s): float 3x2
          %y = Add(%m, %s): float 3x2
          output %y
        }
        """)
    let result = try batchNorm(graph)
    #expect(result.nodes.count == 1)
    try result.requireSame(as: graph, seed: 1, within: 1e-6)
  }

  /// A convolution, then `nodes`, which make %y of its output %c.
  private func behindConvolution(_ nodes: String) throws -> Graph {
    try Graph(
      parsing: """
        graph "what is done to a convolution's output" {
          input %x: float 1x1x2x2
          const %w: float 2x1x1x1 = [1, -1]
          const %b: float 2 = [0.5, 0.25]
          const %two: float scalar = [-2]
          const %one: float 1x1x1x1 = [1]
          const %none: float scalar = [0]
          const %factor: float 2x1x1 = [-3, 0.5]
        \(nodes)
          output %y
        }
        """)
  }

  @Test func goldenHardSigmoid() throws {
    let graph = try behindConvolution(
      """
        %c = Conv(%x, %w, %b): float 1x2x2x2
        %h = HardSigmoid(%c) {alpha = 0.25}: float 1x2x2x2
        %m = Mul(%h, %two): float 1x2x2x2
        %y = Add(%m, %one) clamp(-0.5, inf): float 1x2x2x2
      """)
    try batchNorm.golden(graph, "hard-sigmoid")
  }

  @Test(arguments: Options.BatchNorm.allCases)
  func pastClamps(_ realization: Options.BatchNorm) throws {
    let graph = try behindConvolution(
      """
        %c = Conv(%x, %w, %b) clamp(0, inf): float 1x2x2x2
        %m = Mul(%c, %two) clamp(-3, inf): float 1x2x2x2
        %s = Sub(%m, %one): float 1x2x2x2
        %d = Div(%s, %two) clamp(-inf, 1.5): float 1x2x2x2
        %y = HardSigmoid(%d): float 1x2x2x2
      """)
    #expect(try operators(of: graph, after: realization) == ["Conv"])
  }

  /// Numbers that differ among channels, and a zero that takes bounds away.
  @Test(arguments: ["Mul(%c, %factor)", "Add(%c, %factor)", "Mul(%c, %none)"])
  func notPastClamps(_ node: String) throws {
    let graph = try behindConvolution(
      """
        %c = Conv(%x, %w, %b) clamp(0, inf): float 1x2x2x2
        %y = \(node): float 1x2x2x2
      """)
    #expect(try operators(of: graph, after: .optical).count == 2)
  }

  /// A batch normalization of a Concat's output, then `nodes`, which make %y of its output %n.
  private func scaled(_ nodes: String) throws -> Graph {
    try Graph(
      parsing: """
        graph "a batch normalization and a Scale layer" {
          input %x: float 1x1x2x2
        \(parameters)
          const %factor: float 2x1x1 = [-3, 0.5]
          const %term: float 1x2x1x1 = [0.25, -2]
          const %huge: float scalar = [3e38]
          %j = Concat(%x, %x) {axis = 1}: float 1x2x2x2
        \(nodes)
          output %y
        }
        """)
  }

  /// What `batchNorm` leaves of `graph`, which computes the same.
  private func operators(of graph: Graph, after realization: Options.BatchNorm) throws -> [String] {
    var options = Options()
    options.batchNorm = realization
    let result = try batchNorm(graph, options)
    #expect(result.verify().isEmpty)
    try result.requireSame(as: graph, seed: 1, within: 1e-6)
    return result.nodes.map(\.op.name)
  }

  private let scaleLayer = """
      %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
      %m = Mul(%n, %factor): float 1x2x2x2
      %y = Add(%m, %term) clamp(0, inf): float 1x2x2x2
    """

  @Test func goldenComposed() throws {
    try batchNorm.golden(scaled(scaleLayer), "composed")
  }

  @Test(arguments: Options.BatchNorm.allCases)
  func composed(_ realization: Options.BatchNorm) throws {
    #expect(try operators(of: scaled(scaleLayer), after: realization) == ["Concat", "Mul", "Add"])
    let others = try scaled(
      """
        %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
        %m = Div(%n, %factor): float 1x2x2x2
        %s = Sub(%m, %term): float 1x2x2x2
        %y = BatchNormalization(%s, %scale, %bias, %mean, %var): float 1x2x2x2
      """)
    #expect(try operators(of: others, after: realization) == ["Concat", "Mul", "Add"])
  }

  @Test func composedWithHardSigmoid() throws {
    let graph = try scaled(
      """
        %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
        %y = HardSigmoid(%n): float 1x2x2x2
      """)
    #expect(try operators(of: graph, after: .optical) == ["Concat", "Mul", "Add"])
  }

  /// The result of the Mul and Add is read twice or clamped, or what follows divides by it.
  @Test(arguments: [
    """
      %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
      %m = Mul(%n, %factor): float 1x2x2x2
      %y = Add(%m, %n): float 1x2x2x2
    """,
    """
      %n = BatchNormalization(%j, %scale, %bias, %mean, %var) clamp(0, inf): float 1x2x2x2
      %m = Mul(%n, %factor): float 1x2x2x2
      %y = Add(%m, %term): float 1x2x2x2
    """,
    """
      %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
      %m = Div(%factor, %n): float 1x2x2x2
      %y = Add(%m, %term): float 1x2x2x2
    """,
  ])
  func notComposed(_ nodes: String) throws {
    let found = try operators(of: scaled(nodes), after: .optical)
    #expect(found.count == 5 && found.starts(with: ["Concat", "Mul", "Add"]))
  }

  @Test func composedNumbersAreFinite() throws {
    // The scale and shift of the second channel are 3 and 4.
    let graph = try scaled(
      """
        %n = BatchNormalization(%j, %scale, %bias, %mean, %var): float 1x2x2x2
        %y = Mul(%n, %huge): float 1x2x2x2
      """)
    let result = try batchNorm(graph)
    #expect(result.verify().isEmpty)
    #expect(result.nodes.map(\.op.name) == ["Concat", "Mul", "Add", "Mul"])
  }

  @Test(arguments: Options.BatchNorm.allCases)
  func evaluateIsUnchanged(_ realization: Options.BatchNorm) {
    var options = Options()
    options.batchNorm = realization
    withSeed(0..<100) { seed, _ in
      let graph = try Graph.random(seed: seed).before(batchNorm)
      let result = try batchNorm(graph, options)
      try #require(result.verify().isEmpty)
      try result.requireSame(as: graph, seed: seed, within: 1e-5)
      try #require(!result.nodes.contains { $0.op.name == "BatchNormalization" })
    }
  }
}
