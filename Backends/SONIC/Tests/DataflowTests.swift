import Compiler
import Foundation
import Graph
import Hardware
import Plan
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// The choice of what stays on the rings, on layers that run alone on what they were calibrated with:
/// there the prediction is exact.
@Suite struct DataflowTests {
  /// What a layer took, and what `tile` said that it would.
  private struct Outcome {
    var dataflow: Dataflow
    var predicted: Picoseconds
    var latency: Picoseconds

    init(_ graph: Graph, _ inputs: [String: Tensor], _ options: Options, on machine: Machine) throws
    {
      let compiled = try Compiled(graph, options: options, on: machine)
      let tiling = try #require(compiled.plan.layers.elements.first?.tilings.first)
      dataflow = tiling.dataflow
      predicted = tiling.predicted
      var execution = Execution(try Runnable(compiled.program))
      latency = try execution.run(compiled.inputs(inputs)).account.latency
    }
  }

  /// The built-in machine; one that waits for its converters; one of few units with two banks, whose
  /// memory takes a few kernels at a time.
  private static let machines = Result {
    var text = try Machine.named("sonic").text
    for (from, to) in [
      ("units:  {value: 50", "units:  {value: 7"), ("banks:  {value: 1", "banks:  {value: 2"),
      ("rows:   {value: 1", "rows:   {value: 3"),
      ("capacity:  {value: 512 KB", "capacity:  {value: 2 KB"),
    ] {
      try #require(text.contains(from))
      text = text.replacingOccurrences(of: from, with: to)
    }
    let odd = try Machine(yaml: Data(text.utf8), file: "odd")
    return [try Machine.named("sonic"), try Machine.named("sonic-waiting"), odd]
  }

  @Test func theChoiceIsNeverTheSlowerOne() throws {
    var picked: Set<Dataflow> = []
    withSeed(0..<120) { seed, random in
      let graph = Graph.layer(&random)
      let inputs = graph.patchyInputs(&random)
      var options = DifferentialTests.options(&random, samples: [inputs])
      let machine = try Self.machines.get().randomElement(using: &random)!
      func outcome(_ dataflow: Options.Dataflow) throws -> Outcome {
        options.dataflow = dataflow
        return try Outcome(graph, inputs, options, on: machine)
      }
      let (auto, kernel, patch) = (
        try outcome(.auto), try outcome(.kernel), try outcome(.patch)
      )
      try #require(auto.latency == min(kernel.latency, patch.latency))
      // All that comes before and after the tiles takes as long either way.
      try #require(
        kernel.latency - kernel.predicted == patch.latency - patch.predicted)
      picked.insert(auto.dataflow)
    }
    #expect(picked == [.kernel, .patch])
  }

  @Test func noneOfThePaddingIsExpectedToBeNonzero() throws {
    withSeed(0..<60) { seed, random in
      let graph = Graph.layer(&random)
      var options = Options()
      options.samples = [graph.patchyInputs(&random)]
      let plan = try Compiled(graph, options: options).plan
      let geometry = try #require(plan.layers.elements.first).geometry
      for position in 0..<geometry.positions {
        let inside = (0..<geometry.patch).count {
          geometry.inputIndex(group: 0, position: position, element: $0) != nil
        }
        try #require(geometry.expectedNonzeros(at: position, density: 1) == inside)
      }
    }
  }
}

extension Graph {
  /// A random convolution or matrix product, of a size at which either dataflow may be faster.
  fileprivate static func layer(_ random: inout SeededRandom) -> Graph {
    var builder = GraphBuilder("layer")
    func weights(_ shape: Shape) -> Tensor {
      Tensor(shape, floats: (0..<shape.count).map { _ in random.sparse(0.6) })
    }
    if random.next(below: 3) == 0 {
      let (rows, depth) = (1 + random.next(below: 8), 1 + random.next(below: 300))
      let x = builder.input("x", [rows, depth])
      let w = builder.constant("w", weights([depth, 1 + random.next(below: 60)]))
      builder.output(builder.node("MatMul", "y", [x, w]))
      return builder.graph
    }
    let groups = [1, 1, 1, 2, 3][random.next(below: 5)]
    let channels = 1 + random.next(below: 24)
    let kernels = groups * (1 + random.next(below: 40))
    let size = 1 + random.next(below: 3)
    let plane = 2 * size - 1 + random.next(below: 8)
    func numbers(_ count: Int, _ least: Int, _ most: Int) -> Attribute {
      Attribute.ints((0..<count).map { _ in Int64(least + random.next(below: most - least + 1)) })
    }
    let x = builder.input("x", [1 + random.next(below: 2), groups * channels, plane, plane])
    let w = builder.constant("w", weights([kernels, channels, size, size]))
    builder.output(
      builder.node(
        "Conv", "y", [x, w],
        [
          "group": .int(Int64(groups)), "pads": numbers(4, 0, size - 1),
          "strides": numbers(2, 1, 2), "dilations": numbers(2, 1, 2),
        ]))
    return builder.graph
  }

  /// Inputs that are denser in some places than in others, with magnitudes that a code rounds to zero
  /// among them.
  fileprivate func patchyInputs(_ random: inout SeededRandom) -> [String: Tensor] {
    let shape = values[inputs[0]].shape!
    let period = 1 + random.next(below: 9)
    let densities = (0..<period).map { _ in random.nextFloat() }
    let floats = (0..<shape.count).map { index in
      let value = random.sparse(densities[index % period])
      return random.next(below: 8) == 0 ? value * 1e-5 : value
    }
    return [values[inputs[0]].name: Tensor(shape, floats: floats)]
  }
}

extension SeededRandom {
  /// Close to normal (0, 1) with the chance of `density`, else zero.
  fileprivate mutating func sparse(_ density: Float) -> Float {
    let isZero = nextFloat() >= density
    let value = nextNormal()
    return isZero ? 0 : value
  }
}
