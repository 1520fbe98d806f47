import Graph
import Reproduction
import Support
import Tensor
import Testing

/// The layouts of the paper's networks against its table.
@Suite struct PaperNetworkTests {
  private static let layouts = PaperNetwork.all.flatMap { network in
    network.layouts.indices.map { (network, $0) }
  }

  @Test(arguments: layouts.indices)
  func publishedCounts(_ index: Int) throws {
    let (network, place) = Self.layouts[index]
    let graph = try network.layouts[place].read()
    #expect(graph.name == network.layouts[place].name)
    let counts = NetworkCounts(graph)
    #expect(counts.parameters == network.parameters)
    #expect(counts.parametersLeft == network.parametersLeft)
    #expect(counts.layersPruned == network.layersPruned)
    #expect(counts.weightsLeft < counts.parametersLeft)
  }

  /// So that what it takes more is for the zeros alone.
  @Test func withoutZerosANetworkComputesTheSame() throws {
    let graph = try PaperNetwork.all[1].layouts[0].read()
    let dense = graph.withoutZeros
    let counts = NetworkCounts(dense)
    #expect(counts.weightsLeft == counts.weights)
    var random = SeededRandom(seed: 1)
    let image = Tensor([1, 3, 32, 32], floats: (0..<3072).map { _ in random.nextFloat() })
    var similarity = Similarity()
    similarity.add(
      try dense.evaluate(["image": image])[0], expected: try graph.evaluate(["image": image])[0])
    #expect(similarity.relativeError < 1e-4)
  }

  @Test func kindsOfLayers() throws {
    let counts = try NetworkCounts(
      Graph(
        parsing: """
          graph "counted" {
            input %x: float 1x1x2x2
            const %w: float 1x1x2x2 = [1, 0, 0, 2]
            const %b: float 1 = [0.5]
            const %m: float 1x2 = [3, 4]
            const %s: int64 2 = [1, 1]
            %c = Conv(%x, %w, %b): float 1x1x1x1
            %f = Reshape(%c, %s): float 1x1
            %y = Gemm(%f, %m): float 1x2
            output %y
          }
          """))
    #expect(counts.parameters == 7 && counts.parametersLeft == 5)
    #expect(counts.weights == 6 && counts.weightsLeft == 4)
    #expect(counts.convolutions == 1 && counts.fullyConnected == 1 && counts.layersPruned == 1)
  }
}
