import Graph
import JSONFrontend
import Support
import Tensor
import TestKit
import Testing

@Suite struct RandomTests {
  /// The tensor that a source of this text makes.
  private func tensor(_ random: String, shape: [Int] = [50, 40]) throws -> [Float] {
    let graph = try model(
      """
      {"format": "sonic-model", "version": 1, "inputs": [], "nodes": [], "outputs": ["w"],
      "constants": {"w": {"type": "float", "shape": \(shape), "random": {\(random)}}}}
      """)
    return try #require(graph.values.elements[0].constant).tensor.floats
  }

  @Test func sparsityIsExact() throws {
    for sparsity in [0, 0.0001, 0.25, 0.5, 0.503799, 0.9, 0.99999, 1] {
      for distribution in ["normal", "uniform"] {
        let floats = try tensor(
          "\"sparsity\": \(sparsity), \"distribution\": \"\(distribution)\", \"scale\": 3")
        #expect(floats.count { $0 == 0 } == Int((sparsity * 2000).rounded()), "\(sparsity)")
      }
    }
  }

  @Test func theSmallestAreThoseThatAreZero() throws {
    let dense = try tensor("\"seed\": 9")
    let sparse = try tensor("\"seed\": 9, \"sparsity\": 0.7")
    let largestPruned = zip(dense, sparse).filter { $1 == 0 }.map { $0.0.magnitude }.max() ?? 0
    for (before, after) in zip(dense, sparse) {
      #expect(after == before || (after == 0 && before.magnitude <= largestPruned))
      #expect(after == 0 || after.magnitude >= largestPruned)
    }
  }

  @Test func seedsGiveTheSameNumbersAlways() throws {
    #expect(try tensor("\"seed\": 1") == tensor("\"seed\": 1, \"scale\": \"he\""))
    #expect(try tensor("\"seed\": 1") != tensor("\"seed\": 2"))
    #expect(try tensor("") == tensor("\"seed\": 0"))
    #expect(try tensor("\"seed\": 1", shape: [3]) == [2.01433229, -0.875262499, -0.835470557])
  }

  @Test func distributionsHaveTheirScale() throws {
    let normal = try tensor("\"scale\": 0.5, \"mean\": 2")
    #expect(abs(normal.reduce(0, +) / 2000 - 2) < 0.05)
    #expect(abs(variance(normal) - 0.25) < 0.02)
    let uniform = try tensor("\"distribution\": \"uniform\", \"scale\": 0.5, \"mean\": 1")
    #expect(uniform.allSatisfy { (0.5..<1.5).contains($0) })
    // He: 2 over the 40 inputs of a kernel.
    #expect(abs(variance(try tensor("")) - 0.05) < 0.005)
    #expect(abs(variance(try tensor("\"distribution\": \"uniform\"")) - 0.05) < 0.005)
  }

  private func variance(_ floats: [Float]) -> Float {
    let mean = floats.reduce(0, +) / Float(floats.count)
    return floats.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Float(floats.count)
  }
}

@Suite struct PruningTests {
  @Test func zeroesTheSmallestAndTheFirstOfEquals() {
    var floats: [Float] = [3, -1, 1, 0, -2, 1]
    floats.zeroSmallest(3)
    #expect(floats == [3, 0, 0, 0, -2, 1])
  }

  @Test func agreesWithSorting() {
    withSeed(0..<200) { _, random in
      let count = random.next(below: 60)
      let floats = (0..<count).map { _ in Float(random.next(below: 20)) * random.nextNormal() }
      let zeros = random.next(below: count + 1)
      let order = floats.indices.sorted { (floats[$0].magnitude, $0) < (floats[$1].magnitude, $1) }
      var expected = floats
      for i in order.prefix(zeros) { expected[i] = 0 }
      var pruned = floats
      pruned.zeroSmallest(zeros)
      try #require(pruned == expected)
    }
  }
}
