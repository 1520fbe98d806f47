import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Conv and ConvTranspose against their definitions, over geometries drawn at random.
@Suite struct ConvolutionTests {
  struct Layer {
    var geometry: Geometry
    var batch: Int
    var groups: Int
    /// Channels and kernels of a group.
    var channels: Int
    var kernels: Int

    init(_ random: inout SeededRandom) {
      geometry = Geometry(rank: 1 + random.next(below: 3), &random)
      batch = 1 + random.next(below: 2)
      groups = 1 + random.next(below: 3)
      channels = 1 + random.next(below: 3)
      kernels = 1 + random.next(below: 3)
    }

    var attributes: OrderedDictionary<String, Attribute> {
      OrderedDictionary(
        uniqueKeysWithValues: geometry.attributes + [("group", .int(Int64(groups)))])
    }
  }

  @Test(arguments: 0..<60) func convIsItsDefinition(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let layer = Layer(&random)
    let (g, groups) = (layer.geometry, layer.groups)
    let x = GraphTests.random(Shape([layer.batch, groups * layer.channels] + g.input), &random)
    let w = GraphTests.random(Shape([groups * layer.kernels, layer.channels] + g.kernel), &random)
    let b = GraphTests.random(Shape([groups * layer.kernels]), &random)
    let (inputs, taps) = (g.input.reduce(1, *), g.kernel.reduce(1, *))
    var expected: [Float] = []
    for image in 0..<layer.batch {
      for kernel in 0..<(groups * layer.kernels) {
        for sources in g.sources {
          var sum = b.floats[kernel]
          for channel in 0..<layer.channels {
            let plane = (image * groups + kernel / layer.kernels) * layer.channels + channel
            for (tap, source) in sources.enumerated() {
              guard let source else { continue }
              sum +=
                x.floats[plane * inputs + source]
                * w.floats[(kernel * layer.channels + channel) * taps + tap]
            }
          }
          expected.append(sum)
        }
      }
    }
    let found = try call("Conv", [x, w, b], layer.attributes)[0]
    let shape = Shape([layer.batch, groups * layer.kernels] + g.output)
    expectClose(found, Tensor(shape, floats: expected), "seed \(seed): \(g)")
  }

