import Compiler
import Exploration
import Graph
import Hardware
import Reproduction
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// What a prepared network says of a machine is what compiling for it and estimating says, all of it.
@Suite struct DifferentialTests {
  private static let figures: [(path: String, values: [String])] = [
    ("conv.length", ["1", "2", "5", "9", "30"]), ("conv.units", ["1", "3", "50"]),
    ("conv.rows", ["1", "5"]), ("conv.banks", ["1", "2"]), ("fc.length", ["1", "7", "50"]),
    ("fc.units", ["1", "10", "40"]), ("fc.rows", ["1", "3"]),
    ("devices.adc.interval", ["0.33 ns", "14 ns"]), ("devices.tuning.latency", ["1 ns", "20 ns"]),
    ("devices.gates-dac", ["true", "false"]), ("devices.gates-vcsel", ["true", "false"]),
    ("devices.arms", ["1", "2"]), ("memory.dram.bandwidth", ["0 GB/s", "1 GB/s", "25.6 GB/s"]),
    ("memory.parameters.capacity", ["1 KB", "512 KB"]), ("memory.sram.capacity", ["1 KB", "4 MB"]),
    ("control.lanes", ["1", "256"]),
  ]

  /// A machine with some other figures.
  private static func machine(_ random: inout SeededRandom) throws -> Machine {
    var values: [(path: String, value: String)] = []
    for (path, choices) in figures where random.next(below: 2) == 0 {
      values.append((path, choices[random.next(below: choices.count)]))
    }
    return try Machine.named("sonic").setting(values, name: "other")
  }

  private static func pick<Value>(_ values: [Value], _ random: inout SeededRandom) -> Value {
    values[random.next(below: values.count)]
  }

  private func check(
    _ graph: Graph, _ options: Options, machines: Int, _ random: inout SeededRandom
  ) throws {
    let prepared = try PreparedNetwork(graph, options, on: Machine.named("sonic"))
    for _ in 0..<machines {
      let machine = try Self.machine(&random)
      var options = options
      options.pack = Self.pick([.kernel, .slice], &random)
      options.dataflow = Self.pick([.auto, .kernel, .patch], &random)
      var expected = try Networks.estimate(graph, options, on: machine)
      // Of which a search knows nothing.
      expected.bottleneck = nil
      try #require(try prepared.report(on: machine, options).json == expected.json)
    }
  }

  @Test func randomNetworks() {
    withSeed(0..<40) { seed, random in
      let graph = Graph.random(seed: seed)
      var options = Options()
      options.samples = [graph.randomInputs(seed: seed)]
      options.pruning = Self.pick([nil, .fraction(0.8)], &random)
      options.clusters = Self.pick([3, 64], &random)
      try check(graph, options, machines: 5, &random)
    }
  }

  @Test func paperNetworks() throws {
    let networks = PaperNetwork.all.filter { $0.parameters < 1_000_000 }
    try #require(networks.count == 2)
    withSeed(0..<2) { seed, random in
      let network = networks[Int(seed)]
      let graph = try network.layouts[0].read()
      let (input, picture) = graph.randomPicture
      var options = Options()
      options.clusters = network.clusters
      options.samples = [[input: picture]]
      try check(graph, options, machines: 3, &random)
    }
  }

  /// Weights that are not known before a program runs, and none that calibration has seen.
  @Test func attention() throws {
    let graph = try Graph(
      parsing: """
        graph "attention" {
          input %q: float 2x3x40
          input %k: float 2x40x7
          %s = MatMul(%q, %k)
          %p = Softmax(%s)
          output %p
        }
        """)
    withSeed(0..<5) { _, random in
      var options = Options()
      options.attention = .vdu
      try check(graph, options, machines: 5, &random)
      // Only the machine keeps it from running.
      var prepared = try Machine.named("sonic")
      prepared.fc.takesActivationsAsWeights = false
      let network = try PreparedNetwork(graph, options, on: prepared)
      _ = try network.report(on: Machine.named("sonic"), options)
      #expect(throws: Failure.self) { try network.report(on: prepared, options) }
    }
  }
}
