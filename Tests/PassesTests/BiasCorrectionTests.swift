import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

/// Biases that make up for what pruning and clustering take from weights.
@Suite struct BiasCorrectionTests {
  private static func numbers(_ count: Int, _ random: inout SeededRandom) -> String {
    "[" + (0..<count).map { _ in "\(random.nextFloat() - 0.5)" }.joined(separator: ", ") + "]"
  }

  /// A layer of each kind over inputs that are mostly positive, as activations are.
  private static let layers = [
    ("3x4x5x5", "6x4x3x3", "Conv(%x, %w, %b)", "3x6x3x3"),
    ("3x4x5x5", "6x2x3x3", "Conv(%x, %w) {group = 2}", "3x6x3x3"),
    ("3x4", "4x6", "MatMul(%x, %w)", "3x6"), ("3x4", "6x4", "Gemm(%x, %w, %b) {transB = 1}", "3x6"),
    ("3x4", "4x6", "Gemm(%x, %w, %b) {alpha = 0.5, beta = 3.0}", "3x6"),
  ]

  private static func graph(
    _ layer: (input: String, weights: String, node: String, output: String),
    _ random: inout SeededRandom, behind: String = "output %y"
  ) throws -> Graph {
    let count = layer.weights.split(separator: "x").reduce(1) { $0 * Int($1)! }
    return try Graph(
      parsing: """
        graph "biased" {
          input %x: float \(layer.input)
          const %w: float \(layer.weights) = \(numbers(count, &random))
          const %b: float 6 = \(numbers(6, &random))
          %y = \(layer.node): float \(layer.output)
          \(behind)
        }
        """)
  }

  private static func sample(_ graph: Graph, _ random: inout SeededRandom) -> [String: Tensor] {
    let shape = graph.values[graph.inputs[0]].shape!
    return ["x": Tensor(shape, floats: (0..<shape.count).map { _ in 2 + random.nextFloat() })]
  }

  /// Of each channel along axis 1, the mean over all else.
  private static func means(_ tensor: Tensor) -> [Double] {
    let (channels, inner) = (tensor.shape[1], tensor.shape.strides[1])
    var sums = [Double](repeating: 0, count: channels)
    for (index, float) in tensor.floats.enumerated() {
      sums[index / inner % channels] += Double(float)
    }
    return sums.map { $0 * Double(channels) / Double(tensor.count) }
  }

  /// The law, up to what differs between the places that elements of a kernel see.
  @Test func meansStay() {
    withSeed(0..<10) { _, random in
      for layer in Self.layers {
        let graph = try Self.graph(layer, &random)
        let inputs = Self.sample(graph, &random)
        let expected = Self.means(try graph.evaluate(inputs)[0])
        var options = Options()
        options.clusters = 3
        options.pruning = .fraction(0.5)
        let plain = try cluster(prune(graph, options), options)
        options.samples = [inputs]
        let corrected = try cluster(prune(graph, options), options)
        try #require(corrected.verify().isEmpty)
        func error(_ graph: Graph) throws -> Double {
          zip(Self.means(try graph.evaluate(inputs)[0]), expected).reduce(0) {
            max($0, abs($1.0 - $1.1))
          }
        }
        let (before, after) = (try error(plain), try error(corrected))
        try #require(after < max(before / 4, 1e-5), "\(layer.2): \(before), \(after)")
        // Nothing but biases differs.
        try #require(
          corrected.layers.map { corrected.values[$0].constant }
            == plain.layers.map { plain.values[$0].constant })
      }
    }
  }

  /// A product of a stack of matrices has no bias; what is added behind it takes the shift.
  @Test func sumsBehindStacks() throws {
    var random = SeededRandom(seed: 5)
    let layer = ("2x3x4", "4x6", "MatMul(%x, %w)", "2x3x6")
    let sum = "%z = Add(%b, %y): float 2x3x6\noutput %z"
    let graph = try Self.graph(layer, &random, behind: sum)
    var options = Options()
    options.clusters = 2
    let inputs = Self.sample(graph, &random)
    let plain = try cluster(graph, options)
    options.samples = [inputs]
    let corrected = try cluster(graph, options)
    #expect(corrected.nodes.map(\.op.name) == ["MatMul", "Add"])
    func error(_ other: Graph) throws -> Float {
      let (a, b) = (try other.evaluate(inputs)[0].floats, try graph.evaluate(inputs)[0].floats)
      return abs(zip(a, b).reduce(0) { $0 + $1.0 - $1.1 })
    }
    #expect(try error(corrected) < error(plain) / 100)
    // Where nothing is added, nothing changes.
    let alone = try Self.graph(layer, &random)
    #expect(try cluster(alone, options).nodes == alone.nodes)
  }
}

extension Graph {
  /// The weights of layers.
  fileprivate var layers: [ID<Value>] { nodes.compactMap { $0.inputs[1] } }
}
