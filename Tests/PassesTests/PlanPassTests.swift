import Compiler
import Foundation
import Graph
import Hardware
import Passes
import Plan
import Support
import Tensor
import TestKit
import Testing

/// The passes from graphs to plans, held to their laws on random networks and odd machines.
@Suite struct PlanPassTests {
  /// The built-in machine with some figures changed, all text replacements.
  private static func machine(_ changes: (String, String)...) throws -> Machine {
    var text = try Machine.named("sonic").text
    for (from, to) in changes {
      try #require(text.contains(from))
      text = text.replacingOccurrences(of: from, with: to)
    }
    return try Machine(yaml: Data(text.utf8), file: "test")
  }

  /// Machines of which nothing divides anything.
  private static let machines = Result {
    [
      try machine(),
      try machine(
        ("units:  {value: 50", "units:  {value: 1"), ("units:  {value: 10", "units:  {value: 1")),
      try machine(
        ("units:  {value: 50", "units:  {value: 7"), ("length: {value: 5,", "length: {value: 3,"),
        ("units:  {value: 10", "units:  {value: 3"), ("length: {value: 50,", "length: {value: 11,")),
      try machine(
        ("capacity:  {value: 512 KB", "capacity:  {value: 1 KB"),
        ("capacity:  {value: 4 MB", "capacity:  {value: 1 KB")),
      try machine(
        ("rows:   {value: 1", "rows:   {value: 3"), ("banks:  {value: 1", "banks:  {value: 2")),
    ]
  }

  /// A random network as it is after each pass over plans.
  private struct Stages {
    /// What it was calibrated with.
    var sample: [String: Tensor]
    var graph: Graph
    var lowered: Plan
    var compressed: Plan
    var tiled: Plan
    var placed: Plan
    var scheduled: Plan

    init(_ random: inout SeededRandom, seed: UInt64, dataflow: Options.Dataflow = .auto) throws {
      let graph = Graph.random(seed: seed)
      var options = Options()
      sample = graph.randomInputs(seed: seed)
      options.samples = [sample]
      options.pack = random.next(below: 2) == 0 ? .kernel : .slice
      options.batchNorm = random.next(below: 2) == 0 ? .optical : .fold
      options.dataflow = dataflow
      let machine = try machines.get().randomElement(using: &random)!
      var context = Context(options: options, machine: machine)
      self.graph = try Standard.pipeline.graph.reduce(graph) { try $1.run($0, &context) }
      lowered = try lower.run(self.graph, &context)
      compressed = try compress.run(lowered, &context)
      tiled = try tile.run(compressed, &context)
      placed = try place.run(tiled, &context)
      scheduled = try schedule.run(placed, &context)
    }

    var all: [Plan] { [lowered, compressed, tiled, placed, scheduled] }
  }

  private func withStages(
    _ count: UInt64, dataflow: Options.Dataflow = .auto, _ body: (Stages) throws -> Void
  ) {
    withSeed(0..<count) { seed, random in
      try body(try Stages(&random, seed: seed, dataflow: dataflow))
    }
  }

  /// What each pass makes of one small network.
  @Test func smallNetwork() throws {
    var builder = GraphBuilder("small")
    let x = builder.input("x", [1, 1, 4, 4])
    let kernels = builder.constant("k", [2, 1, 3, 3], (0..<18).map { Float($0 % 3) - 1 })
    let conv = builder.node("Conv", "conv", [x, kernels], ["pads": .ints([1, 1, 1, 1])])
    let relu = builder.node("Relu", "relu", [conv])
    let rows = builder.node("Reshape", "rows", [relu, builder.constant("shape", [1, 32])])
    let weights = builder.constant("w", [32, 2], (0..<64).map { Float($0 % 4) - 2 })
    builder.output(builder.node("MatMul", "y", [rows, weights]))
    var options = Options()
    options.samples = [builder.graph.randomInputs(seed: 1)]
    var context = try context(options)
    let graph = try Standard.pipeline.graph.reduce(builder.graph) { try $1.run($0, &context) }
    var plan = try lower.run(graph, &context)
    Golden.check(plan.text(isFull: true), "pass/lower/small.txt")
    for pass in Standard.pipeline.plan {
      plan = try pass.run(plan, &context)
      Golden.check(plan.text(isFull: pass.name == "compress"), "pass/\(pass.name)/small.txt")
    }
  }

