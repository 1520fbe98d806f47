import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Normalizations against their definitions.
@Suite struct NormalizationTests {
  @Test func batchNormalizationScalesChannels() throws {
    let x = Tensor([1, 2, 2], floats: [1, 2, 3, 4])
    let found = try call(
      "BatchNormalization",
      [
        x, Tensor([2], floats: [2, 3]), Tensor([2], floats: [10, 20]), Tensor([2], floats: [1, 4]),
        Tensor([2], floats: [4, 1]),
      ], ["epsilon": .float(0)])[0]
    #expect(found.floats == [10, 11, 17, 20])
  }

  @Test func blocksHaveMeanZeroAndVarianceOne() throws {
    var random = SeededRandom(seed: 7)
    let x = GraphTests.random([2, 4, 3, 5], &random)
    let (one, zero) = (Tensor([4], floats: [1, 1, 1, 1]), zeros(4))
    let instances = try call("InstanceNormalization", [x, one, zero])[0]
    let groups = try call("GroupNormalization", [x, one, zero], ["num_groups": .int(2)])[0]
    let layers = try call("LayerNormalization", [x, ones(4, 3, 5)], ["axis": .int(1)])[0]
    for (tensor, size) in [(instances, 15), (groups, 30), (layers, 60)] {
      for start in stride(from: 0, to: tensor.count, by: size) {
        let block = tensor.floats[start..<(start + size)]
        #expect(abs(block.reduce(0, +)) < 1e-4)
        #expect(abs(block.reduce(0) { $0 + $1 * $1 } / Float(size) - 1) < 1e-3)
      }
    }
  }

  @Test func scalesAndBiasesGoToTheirElements() throws {
    // Two elements at distance 2 are standardized to -1 and 1.
    let x = Tensor([1, 2, 2], floats: [0, 2, 5, 7])
    let (scale, bias) = (Tensor([2], floats: [1, 10]), Tensor([2], floats: [100, 200]))
    let exact: Attribute = .float(0)
    #expect(
      try call("InstanceNormalization", [x, scale, bias], ["epsilon": exact])[0].floats
        == [99, 101, 190, 210])
    let layers = try call("LayerNormalization", [x, scale, bias], ["epsilon": exact], outputs: 3)
    #expect(layers[0].floats == [99, 210, 99, 210])
    #expect(layers[1] == Tensor([1, 2, 1], floats: [1, 6]))
    #expect(layers[2] == Tensor([1, 2, 1], floats: [1, 1]))
  }

  @Test func localResponse() throws {
    let x = Tensor([1, 4, 1], floats: [1, 2, 3, 4])
    let found = try call(
      "LRN", [x], ["size": .int(2), "alpha": .float(2), "beta": .float(1), "bias": .float(0)])[0]
    // An even size reaches one channel further up than down.
    #expect(found.floats == [0.2, 2.0 / 13, 0.12, 0.25])
    let usual = try call("LRN", [x], ["size": .int(5), "alpha": .float(5), "beta": .float(0.75)])[0]
    // 1 + 1 + 4 + 9 = 15, to the power of 3/4.
    #expect(abs(usual.floats[0] - 0.131199) < 1e-6)
  }

  @Test func norms() throws {
    let x = Tensor([2, 2], floats: [3, 0, -4, 0])
    #expect(try call("LpNormalization", [x], ["axis": .int(0)])[0].floats == [0.6, 0, -0.8, 0])
    #expect(try call("LpNormalization", [x], ["p": .int(1)])[0].floats == [1, 0, -1, 0])
  }

  @Test func meansAndVariancesOverAxes() throws {
    let x = Tensor([2, 2, 1, 1], floats: [1, 10, 3, 30])
    let found = try call("MeanVarianceNormalization", [x])[0]
    expectClose(found, Tensor([2, 2, 1, 1], floats: [-1, -1, 1, 1]), "over all but channels")
  }

  @Test func emptyTensors() throws {
    #expect(try call("LRN", [zeros(1, 0, 2)], ["size": .int(1)])[0].count == 0)
    #expect(
      try call("InstanceNormalization", [zeros(2, 3, 0), zeros(3), zeros(3)])[0].count == 0)
    #expect(try call("LayerNormalization", [zeros(2, 0), zeros(0)], outputs: 3)[1].count == 2)
    #expect(try call("LpNormalization", [zeros(2, 0)])[0].count == 0)
  }

  @Test func refusals() throws {
    let x = zeros(1, 4, 2)
    #expect(
      refusal("InstanceNormalization", [x, zeros(4), zeros(3)])
        == "input B: found float 3, expected 4 floats")
    #expect(
      refusal("GroupNormalization", [x, zeros(4), zeros(4)], ["num_groups": .int(3)])
        == "attribute num_groups: found 3, expected a divisor of 4 channels")
    #expect(
      refusal("LayerNormalization", [x, zeros(4)]) == "input Scale: found 4, expected 2")
    #expect(
      refusal(
        "BatchNormalization", [x, zeros(4), zeros(4), zeros(4), zeros(4)],
        ["training_mode": .int(1)])
        == "attribute training_mode: found 1, expected 0 (inference)")
    #expect(
      refusal("LRN", [x], ["size": .int(0)])
        == "attribute size: found 0, expected 1 to 1073741824")
    #expect(
      refusal("LpNormalization", [x], ["p": .int(0)])
        == "attribute p: found 0, expected 1 to 1073741824")
    #expect(
      refusal("LpNormalization", [x], ["axis": .int(3)]) == "found axis 3, expected -3 to 2")
  }

  private func ones(_ sizes: Int...) -> Tensor {
    Tensor(Shape(sizes), floats: [Float](repeating: 1, count: Shape(sizes).count))
  }
}
