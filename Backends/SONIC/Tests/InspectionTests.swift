import Plan
import Compiler
import Foundation
import Graph
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// What `inspect` shows, against the program.
@Suite struct InspectionTests {
  /// A convolution, a clamp, a pooling and a fully connected layer, with few different weights.
  private func tiny(conv: String = "conv") throws -> Runnable {
    var builder = GraphBuilder("tiny")
    let image = builder.input("image", [1, 1, 4, 4])
    let weights = builder.constant(
      "w", [2, 1, 3, 3], [0, 1, 0, 0.5, 0, -0.5, 0, 1, 0, 0, 0, 0.25, 0, 0, 0, 0, 0.125, 0])
    let rows = builder.constant("v", [8, 2], (0..<16).map { $0 % 3 == 0 ? 0.5 : 0 })
    let planes = builder.node("Conv", conv, [image, weights], ["pads": .ints([1, 1, 1, 1])])
    let clamped = builder.node("Relu", "relu", [planes])
    let pooled = builder.node(
      "MaxPool", "pool", [clamped], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
    let flat = builder.node("Flatten", "flat", [pooled])
    builder.output(builder.node("MatMul", "scores", [flat, rows]))
    var options = Options()
    let sample = Tensor([1, 1, 4, 4], floats: (0..<16).map { Float($0) / 16 })
    options.samples = [["image": sample]]
    return try Runnable(Compiled(builder.graph, options: options).program)
  }

  @Test func texts() throws {
    let inspection = Inspection(try tiny(), instructions: true)
    Golden.check(inspection.table, "inspect/program.txt")
    Golden.check(inspection.story(everyInstruction: false), "inspect/steps.txt")
  }

  @Test func namesDoNotActOnTerminals() throws {
    let name = "a\u{1B}[31m\n\u{9B}2J\u{202E}b"
    let runnable = try tiny(conv: name)
    var inspection = Inspection(runnable, instructions: true)
    let listing = runnable.program.listing()
    let table = inspection.table
    try inspection.select(name)
    for text in [listing, table, inspection.story(everyInstruction: true)] {
      #expect(text.contains(#"a\u001b[31m\n\u009b2J\u202eb"#))
      #expect(!text.unicodeScalars.contains { "\u{1B}\u{9B}\u{202E}".unicodeScalars.contains($0) })
    }
  }

  @Test func unknownNamesFail() throws {
    var inspection = Inspection(try tiny())
    let failure = #expect(throws: Failure.self) { try inspection.select("cone") }
    #expect(failure?.code == .data)
    #expect(
      failure?.diagnostics.map(\.message)
        == [#"found no layer or operation "cone"; near it: "conv""#])
  }

  @Test func weightsAreTheModels() throws {
    let inspection = Inspection(try tiny())
    let layer = try #require(inspection.steps.first { $0.name == "conv" }?.layer)
    let largest = try #require(layer.gains.map(\.magnitude).max())
    #expect(largest == 1)
    #expect(layer.survivors == [4, 2])
    #expect(layer.codebook.reduce(0) { $0 + $1.uses } == 6)
    // Each kernel's weights are values of the codebook times its gain.
    for (gain, weights) in zip(layer.gains, [[1, 0.5, -0.5], [0.25, 0.125]]) {
      for weight in weights {
        let nearest = layer.codebook.map { abs($0.value * gain - weight) }.min()
        #expect(try #require(nearest) < 1e-3, "\(weight)")
      }
    }
  }

  @Test func sumsAreTheProgramsOnes() throws {
    withSeed(0..<20) { seed, random in
      let graph = Graph.random(seed: seed)
      let options = DifferentialTests.options(
        &random, samples: [graph.randomInputs(seed: seed)])
      let program = try Compiled(graph, options: options).program
      let runnable = try Runnable(program)
      let inspection = Inspection(runnable, instructions: true)
      #expect(inspection.json == Inspection(runnable, instructions: true).json)
      #expect(inspection.instructions?.joined(separator: "\n").utf8.count ?? 0 > 0)
      #expect(inspection.instructions?.count == program.instructions.count)
      #expect(inspection.memory.weightBytes == program.weights.count)
      #expect(inspection.memory.buffers.count == program.buffers.count)
      check(inspection.schedule, inspection.steps)
      for step in inspection.steps { check(step) }
    }
  }

  private func check(_ schedule: Inspection.Schedule, _ steps: [Inspection.Step]) {
    let energy = steps.reduce(0) { $0 + $1.estimate.energyFemtojoules }
    #expect(
      energy + schedule.transferFemtojoules + schedule.standingFemtojoules
        == schedule.energyFemtojoules)
    for group in schedule.groups {
      #expect(group.profile.count == Inspection.bins)
      let mean = group.profile.reduce(0, +) / Double(Inspection.bins)
      #expect(abs(mean - group.utilization) < 1e-9)
    }
  }

  private func check(_ step: Inspection.Step) {
    guard let layer = step.layer else { return }
    let results = layer.tiles.reduce(0) { $0 + $1.kernels * $1.positions }
    #expect(results == layer.geometry.outputCount)
    #expect(layer.survivors.reduce(0, +) == step.estimate.survivors)
    #expect(layer.codebook.reduce(0) { $0 + $1.uses } == step.estimate.survivors)
    #expect(layer.busyPicoseconds.reduce(0, +) == step.estimate.vduPicoseconds)
    #expect(layer.waves > 0)
  }
}