  @Test func textsGiveThePlansBack() {
    withStages(30) { stages in
      for plan in stages.all { try #require(try Plan(parsing: plan.text(isFull: true)) == plan) }
    }
  }

  /// Whatever parses can be verified, whatever is verified printed.
  @Test func damagedTexts() throws {
    var texts: [[UInt8]] = []
    withStages(6) { stages in
      texts += stages.all.map { [UInt8]($0.text(isFull: true).utf8) }
    }
    fuzz("plan text", texts, alphabet: "0123456789-.,[]{}\"_<=bkp \n", share: 1000) { bytes, _ in
      let plan = try Plan(parsing: String(decoding: bytes, as: UTF8.self))
      if plan.verify() == [] { _ = plan.text(isFull: true) }
    }
  }

  @Test func everyPlanKeepsItsLaws() {
    withStages(60) { stages in
      for plan in stages.all { try #require(plan.verify() == []) }
    }
  }

  @Test func everyNodeBecomesOneStep() {
    withStages(60) { stages in
      let plan = stages.lowered
      try #require(plan.steps.count == stages.graph.nodes.count)
      for (step, node) in zip(plan.steps, stages.graph.nodes) {
        let outputs = node.outputs.compactMap { $0.map { stages.graph.values[$0].name } }
        try #require(plan.writes(step).map { plan.buffers[$0].name } == outputs)
        switch step {
        case .operation(let id): try #require(plan.operations[id].name == node.name)
        case .layer(let id):
          try #require(plan.layers[id].name == node.name)
          let expected = try weights(of: node, in: stages.graph)
          try #require(plan.layers[id].weights.sorted() == expected)
        }
      }
    }
  }

  /// What a node's constant weights are, in ascending order.
  private func weights(of node: Node, in graph: Graph) throws -> [Float] {
    let constants = node.inputs.prefix(2).compactMap { $0.flatMap { graph.values[$0].constant } }
    return try #require(constants.last).tensor.floats.sorted()
  }

  /// For layers that read an input, whose values do not depend on the layers before.
  @Test func nonzerosAreThoseOfTheSample() {
    withStages(60) { stages in
      let plan = stages.lowered
      for layer in plan.layers.elements where plan.inputs.contains(layer.input) {
        let buffer = plan.buffers[layer.input]
        let codes = stages.sample[buffer.name]!.floats.map { buffer.format!.encode($0) }
        let geometry = layer.geometry
        var expected: [UInt32] = []
        for group in 0..<geometry.groups {
          for position in 0..<geometry.positions {
            let indices = (0..<geometry.patch).compactMap {
              geometry.inputIndex(group: group, position: position, element: $0)
            }
            expected.append(UInt32(indices.count { codes[$0] != 0 }))
          }
        }
        try #require(layer.nonzeros == expected)
      }
    }
  }

  @Test func decompressingGivesTheCodesBack() {
    withStages(60) { stages in
      for id in stages.lowered.layers.ids {
        let (before, after) = (stages.lowered.layers[id], stages.compressed.layers[id])
        try #require(after.codes.isEmpty && after.kernels.count == before.geometry.allKernels)
        try #require(after.decompressed == before.codes)
        try #require(after.kernels.survivors.total == before.codes.count { $0 != 0 })
      }
    }
  }

  /// Gaps of every length around those that one byte holds.
  @Test func longGapsAreBridged() {
    for gap in [0, 1, 254, 255, 256, 509, 510, 511, 1000] {
      let codes = [UInt8](repeating: 0, count: gap) + [3] + [UInt8](repeating: 0, count: gap) + [1]
      let kernels = CompressedKernels(codes: codes + codes, patch: codes.count)
      var found: [[Int]] = []
      for kernel in 0..<2 {
        kernels.forEachSurvivor(of: kernel) { found.append([kernel, $0, Int($1)]) }
      }
      let last = 2 * gap + 1
      #expect(found == [[0, gap, 3], [0, last, 1], [1, gap, 3], [1, last, 1]])
    }
  }

  @Test func tilesCoverEveryKernelAtEveryPositionOnce() {
    withStages(80) { stages in
      for layer in stages.tiled.layers.elements {
        try #require(layer.tilings.map(\.dataflow) == [.kernel, .patch])
        for tiling in layer.tilings {
          var done = [Int](
            repeating: 0, count: layer.geometry.allKernels * layer.geometry.positions)
          for tile in tiling.waves.joined() {
            try #require(tile.unit < stages.tiled.machine.array(layer.kind).units)
            for kernel in tile.kernels {
              for position in tile.positions {
                done[kernel * layer.geometry.positions + position] += 1
              }
            }
          }
          try #require(done.allSatisfy { $0 == 1 })
          for wave in tiling.waves {
            try #require(Set(wave.map(\.unit)).count == wave.count)
          }
        }
      }
    }
  }

  /// Half of the parameter memory takes a wave, unless that is one kernel.
  @Test func wavesFitHalfOfTheParameterMemory() {
    withStages(60) { stages in
      let half = stages.tiled.machine.memory.parameters.capacity / 2
      for layer in stages.tiled.layers.elements {
        let largest =
          (0..<layer.geometry.allKernels).map { layer.parameterBytes($0..<$0 + 1) }
          .max() ?? 0
        for wave in layer.tilings.flatMap(\.waves) {
          let kernels = Set(wave.flatMap { Array($0.kernels) })
          let bytes = kernels.reduce(0) { $0 + layer.parameterBytes($1..<$1 + 1) }
          try #require(bytes <= half + largest)
        }
      }
    }
  }

  @Test func livingBuffersDoNotOverlap() {
    withStages(60) { stages in
      let plan = stages.placed
      let lives = plan.lives()
      let capacity = plan.machine.memory.sram.capacity
      var taken: [(Range<Int>, ClosedRange<Int>)] = []
      for id in plan.buffers.ids {
        let buffer = plan.buffers[id]
        guard case .sram(let address)? = buffer.location, let life = lives[id] else {
          try #require(buffer.location == .dram)
          continue
        }
        let range = address..<address + buffer.size
        try #require(buffer.constant == nil && range.upperBound <= capacity)
        try #require(!taken.contains { $0.0.overlaps(range) && $0.1.overlaps(life) })
        taken.append((range, life))
      }
    }
  }

  @Test func whatMainMemoryDoesNotHoldIsRefused() throws {
    let graph = Graph.random(seed: 1)
    var options = Options()
    options.samples = [graph.randomInputs(seed: 1)]
    let text = try Machine.named("sonic").text
    let dram = try #require(text.firstMatch(of: /dram:\n +capacity: +{value: [^,]*,/))
    let machine = try Self.machine((String(dram.output), "dram:\n    capacity: {value: 1 KB,"))
    var context = Context(options: options, machine: machine)
    #expect {
      _ = try Standard.pipeline.run(graph, &context)
    } throws: { error in
      let failure = try #require(error as? Failure)
      return failure.code == .data && "\(failure)".contains("machine's main memory")
    }
  }

  @Test func theFasterTilingIsPicked() {
    withStages(60) { stages in
      for (before, after) in zip(
        stages.placed.layers.elements, stages.scheduled.layers.elements)
      {
        try #require(after.tilings.count == 1)
        try #require(before.tilings.allSatisfy { $0.predicted >= after.tilings[0].predicted })
      }
    }
  }

  @Test(arguments: [Options.Dataflow.kernel, .patch])
  func aForcedDataflowIsTheOnlyOne(_ dataflow: Options.Dataflow) {
    withStages(20, dataflow: dataflow) { stages in
      for layer in stages.tiled.layers.elements {
        try #require(layer.tilings.map(\.dataflow.name) == [dataflow.rawValue])
      }
    }
  }
}

extension Layer {
  /// All weights before `compress`, kernel by kernel.
  fileprivate var weights: [Float] {
    codes.enumerated().map { index, code in
      code == 0 ? 0 : codebook[Int(code) - 1] * gains[index / geometry.patch]
    }
  }

  /// The codes that the survivors stand for.
  fileprivate var decompressed: [UInt8] {
    var codes = [UInt8](repeating: 0, count: geometry.allKernels * geometry.patch)
    for kernel in 0..<kernels.count {
      kernels.forEachSurvivor(of: kernel) { codes[kernel * geometry.patch + $0] = $1 }
    }
    return codes
  }
}
