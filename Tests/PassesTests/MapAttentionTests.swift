import Compiler
import Foundation
import Graph
import Hardware
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct MapAttentionTests {
  private static func graph(_ product: String = "%y = MatMul(%a, %b): float 2x3x5") throws -> Graph
  {
    try Graph(
      parsing: """
        graph "product" {
          input %a: float 2x3x4
          input %b: float 2x4x5
          input %m: float 4x5
          const %w: float 4x5 = clustered [1.0] codes [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, \
        0, 0, 0, 1, 0]
          \(product)
          output %y
        }
        """)
  }

  private static func options(_ samples: [[String: Tensor]]) -> Options {
    var options = Options()
    options.attention = .vdu
    options.samples = samples
    return options
  }

  @Test func golden() throws {
    let graph = try Self.graph()
    try mapAttention.golden(graph, "product", Self.options([graph.randomInputs(seed: 1)]))
  }

  /// Without the option, for known weights, and where matrices are shared, nothing changes.
  @Test func whatIsLeftAlone() throws {
    let graph = try Self.graph()
    #expect(try mapAttention(graph) == graph)
    for product in ["%y = MatMul(%a, %w): float 2x3x5", "%y = MatMul(%a, %m): float 2x3x5"] {
      let graph = try Self.graph(product)
      #expect(try mapAttention(graph, Self.options([graph.randomInputs(seed: 1)])) == graph)
    }
  }

  @Test func machinesThatTakeNoActivationsAsWeights() throws {
    let graph = try Self.graph()
    var context = try context(Self.options([]))
    context.machine.fc.takesActivationsAsWeights = false
    do throws(Failure) {
      _ = try Standard.pipeline.run(graph, &context)
      Issue.record("nothing is said of it")
    } catch {
      #expect(error.code == .usage)
      #expect(
        error.diagnostics.map(\.description) == [
          "--map: error: found attention=vdu for machine sonic, whose FC VDUs take only weights that "
            + "are known, expected attention=ecu"
        ])
    }
  }

  /// The law, on numbers of a few sizes; and that what is said of the error is the error.
  @Test func weightsAreNearTheirNumbers() {
    withSeed(0..<30) { seed, random in
      let graph = try Self.graph()
      var inputs = graph.randomInputs(seed: seed)
      let scale = Float(sign: .plus, exponent: random.next(below: 40) - 20, significand: 1)
      inputs["b"] = Tensor([2, 4, 5], floats: inputs["b"]!.floats.map { $0 * $0 * $0 * scale })
      var context = try context(Self.options([inputs]))
      let result = try mapAttention.run(graph, &context)
      let step = try #require(
        result.values.elements.first { $0.name == "y.step" }?.constant?.tensor.floats.first)
      var weights: [Float] = []
      _ = try result.evaluate(inputs) { id, tensor in
        if result.values[id].name == "y.dequantizelinear" { weights = tensor.floats }
      }
      let numbers = inputs["b"]!.floats
      try #require(weights.count == numbers.count && Set(weights).count <= 63)
      let (signal, noise) = zip(numbers, weights).reduce(into: (0.0, 0.0)) { sums, pair in
        sums.0 += Double(pair.0 * pair.0)
        sums.1 += Double((pair.0 - pair.1) * (pair.0 - pair.1))
      }
      for (number, weight) in zip(numbers, weights) where number.magnitude <= 31 * step {
        try #require((number - weight).magnitude <= step * 0.5001)
      }
      let note = try #require(context.diagnostics.all.first?.description)
      let decibels = try #require(
        note.split(separator: " ").dropLast(4).last.flatMap { Double($0) })
      #expect(abs(decibels - 10 * log10(signal / noise)) < 0.1)
    }
  }

  /// Neither is an error of a size, nor may it end the compiler.
  @Test(arguments: [Float.infinity, -.infinity, .nan])
  func operandsThatAreNotFinite(_ number: Float) throws {
    let graph = try Self.graph()
    var inputs = graph.randomInputs(seed: 2)
    var floats = inputs["b"]!.floats
    floats[3] = number
    inputs["b"] = Tensor([2, 4, 5], floats: floats)
    var context = try context(Self.options([inputs]))
    _ = try mapAttention.run(graph, &context)
    #expect(
      context.diagnostics.all.first?.message.hasSuffix("bits: not finite on the samples") ?? false)
  }
}
