import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Pooling against its definitions.
@Suite struct PoolingTests {
  @Test(arguments: 0..<40) func poolsAreTheirDefinitions(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let g = Geometry(rank: 1 + random.next(below: 3), &random)
    let x = GraphTests.random(Shape([2, 3] + g.input), &random)
    let shape = Shape([2, 3] + g.output)
    let inputs = g.input.reduce(1, *)
    func expected(_ reduce: ([Float]) -> Float) -> Tensor {
      let floats = (0..<6).flatMap { plane in
        g.sources.map { sources in
          reduce(sources.compactMap { $0 }.map { x.floats[plane * inputs + $0] })
        }
      }
      return Tensor(shape, floats: floats)
    }
    let attributes = OrderedDictionary(
      uniqueKeysWithValues: g.attributes + [("kernel_shape", ints(g.kernel))])
    let comment: Comment = "seed \(seed): \(g)"
    let maxima = try call("MaxPool", [x], attributes, outputs: 2)
    let largest = expected { $0.max() ?? -.infinity }
    #expect(maxima[0] == largest, comment)
    let picked = maxima[1].ints.map { $0 < 0 ? -.infinity : x.floats[Int($0)] }
    #expect(picked == largest.floats, comment)
    let means = expected { $0.isEmpty ? 0 : $0.reduce(0, +) / Float($0.count) }
    #expect(try call("AveragePool", [x], attributes)[0] == means, comment)
    let taps = Float(g.kernel.reduce(1, *))
    #expect(
      try call("AveragePool", [x], attributes.merging(["count_include_pad": .int(1)]) { $1 })[0]
        == expected { $0.reduce(0, +) / taps }, comment)
    expectClose(
      try call("LpPool", [x], attributes)[0],
      expected { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }, comment)
    expectClose(
      try call("LpPool", [x], attributes.merging(["p": .int(3)]) { $1 })[0],
      expected { Elementary.pow($0.reduce(0) { $0 + abs($1 * $1 * $1) }, 1.0 / 3) }, comment)
  }

  @Test func roundingUpDropsWindowsThatStartInThePadding() throws {
    let x = Tensor([1, 1, 5], floats: [1, 2, 3, 4, 5])
    func sizes(_ kernel: Int, _ stride: Int, _ pads: [Int]) throws -> [Float] {
      try call(
        "MaxPool", [x],
        [
          "kernel_shape": ints([kernel]), "strides": ints([stride]), "pads": ints(pads),
          "ceil_mode": .int(1),
        ])[0].floats
    }
    #expect(try sizes(2, 2, [0, 0]) == [2, 4, 5])
    #expect(try sizes(1, 2, [0, 1]) == [1, 3, 5])
    #expect(try sizes(2, 3, [1, 1]) == [1, 4])
    #expect(
      try call(
        "AveragePool", [x],
        [
          "kernel_shape": ints([2]), "strides": ints([2]), "ceil_mode": .int(1),
          "count_include_pad": .int(1),
        ])[0].floats == [1.5, 3.5, 5])
  }

  @Test func indicesInEitherOrder() throws {
    let x = Tensor([2, 1, 2, 3], floats: [0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 9])
    func indices(_ order: Int64) throws -> [Int64] {
      try call(
        "MaxPool", [x], ["kernel_shape": ints([2, 3]), "storage_order": .int(order)], outputs: 2)[1]
        .ints
    }
    #expect(try indices(0) == [4, 11])
    #expect(try indices(1) == [3, 11])
  }

  @Test func integersArePooledToo() throws {
    let x = Tensor([1, 1, 3], ints: [3, 200, 7], type: .uint8)
    let found = try call("MaxPool", [x], ["kernel_shape": ints([2])])[0]
    #expect(found == Tensor([1, 1, 2], ints: [200, 200], type: .uint8))
  }

  @Test func wholeChannels() throws {
    let x = Tensor([1, 2, 2, 2], floats: [1, 2, 3, 4, -3, 0, 4, 0])
    #expect(try call("GlobalAveragePool", [x])[0].floats == [2.5, 0.25])
    #expect(try call("GlobalMaxPool", [x])[0].floats == [4, 4])
    #expect(try call("GlobalLpPool", [x], ["p": .int(1)])[0].floats == [10, 7])
    #expect(try call("GlobalLpPool", [x])[0].floats[1] == 5)
    #expect(try call("GlobalAveragePool", [zeros(1, 1, 0)])[0].floats == [0])
  }

  @Test func refusals() throws {
    let x = zeros(1, 1, 4)
    #expect(refusal("MaxPool", [x]) == "attribute kernel_shape is missing")
    #expect(
      refusal("MaxPool", [x], ["kernel_shape": ints([0])])
        == "kernel size: found 0, expected 1 to 1073741824")
    #expect(
      refusal("MaxPool", [x], ["kernel_shape": ints([1, 1])])
        == "found a kernel of 2 axes over 1 spatial axes, expected as many, at least 1")
    #expect(
      refusal("AveragePool", [x], ["kernel_shape": ints([5])])
        == "a window of 5 elements does not fit the 4 elements of the padded input along spatial "
        + "axis 0")
    #expect(
      refusal("LpPool", [x], ["kernel_shape": ints([1]), "p": .int(0)])
        == "attribute p: found 0, expected 1 to 1073741824")
    #expect(
      refusal("MaxPool", [zeros(2, 2)], ["kernel_shape": ints([1])])
        == "input X: found 2x2, expected at least rank 3")
    #expect(
      refusal("MaxPool", [Tensor([1, 1, 1], ints: [1], type: .bool)], ["kernel_shape": ints([1])])
        == "input X: found bool, expected numbers")
    #expect(
      refusal("MaxPool", [zeros(1, 1, 1, 1)], ["kernel_shape": ints([1 << 30, 1 << 30])])?
        .hasPrefix("found sizes [1073741824, 1073741824]") == true)
  }
}
