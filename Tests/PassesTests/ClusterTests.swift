import Foundation
import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct ClusterTests {
  private func options(
    _ clusters: Int, _ gain: Options.Gain = .kernel, threads: Int = 1
  ) -> Options {
    var options = Options()
    options.clusters = clusters
    options.gain = gain
    options.threads = threads
    return options
  }

  private func graph() throws -> Graph {
    try Graph(
      parsing: """
        graph "kernels of different size" {
          input %x: float 1x4
          const %w: float 2x4 = [1, -2, 0, 2.1, 100, 0, 210, -200]
          %y = Gemm(%x, %w) {transB = 1}: float 1x2
          output %y
        }
        """)
  }

  @Test func goldenKernelGains() throws {
    try cluster.golden(graph(), "kernel-gains", options(3))
  }

  @Test func goldenLayerGain() throws {
    try cluster.golden(graph(), "layer-gain", options(3, .layer))
  }

  @Test func goldenFewValues() throws {
    try cluster.golden(graph(), "few-values", options(6))
  }

  /// Integers of four bits are a codebook of their own, whatever scales they have.
  @Test func keepsIntegersAndTheirScales() throws {
    let graph = try foldConstants(
      Graph(
        parsing: """
          graph "four bits" {
            input %x: float 1x4
            const %q: int8 2x4 = [1, -7, 0, 3, 7, 0, -2, 5]
            const %s: float 2 = [0.1, 20]
            const %z: int8 2 = [1, -2]
            const %v: int8 4x2 = [1, 2, 3, -4, 0, 6, 7, -7]
            const %t: float scalar = [0.3]
            %w = DequantizeLinear(%q, %s, %z) {axis = 0}: float 2x4
            %u = Transpose(%w): float 4x2
            %a = MatMul(%x, %u): float 1x2
            %k = DequantizeLinear(%v, %t): float 4x2
            %b = MatMul(%x, %k): float 1x2
            %y = Add(%a, %b): float 1x2
            output %y
          }
          """))
    for clusters in [8, 64] {
      let result = try cluster(graph, options(clusters))
      let weights = result.values.elements.compactMap { value -> (Clustered, Constant.Gains?)? in
        guard case .clustered(let clustered)? = value.constant?.base else { return nil }
        return (clustered, value.constant?.gains)
      }
      #expect(weights.count == 2)
      #expect(weights.contains { $0.0.codebook == [-8, -1, 2, 7, 9] })
      #expect(weights.contains { $0.0.codebook == [-7, -4, 1, 2, 3, 6, 7] })
      #expect(weights.contains { $0.1 == Constant.Gains(axis: 1, values: [0.1, 20]) })
      #expect(weights.contains { $0.1 == Constant.Gains(axis: 1, values: [0.3, 0.3]) })
      if clusters == 64 { try result.requireSame(as: graph, seed: 1, within: 1e-6) }
    }
  }

  @Test func saysWhatIntegersLose() throws {
    let size = 16
    var builder = GraphBuilder()
    let x = builder.input("x", [1, size])
    let w = builder.constant("w", [size, size], (0..<size * size).map { Float($0 - 128) })
    builder.output(builder.node("MatMul", "y", [x, w]))
    for (clusters, isExact) in [(255, true), (254, false)] {
      var context = try context(options(clusters, .layer))
      _ = try cluster.run(builder.graph, &context)
      let messages = context.diagnostics.all.map(\.description)
      #expect(messages.isEmpty == isExact)
      if !isExact {
        #expect(
          messages == [
            "node \"y\": note: its integer weights have 255 values beside 0 and keep 254, with an error "
              + "of 0.1 % of their root mean square"
          ])
      }
    }
  }

  @Test func kernelAxes() throws {
    // Each kernel has one magnitude, so gains of kernels make every weight 1 or -1.
    let graph = try Graph(
      parsing: """
        graph "axes" {
          input %x: float 1x2x3x3
          const %conv: float 2x2x1x1 = [1, -1, 3, 3]
          const %transpose: float 2x2x1x1 = [1, 5, -1, 5]
          const %matmul: float 1x1x3x2 = [2, 7, -2, 7, 2, -7]
          const %grouped: float 2x1x1x1 = [2, 6]
          %a = Conv(%x, %conv): float 1x2x3x3
          %b = ConvTranspose(%a, %transpose): float 1x2x3x3
          %c = ConvTranspose(%b, %grouped) {group = 2}: float 1x2x3x3
          %d = MatMul(%c, %matmul): float 1x2x3x2
          output %d
        }
        """)
    let result = try cluster(graph, options(1))
    try result.requireSame(as: try cluster(graph, options(64)), seed: 1, within: 10)
    let gains = result.values.elements.prefix(5).map { $0.constant?.gains }
    #expect(gains[1] == Constant.Gains(axis: 0, values: [1, 3]))
    #expect(gains[2] == Constant.Gains(axis: 1, values: [1, 5]))
    #expect(gains[3] == Constant.Gains(axis: 3, values: [2, 7]))
    // Its kernels are no slices: one centroid has to do.
    #expect(gains[4] == nil)
    #expect(result.values.elements[4].constant?.tensor.floats == [4, 4])
  }

  @Test func refusesWhatIsNotFinite() throws {
    var builder = GraphBuilder()
    let x = builder.input("x", [1, 2])
    let w = builder.constant("w", [2, 2], [1, .nan, 2, 3])
    let v = builder.constant("v", [2, 2], [1, 2, 3, .infinity])
    builder.output(builder.node("MatMul", "b", [builder.node("MatMul", "a", [x, w]), v]))
    #expect(
      try cluster.problems(builder.graph) == [
        "data",
        "node \"a\": error: weight 1 is nan, expected finite numbers",
        "node \"b\": error: weight 3 is inf, expected finite numbers",
      ])
  }

  @Test func refusesImpossibleCodebooks() throws {
    #expect(
      try cluster.problems(graph(), options(0)) == [
        "usage", "--clusters: error: found 0, expected 1 to 255",
      ])
    #expect(try cluster.problems(graph(), options(256)).count == 2)
  }

  @Test(arguments: Options.Gain.allCases, Options.Clustering.allCases)
  func sparsityIsKept(_ gain: Options.Gain, _ clustering: Options.Clustering) {
    withSeed(0..<40) { seed, random in
      let graph = try Graph.random(seed: seed).before(cluster)
      var options = options(1 + random.next(below: 8), gain)
      options.clustering = clustering
      let result = try cluster(graph, options)
      try #require(result.verify().isEmpty)
      options.threads = 3
      try #require(try cluster(graph, options) == result)
      for (before, after) in zip(graph.values.elements, result.values.elements) {
        guard case .clustered(let clustered)? = after.constant?.base,
          case .dense(let dense)? = before.constant?.base
        else { continue }
        try #require(clustered.codebook.count <= options.clusters)
        try #require(clustered.codes.map { $0 == 0 } == dense.floats.map { $0 == 0 })
      }
    }
  }

  /// What is told of the weights before is what they were.
  @Test func tellsWhatWeightsWere() {
    withSeed(0..<40) { seed, random in
      let graph = try Graph.random(seed: seed).before(cluster)
      let result = try cluster(graph, options(1 + random.next(below: 4), .layer))
      for (before, after) in zip(graph.values.elements, result.values.elements) {
        guard case .clustered(let clustered)? = after.constant?.base,
          case .dense(let dense)? = before.constant?.base
        else { continue }
        let found = clustered.tensor().floats
        let noise = zip(dense.floats, found).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
        let signal = dense.floats.reduce(0.0) { $0 + pow(Double($1), 2) }
        let spread = clustered.spread
        guard !spread.counts.isEmpty else {
          try #require(noise == 0)
          continue
        }
        try #require(abs(Double(spread.noise) - noise / signal) <= 1e-4 * noise / signal + 1e-9)
        try #require(spread.counts.reduce(0, +) == UInt32(dense.floats.count { $0 != 0 }))
        let most = dense.floats.reduce(0) { max($0, $1.magnitude) }
        let top = clustered.codebook.reduce(0) { max($0, $1.magnitude) }
        try #require(abs(spread.reach * top - most) <= 1e-5 * most)
        // The parts at the bounds hold the weight of largest magnitude.
        try #require(spread.counts.first! + spread.counts.last! > 0)
      }
    }
  }

  /// A layer that threads share, with kernels along rows or along columns.
  @Test(arguments: [0, 1])
  func largeLayersDoNotDependOnThreads(_ transposed: Int) throws {
    var random = SeededRandom(seed: 1)
    let size = 2100
    let weights = (0..<size * size).map { _ in
      random.next(below: 3) == 0 ? 0 : 2 * random.nextFloat() - 1
    }
    var builder = GraphBuilder()
    let x = builder.input("x", [1, size])
    let w = builder.constant("w", [size, size], weights)
    builder.output(builder.node("Gemm", "y", [x, w], ["transB": .int(Int64(transposed))]))
    let alone = try cluster(builder.graph, options(64, threads: 1))
    #expect(try cluster(builder.graph, options(64, threads: 2)) == alone)
    #expect(try cluster(builder.graph, options(64, threads: 3)) == alone)
  }

  @Test func enoughClustersLoseNothing() {
    withSeed(0..<40) { seed, _ in
      let graph = try Graph.random(seed: seed, sparsity: 0.9).before(cluster)
      let result = try cluster(graph, options(255))
      try result.requireSame(as: graph, seed: seed)
    }
  }
}
