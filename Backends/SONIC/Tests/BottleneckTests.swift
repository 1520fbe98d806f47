import Compiler
import Foundation
import Graph
import Hardware
import SONICBackend
import Simulation
import Support
import Tensor
import TestKit
import Testing

/// What reports say limits a program, against machines that are changed that way.
@Suite struct BottleneckTests {
  private func report(_ runnable: Runnable) -> Report {
    Report(runnable, Execution.estimate(runnable), .expected, samples: 1)
  }

  @Test func partsAddUpToTheLatency() throws {
    withSeed(0..<40) { seed, random in
      let graph = Graph.random(seed: seed)
      let options = DifferentialTests.options(
        &random, samples: [graph.randomInputs(seed: seed)])
      let runnable = try Runnable(try Compiled(graph, options: options).program)
      let bottleneck = try #require(report(runnable).bottleneck)
      let sum = bottleneck.parts.reduce(0) { $0 + $1.picoseconds }
      #expect(sum == Execution.estimate(runnable).latency.count)
      #expect(bottleneck.parts.allSatisfy { $0.picoseconds >= 0 })
    }
  }

  /// The same text of a program with another machine in it gives the latency that was foretold.
  @Test func changesAreWhatTheChangedMachineTakes() throws {
    withSeed(0..<12) { seed, random in
      let graph = Graph.random(seed: seed)
      let options = DifferentialTests.options(
        &random, samples: [graph.randomInputs(seed: seed)])
      let program = try Compiled(graph, options: options).program
      let runnable = try Runnable(program)
      let now = Double(report(runnable).latencyPicoseconds)
      for change in try #require(report(runnable).bottleneck).changes {
        var changed = program
        changed.machine = try machine(program.machine, change.settings)
        let latency = report(try Runnable(changed)).latencyPicoseconds
        #expect(latency == change.latencyPicoseconds, "\(change.name)")
        #expect(abs(change.speedup * Double(latency) - now) <= 1e-9 * now, "\(change.name)")
      }
    }
  }

  /// Compiled for the changed machine, a network takes what was foretold, or less: then the tiling fits
  /// that machine better.
  @Test(arguments: ["sonic", "sonic-waiting"])
  func compiledAnewItComesTrue(name: String) throws {
    let graph = Self.network()
    let runnable = try Runnable(try Compiled(graph, machine: name).program)
    let bottleneck = try #require(report(runnable).bottleneck)
    let best = try #require(bottleneck.changes.first)
    #expect(best.speedup > 1.05)
    for change in bottleneck.changes {
      let changed = try machine(runnable.program.machine, change.settings)
      let latency = report(
        try Runnable(try Compiled(graph, options: Options(), on: changed).program)
      )
      .latencyPicoseconds
      let share = Double(latency) / Double(change.latencyPicoseconds)
      #expect(share < 1.02, "\(change.name): \(share)")
    }
  }

  /// Several vectors at a time: each imprint waits for its own last one.
  @Test(arguments: [1, 3, 7])
  func tuningIsWholeImprints(rows: Int) throws {
    let machine = try machine(
      .named("sonic"), ["conv.rows=\(rows)", "fc.rows=\(rows)"])
    var options = Options()
    options.dataflow = .kernel
    let runnable = try Runnable(
      try Compiled(Self.network(), options: options, on: machine).program)
    let parts = try #require(report(runnable).bottleneck).parts
    let times = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.picoseconds) })
    // 250 ps for the DAC and 20 ns for the ring; a vector each 330 ps; 14,556 ps to the end.
    #expect(try #require(times["tuning"]).isMultiple(of: 20_250))
    #expect(try #require(times["streaming"]).isMultiple(of: 330))
    #expect(try #require(times["draining"]).isMultiple(of: 14_556))
  }

  @Test func theSentenceNamesWhatHelps() throws {
    let waiting = try Compiled(Self.network(), machine: "sonic-waiting").program
    let bottleneck = try #require(report(try Runnable(waiting)).bottleneck)
    #expect(bottleneck.parts.first?.name == "streaming")
    #expect(bottleneck.sentence.contains("streaming at the pace of the ADC"))
    #expect(bottleneck.sentence.contains("a second ADC at each VDU would give 1."))
  }

  private func machine(_ machine: Machine, _ settings: [String]) throws -> Machine {
    let pairs = settings.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    return try machine.setting(pairs.map { ($0[0], $0[1]) }, name: machine.name)
  }

  /// Two convolutions and a fully connected layer, half of the weights zero.
  private static func network() -> Graph {
    var builder = GraphBuilder("bottleneck")
    var random = SeededRandom(seed: 5)
    func weights(_ count: Int) -> [Float] {
      (0..<count).map { _ in
        random.next(below: 2) == 0 ? 0 : Float(random.next(below: 255)) / 128 - 1
      }
    }
    let image = builder.input("image", [1, 3, 16, 16])
    let first = builder.constant("w1", [16, 3, 3, 3], weights(432))
    let second = builder.constant("w2", [32, 16, 3, 3], weights(4_608))
    let third = builder.constant("w3", [6_272, 10], weights(62_720))
    let conv1 = builder.node("Conv", "conv1", [image, first], ["pads": .ints([1, 1, 1, 1])])
    let relu1 = builder.node("Relu", "relu1", [conv1])
    let conv2 = builder.node("Conv", "conv2", [relu1, second])
    let flat = builder.node("Flatten", "flat", [builder.node("Relu", "relu2", [conv2])])
    builder.output(builder.node("MatMul", "scores", [flat, third]))
    return builder.graph
  }
}
