import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct CalibrateTests {
  private func graph() throws -> Graph {
    try Graph(
      parsing: """
        graph "ranges" {
          input %x: float [N, 2] as 1x2
          const %w: float 2x2 = [1, 0, 0, -1]
          %y = MatMul(%x, %w): float 1x2
          %z = Relu(%y): float 1x2
          output %z
        }
        """)
  }

  private func samples(_ tensors: Tensor...) -> Options {
    var options = Options()
    options.samples = tensors.map { ["x": $0] }
    return options
  }

  @Test func golden() throws {
    let options = samples(
      Tensor([1, 2], floats: [3.001, 0]), Tensor([2, 2], floats: [-1, 2, 0, -5]))
    try calibrate.golden(graph(), "ranges", options)
  }

  @Test func batchesAreSliced() throws {
    var graph = try graph()
    for id in graph.values.ids where graph.values[id].constant == nil {
      graph.values[id].shape = [2, 2]
    }
    // Rows 0 and 1, then 1 and 2.
    let rows = samples(Tensor([3, 2], floats: [1, 0, 2, 0, 0, 3]))
    let result = try calibrate(graph, rows)
    #expect(result.values[result.inputs[0]].statistics == Statistics(peak: 3, density: 0.5))
    #expect(result.values[result.outputs[0]].statistics == Statistics(peak: 2, density: 0.375))
  }

  @Test func batchesMustAgree() throws {
    let graph = try Graph(
      parsing: """
        graph "two inputs" {
          input %x: float [N, 2] as 1x2
          input %y: float [N, 2] as 1x2
          %z = Add(%x, %y): float 1x2
          output %z
        }
        """)
    var options = Options()
    options.samples = [
      [
        "x": Tensor([2, 2], floats: [0, 0, 0, 0]),
        "y": Tensor([3, 2], floats: [0, 0, 0, 0, 0, 0]),
      ]
    ]
    #expect(
      try calibrate.problems(graph, options) == [
        "data", "error: found samples of 2 and 3 in a batch, expected the same for all inputs",
      ])
    options.samples = [["x": Tensor([1, 2], floats: [0, 0])]]
    #expect(try calibrate.problems(graph, options).first == "data")
  }

  @Test func warnsWithoutSamples() throws {
    var context = try context()
    let result = try calibrate.run(graph(), &context)
    #expect(
      context.diagnostics.all.map(\.description) == [
        "warning: no calibration samples: ranges are twice those of 4 random inputs; "
          + "give --calibrate FILE"
      ])
    let peak = try #require(result.values[result.inputs[0]].statistics?.peak)
    #expect(peak > 1 && peak <= 2)
  }

  @Test func infinitiesGiveNoStatistics() throws {
    let result = try calibrate(graph(), samples(Tensor([1, 2], floats: [.infinity, 1])))
    #expect(result.values[result.inputs[0]].statistics == nil)
  }

  @Test func peaksHold() {
    withSeed(0..<50) { seed, _ in
      let graph = try Graph.random(seed: seed).before(calibrate)
      var options = Options()
      options.samples = (0..<3).map { graph.randomInputs(seed: 1000 * seed + $0) }
      let result = try calibrate(graph, options)
      try #require(result.verify().isEmpty)
      var isCovered = true
      for sample in options.samples {
        _ = try result.evaluate(sample) { id, tensor in
          guard tensor.type.isFloatingPoint, let seen = result.values[id].statistics else { return }
          let largest = tensor.floats.map(\.magnitude).max() ?? 0
          isCovered = isCovered && largest <= seen.peak && seen.density <= 1
        }
      }
      try #require(isCovered)
      try result.requireSame(as: graph, seed: seed)
    }
  }
}