  /// <Conv(x), y> = <x, ConvTranspose(y)> for the same weights is what "transpose" means.
  @Test(arguments: 0..<60) func convTransposeIsTheTranspose(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let layer = Layer(&random)
    let (g, groups) = (layer.geometry, layer.groups)
    let x = GraphTests.random(Shape([layer.batch, groups * layer.channels] + g.input), &random)
    let w = GraphTests.random(Shape([groups * layer.kernels, layer.channels] + g.kernel), &random)
    let y = GraphTests.random(Shape([layer.batch, groups * layer.kernels] + g.output), &random)
    let forward = try call("Conv", [x, w], layer.attributes)[0]
    // What the strides of Conv leave over at the end.
    var attributes = layer.attributes
    attributes["output_padding"] = ints(
      g.input.indices.map {
        let extent = (g.kernel[$0] - 1) * g.dilations[$0] + 1
        return (g.input[$0] + g.begin[$0] + g.end[$0] - extent) % g.strides[$0]
      })
    let backward = try call("ConvTranspose", [y, w], attributes)[0]
    #expect(backward.shape == x.shape, "seed \(seed): \(g)")
    let left = zip(forward.floats, y.floats).reduce(0) { $0 + $1.0 * $1.1 }
    let right = zip(x.floats, backward.floats).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(left - right) < 1e-3 * (1 + abs(left)), "seed \(seed): \(g)")
  }

  @Test func largeConvolutionRunsInBlocks() throws {
    // 9000 x 1024 patches are more than one block of 4 Mi elements.
    var random = SeededRandom(seed: 1)
    let x = GraphTests.random([1, 1000, 34, 34], &random)
    let w = GraphTests.random([1, 1000, 3, 3], &random)
    let found = try call("Conv", [x, w])[0]
    var corner: Float = 0
    for channel in 0..<1000 {
      for tap in 0..<9 {
        corner +=
          x.floats[channel * 1156 + (31 + tap / 3) * 34 + 31 + tap % 3]
          * w.floats[channel * 9 + tap]
      }
    }
    #expect(abs(found.floats[1023] - corner) < 1e-2)
  }

  @Test func automaticPadding() throws {
    let x = Tensor([1, 1, 4], floats: [1, 2, 3, 4])
    let w = Tensor([1, 1, 2], floats: [1, 10])
    func conv(_ mode: String, stride: Int = 1) throws -> [Float] {
      try call("Conv", [x, w], ["auto_pad": .string(mode), "strides": ints([stride])])[0].floats
    }
    #expect(try conv("VALID") == [21, 32, 43])
    #expect(try conv("SAME_UPPER") == [21, 32, 43, 4])
    #expect(try conv("SAME_LOWER") == [10, 21, 32, 43])
    #expect(try conv("SAME_UPPER", stride: 3) == [21, 4])
    let same: OrderedDictionary<String, Attribute> = [
      "auto_pad": .string("SAME_UPPER"), "strides": ints([2]),
    ]
    let wide = Tensor([1, 1, 3], floats: [1, 10, 100])
    #expect(
      try call("ConvTranspose", [x, wide], same)[0].floats == [1, 10, 102, 20, 203, 30, 304, 40])
    #expect(
      try call("ConvTranspose", [x, w], ["output_shape": ints([7])])[0].floats
        == [1, 12, 23, 34, 40, 0, 0])
  }

  @Test func refusals() throws {
    let (x, w) = (zeros(1, 2, 5, 5), zeros(4, 2, 3, 3))
    func conv(_ name: String, _ value: Attribute) throws -> String? {
      refusal("Conv", [x, w], [name: value])
    }
    #expect(
      try conv("strides", ints([0, 1])) == "attribute strides: found 0, expected 1 to 1073741824")
    #expect(
      try conv("pads", ints([0, 0, -1, 0])) == "attribute pads: found -1, expected 0 to 1073741824")
    #expect(try conv("pads", ints([0, 0])) == "attribute pads: found 2 values, expected 4")
    #expect(
      try conv("dilations", ints([1, .max]))
        == "attribute dilations: found 9223372036854775807, expected 1 to 1073741824")
    #expect(
      try conv("dilations", ints([1, 1 << 30]))
        == "a window of 2147483649 elements does not fit the 5 elements of the padded input along "
        + "spatial axis 1")
    #expect(
      try conv("group", .int(0)) == "attribute group: found 0, expected 1 to 1073741824")
    #expect(
      try conv("group", .int(2))
        == "found input 1x2x5x5, kernels 4x2x3x3 and 2 groups, expected the channels and the "
        + "kernels to be shared among the groups")
    #expect(
      try conv("kernel_shape", ints([5, 5]))
        == "attribute kernel_shape: found [5, 5], expected [3, 3] as input W has")
    #expect(
      try conv("pads", ints([1 << 30, 1 << 30, 0, 0]))?.hasPrefix("found sizes [1, 4, 1073741827")
        == true)
    #expect(refusal("Conv", [x, w, zeros(3)]) == "input B: found float 3, expected 4 floats")
    #expect(
      refusal("Conv", [zeros(1, 2), w]) == "input X: found 1x2, expected at least rank 3")
    #expect(refusal("Conv", [x, zeros(4, 2, 3)]) == "input W: found 4x2x3, expected rank 4")
    #expect(
      refusal("Conv", [Tensor([1, 1, 1], ints: [1]), w])
        == "input X: found int64, expected floats")
    #expect(
      refusal("ConvTranspose", [zeros(1, 4, 5, 5), w], ["pads": ints([9, 0, 9, 0])])
        == "the output would have -11 elements along spatial axis 0")
    #expect(
      refusal("ConvTranspose", [zeros(1, 4, 5, 5), w], ["strides": ints([1 << 30, 1 << 30])])?
        .hasPrefix("found sizes [1, 2, 4294967299") == true)
    #expect(
      refusal("ConvTranspose", [x, w])
        == "found input 1x2x5x5, kernels 4x2x3x3 and 1 groups, expected as many kernels as "
        + "channels, shared among the groups")
  }

  @Test func emptyTensors() throws {
    #expect(try call("Conv", [zeros(0, 2, 5), zeros(4, 2, 3)])[0].shape == [0, 4, 3])
    #expect(try call("Conv", [zeros(1, 0, 5), zeros(4, 0, 3)])[0].floats.allSatisfy { $0 == 0 })
    #expect(
      try call("Conv", [zeros(1, 1, 0), zeros(1, 1, 3)], ["pads": ints([2, 2])])[0].count == 2)
    #expect(try call("ConvTranspose", [zeros(0, 4, 5), zeros(4, 2, 3)])[0].shape == [0, 2, 7])
  }

  @Test func workIsTwoOperationsAMultiplication() throws {
    let op = try #require(Operator.named("Conv"))
    let inputs = [TensorType(.float, [1, 2, 5, 5]), TensorType(.float, [4, 2, 3, 3])]
    let types = Operator.Types(
      inputs: inputs, known: [nil, nil],
      attributes: try Attributes([:], specs: op.attributes), outputCount: 1)
    #expect(op.work(types, try op.infer(types)) == Work(adds: 648, multiplies: 648))
  }
}
