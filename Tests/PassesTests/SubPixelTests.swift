import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct SubPixelTests {
  @Test func goldenApart() throws {
    let graph = try Graph(
      parsing: """
        graph "kernels side by side" {
          input %x: float 1x2x2x2
          const %w: float 2x1x2x2 = [1, 0, 3, 4, 5, 6, 0, 8]
          const %b: float 1 = [0.5]
          %y = ConvTranspose(%x, %w, %b) {strides = [2, 2]} clamp(0, inf): float 1x1x4x4
          output %y
        }
        """)
    try subPixel.golden(graph, "apart")
  }

  @Test func goldenOverlapping() throws {
    let graph = try Graph(
      parsing: """
        graph "kernels that overlap" {
          input %x: float 1x1x2x2
          const %w: float 1x1x3x3 = [1, 2, 3, 4, 5, 6, 7, 8, 9]
          %y = ConvTranspose(%x, %w) {
            strides = [2, 2], pads = [1, 1, 0, 0], output_padding = [1, 0]
          }: float 1x1x5x4
          output %y
        }
        """)
    try subPixel.golden(graph, "overlapping")
  }

  /// A ConvTranspose of random weights, some of them zero.
  private func transposed(
    _ input: Shape, _ weights: Shape, bias: Int? = nil, seed: UInt64 = 1,
    _ attributes: KeyValuePairs<String, Attribute>
  ) -> Graph {
    var random = SeededRandom(seed: seed)
    var builder = GraphBuilder()
    let x = builder.input("x", input)
    var inputs = [
      x,
      builder.constant(
        "w", weights,
        (0..<weights.count).map { _ in random.next(below: 3) == 0 ? 0 : random.nextNormal() }),
    ]
    if let bias {
      inputs.append(builder.constant("b", [bias], (0..<bias).map { _ in random.nextNormal() }))
    }
    builder.output(builder.node("ConvTranspose", "y", inputs, attributes))
    return builder.graph
  }

  /// What the pass leaves of `graph`, which computes the same.
  @discardableResult
  private func operators(of graph: Graph) throws -> [String] {
    let result = try subPixel(graph)
    try #require(result.verify().isEmpty)
    try result.requireSame(as: graph, seed: 1, within: 1e-5)
    try #require(try subPixel(result) == result)
    return result.nodes.map(\.op.name)
  }

  @Test func stridesAndGroups() throws {
    let apart = transposed(
      [2, 4, 3, 2], [4, 3, 2, 2], bias: 6, ["strides": .ints([2, 2]), "group": .int(2)])
    #expect(try operators(of: apart) == ["Conv", "DepthToSpace"])
    let once = transposed([2, 4, 3, 2], [4, 3, 3, 2], bias: 3, ["pads": .ints([1, 0, 0, 1])])
    #expect(try operators(of: once) == ["Conv"])
    let same = transposed(
      [1, 2, 4, 3], [2, 1, 3, 4], ["strides": .ints([2, 2]), "auto_pad": .string("SAME_LOWER")])
    #expect(try operators(of: same) == ["Conv", "DepthToSpace", "Slice"])
    let wanted = transposed(
      [1, 2, 4, 3], [2, 1, 3, 4], ["strides": .ints([2, 2]), "output_shape": .ints([7, 8])])
    #expect(try operators(of: wanted).first == "Conv")
  }

  @Test func zeroWeightsStayZero() throws {
    let graph = transposed([1, 3, 4, 4], [3, 2, 3, 3], ["strides": .ints([2, 2])])
    let before = try #require(graph.values.elements.first { $0.name == "w" }?.constant?.tensor)
    let result = try subPixel(graph)
    let weights = result.nodes[0].inputs[1].flatMap { result.values[$0].constant?.tensor }
    let survivors = before.floats.filter { $0 != 0 }.sorted()
    #expect(weights?.floats.filter { $0 != 0 }.sorted() == survivors)
  }

  @Test func gainsAreKept() throws {
    var graph = transposed([1, 2, 2, 2], [2, 3, 2, 2], ["strides": .ints([2, 2])])
    let weights = try #require(graph.nodes[0].inputs[1])
    graph.values[weights].constant?.gains = Constant.Gains(axis: 1, values: [1, 2, -3])
    #expect(try operators(of: graph) == ["Conv", "DepthToSpace"])
    let result = try subPixel(graph)
    let gains = result.nodes[0].inputs[1].flatMap { result.values[$0].constant?.gains }
    #expect(gains?.axis == 0 && gains?.values == [1, 1, 1, 1, 2, 2, 2, 2, -3, -3, -3, -3])
  }

  /// Every small kernel, stride, dilation, padding and output padding, with the same for both axes
  /// or not.
  @Test func evaluateIsUnchanged() {
    withSeed(0..<300) { seed, random in
      let stride = 1 + random.next(below: 3)
      let kernel = (0..<2).map { _ in 1 + random.next(below: 4) }
      let dilations = (0..<2).map { _ in Int64(1 + random.next(below: 2)) }
      let pads = (0..<4).map { _ in Int64(random.next(below: 3)) }
      let extra = (0..<2).map { _ in Int64(random.next(below: stride)) }
      let input = (0..<2).map { _ in 2 + random.next(below: 4) }
      let extents = (0..<2).map { (kernel[$0] - 1) * Int(dilations[$0]) + 1 }
      let isEmpty = (0..<2).contains { axis in
        stride * (input[axis] - 1) + extents[axis] <= Int(pads[axis] + pads[axis + 2])
      }
      if isEmpty { return }
      let groups = 1 + random.next(below: 2)
      let kernels = 1 + random.next(below: 3)
      let graph = transposed(
        [1 + random.next(below: 2), 2, input[0], input[1]], [2, kernels, kernel[0], kernel[1]],
        bias: random.next(below: 2) == 0 ? nil : kernels * groups, seed: seed,
        [
          "strides": .ints([Int64(stride), Int64(stride)]), "dilations": .ints(dilations),
          "pads": .ints(pads), "output_padding": .ints(extra), "group": .int(Int64(groups)),
        ])
      try operators(of: graph)
    }
  }

  /// Strides that differ, a line, more padding than the kernel reaches, and few taps in each phase.
  @Test func stays() throws {
    for graph in [
      transposed([1, 2, 3, 3], [2, 1, 2, 1], ["strides": .ints([2, 1])]),
      transposed([1, 2, 4], [2, 1, 2], ["strides": .ints([2])]),
      transposed([1, 2, 4, 4], [2, 1, 1, 1], ["pads": .ints([1, 1, 1, 1])]),
      transposed([1, 2, 2, 2], [2, 1, 1, 1], ["strides": .ints([3, 3])]),
    ] {
      #expect(try subPixel(graph) == graph)
    }
  }

  /// Weights, and a bias, that are computed.
  @Test(arguments: ["%x, %v", "%x, %w, %c"])
  func staysWhereComputed(_ operands: String) throws {
    let graph = try Graph(
      parsing: """
        graph "computed" {
          input %x: float 1x1x2x2
          input %v: float 1x1x2x2
          input %c: float 1
          const %w: float 1x1x2x2 = [1, 2, 3, 4]
          %y = ConvTranspose(\(operands)) {strides = [2, 2]}: float 1x1x4x4
          output %y
        }
        """)
    #expect(try subPixel(graph) == eliminateDead(graph))
  }

  /// A frontend's graph with open batch, rows and columns, bound by the user.
  @Test func openSizes() throws {
    let graph = try Graph(
      parsing: """
        graph "open sizes" {
          input %x: float [n, 2, h, w]
          const %w: float 2x1x2x2 = [1, 0, 3, 4, 5, 6, 0, 8]
          const %scale: float 1 = [2]
          const %shift: float 1 = [1]
          const %mean: float 1 = [0.5]
          const %var: float 1 = [4]
          %t = ConvTranspose(%x, %w) {strides = [2, 2]}: ?
          %n = BatchNormalization(%t, %scale, %shift, %mean, %var): ?
          %y = Relu(%n): ?
          output %y
        }
        """)
    var options = Options()
    options.dimensions = ["h": 3, "w": 5]
    let bound = try inferShapes(graph, options)
    let result = try subPixel(bound.before(subPixel, options), options)
    #expect(result.verify().isEmpty)
    #expect(result.nodes.map(\.op.name) == ["Conv", "DepthToSpace"])
    try result.requireSame(as: bound, seed: 1, within: 1e-5)
  }

  /// A batch normalization and an activation behind a ConvTranspose, through the whole pipeline.
  @Test func wholePipeline() throws {
    withSeed(0..<20) { seed, random in
      var builder = GraphBuilder()
      let x = builder.input("x", [1, 3, 4, 4])
      func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in random.nextNormal() } }
      let w = builder.constant("w", [3, 2, 3, 3], numbers(54))
      let parameters = ["s", "t", "m"].map { builder.constant($0, [2], numbers(2)) }
      let variance = builder.constant("v", [2], [1, 2])
      let y = builder.node("ConvTranspose", "y", [x, w], ["strides": .ints([2, 2])])
      let n = builder.node("BatchNormalization", "n", [y] + parameters + [variance])
      builder.output(builder.node("Relu", "r", [n]))
      let once = try Standard.pipeline.graph.reduce(builder.graph.untyped) { try $1($0) }
      try #require(once.verify().isEmpty)
      try #require(once.nodes.map(\.op.name) == ["Conv", "DepthToSpace", "Slice"])
      let twice = try Standard.pipeline.graph.reduce(once) { try $1($0) }
      try #require(twice == once)
    }
  }
}
