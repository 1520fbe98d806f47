import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct QuantizeTests {
  /// What is rounded to integers anyway is rounded to them once.
  @Test func outputsThatAreRoundedHaveStepsOfOne() throws {
    let graph = try Graph(
      parsing: """
        graph "rounded" {
          input %x: float 1x2
          const %w: float 2x2 = [1, 2, 3, 4]
          const %one: float scalar = [1]
          const %z: uint8 scalar = [7]
          %a = MatMul(%x, %w): float 1x2
          %b = Round(%a): float 1x2
          %c = MatMul(%b, %w): float 1x2
          %d = QuantizeLinear(%c, %one, %z): uint8 1x2
          %e = MatMul(%b, %w): float 1x2
          %f = Round(%e): float 1x2
          output %d
          output %e
          output %f
        }
        """)
    let result = try [cluster, calibrate, quantize].reduce(graph) { try $1($0) }
    let fractions = result.values.elements.reduce(into: [String: Int]()) {
      $0[$1.name] = $1.format?.fraction
    }
    #expect(fractions["a"] == 0 && fractions["c"] == 0)
    #expect(fractions["b"] ?? 0 > 0 && fractions["e"] ?? 0 > 0)
  }

  @Test func golden() throws {
    // The pooled plane and its flattening carry the convolution's format to the next layer, though
    // their peaks are smaller; the sigmoid is read by a layer; nothing reads the softmax.
    let graph = try Graph(
      parsing: """
        graph "formats" {
          input %x: float 1x1x2x2 peak 1.0 density 1.0
          const %w1: float 1x1x1x1 = clustered [4.0] codes [1]
          const %w2: float 1x2 = clustered [1.0] codes [1, 1]
          const %w3: float 2x2 = clustered [1.0] codes [1, 0, 0, 1]
          const %shape: int64 2 = [1, 1]
          %a = Conv(%x, %w1): float 1x1x2x2 peak 4.0 density 1.0
          %b = MaxPool(%a) {kernel_shape = [2, 2]}: float 1x1x1x1 peak 1.5 density 1.0
          %c = Reshape(%b, %shape): float 1x1 peak 1.5 density 1.0
          %d = MatMul(%c, %w2): float 1x2 peak 3.0 density 1.0
          %e = Sigmoid(%d): float 1x2 peak 0.75 density 1.0
          %f = MatMul(%e, %w3): float 1x2 peak 0.75 density 1.0
          %g = Softmax(%f): float 1x2 peak 0.5 density 1.0
          output %g
        }
        """)
    try quantize.golden(graph, "formats")
  }

  @Test func goldenConcat() throws {
    // Equal formats pass through; of different ones a new one is made.
    let graph = try Graph(
      parsing: """
        graph "concatenation" {
          input %x: float 1x2 peak 1.0 density 1.0
          const %w: float 2x2 = clustered [1.0] codes [1, 0, 0, 1]
          const %v: float 4x1 = clustered [1.0] codes [1, 1, 1, 1]
          %a = MatMul(%x, %w): float 1x2 peak 1.0 density 1.0
          %b = MatMul(%x, %w): float 1x2 peak 1.25 density 1.0
          %c = MatMul(%x, %w): float 1x2 peak 9.0 density 1.0
          %ab = Concat(%a, %b) {axis = 1}: float 1x4 peak 1.25 density 1.0
          %bc = Concat(%b, %c) {axis = 1}: float 1x4 peak 9.0 density 1.0
          %y = MatMul(%ab, %v): float 1x1 peak 3.0 density 1.0
          %z = MatMul(%bc, %v): float 1x1 peak 10.0 density 1.0
          output %y
          output %z
        }
        """)
    try quantize.golden(graph, "concat")
  }

  @Test func refusesUnboundedValues() throws {
    let graph = try Graph(
      parsing: """
        graph "no statistics" {
          input %x: float 1x2
          const %w: float 2x2 = clustered [1.0] codes [1, 0, 0, 1]
          %y = MatMul(%x, %w): float 1x2 peak 1.0 density 1.0
          output %y
        }
        """)
    #expect(
      try quantize.problems(graph) == [
        "data",
        "value \"x\": error: calibration saw an infinity or a NaN, "
          + "expected finite numbers as a layer uses them",
      ])
  }

  @Test func peaksFitFormats() {
    withSeed(0..<100) { seed, _ in
      let graph = try Graph.random(seed: seed).before(quantize)
      let result = try quantize(graph)
      try #require(result.verify().isEmpty)
      for value in result.values.elements {
        guard let format = value.format, let peak = value.statistics?.peak else { continue }
        try #require(peak <= 32767 * format.step)
      }
      for node in result.nodes where ["Gemm", "MatMul"].contains(node.op.name) {
        for case let id? in [node.inputs[0], node.outputs[0]] {
          try #require(result.values[id].format != nil)
        }
      }
      try result.requireSame(as: graph, seed: seed)
    }
  }
}
