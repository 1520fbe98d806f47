import Compiler
import Graph
import Passes
import Plan
import Support
import Tensor
import TestKit
import Testing

@Suite struct DequantizeTests {
  private func chain() throws -> Graph {
    try Graph(
      parsing: """
        graph "layers of integers between floats" {
          input %x: float 1x2x4x4
          const %s: float scalar = [0.5]
          const %t: float scalar = [0.25]
          const %z: uint8 scalar = [3]
          const %w: int8 2x2x1x1 = [1, -2, 0, 7]
          const %ws: float 2 = [0.5, 2]
          const %wz: int8 scalar = [0]
          const %b: int32 2 = [5, -6]
          %q = QuantizeLinear(%x, %s, %z): uint8 1x2x4x4
          %c = QLinearConv(%q, %s, %z, %w, %ws, %wz, %t, %z, %b): uint8 1x2x4x4
          %d = QLinearConv(%c, %t, %z, %w, %ws, %wz, %t, %z): uint8 1x2x4x4
          %y = DequantizeLinear(%d, %t, %z): float 1x2x4x4
          output %y
        }
        """)
  }

  @Test func goldenChain() throws {
    try dequantize.golden(chain(), "chain")
    try dequantize(chain()).requireSame(as: chain(), seed: 1)
  }

  /// The VDUs have the integers as codebooks; between two layers there is a Round.
  @Test func layersReachTheVDUs() throws {
    var context = try context()
    let stage = try Standard.pipeline.run(chain(), &context, until: lower.name)
    guard case .plan(let plan) = stage else { preconditionFailure("lower makes a plan") }
    #expect(plan.layers.elements.map(\.codebook) == [[-2, 1, 7], [-2, 1, 7]])
    let operations = plan.operations.elements.map(\.op.name)
    #expect(operations == ["Div", "Round", "Round", "QuantizeLinear", "DequantizeLinear"])
  }

  @Test func goldenSums() throws {
    let graph = try Graph(
      parsing: """
        graph "sums, as floats and as they are" {
          input %x: float 2x3
          const %w: uint8 3x2 = [1, 2, 3, 4, 5, 6]
          const %z: uint8 2 = [3, 4]
          %q, %s, %p = DynamicQuantizeLinear(%x): uint8 2x3, float scalar, uint8 scalar
          %a = MatMulInteger(%q, %w, %p, %z): int32 2x2
          %b = Cast(%a) {to = 1}: float 2x2
          %y = Mul(%b, %s): float 2x2
          %i = MatMulInteger(%q, %w): int32 2x2
          output %y
          output %i
        }
        """)
    try dequantize.golden(graph, "sums")
    try dequantize(graph).requireSame(as: graph, seed: 1)
  }

  @Test func goldenPairs() throws {
    // The layer gets the integers and a scale; the sum keeps what it had.
    let graph = try Graph(
      parsing: """
        graph "quantized activations" {
          input %x: float 1x2
          const %s: float 1 = [0.5]
          const %z: int8 scalar = [1]
          const %w: float 2x2 = [1, 2, 3, 4]
          %q = QuantizeLinear(%x, %s, %z): int8 1x2
          %d = DequantizeLinear(%q, %s, %z): float 1x2
          %a = MatMul(%d, %w): float 1x2
          %y = Add(%a, %d): float 1x2
          output %y
        }
        """)
    try dequantize.golden(graph, "pairs")
    try dequantize(graph).requireSame(as: graph, seed: 1)
  }

  @Test func looksIntegersUpBeforeTheirScales() throws {
    let graph = try Graph(
      parsing: """
        graph "table" {
          input %i: int64 2
          const %t: int8 4x2 = [1, -2, 3, -4, 5, -6, 7, -128]
          const %s: float 4x1 = [0.1, 0.2, 0.3, 0.7]
          %f = Cast(%t) {to = 1}: float 4x2
          %w = Mul(%f, %s): float 4x2
          %y = Gather(%w, %i): float 2x2
          output %y
        }
        """)
    let result = try dequantize(foldConstants(graph))
    #expect(result.nodes.map(\.op.name) == ["Gather", "Gather", "Cast", "Mul"])
    #expect(result.values.elements.contains { $0.constant?.type == TensorType(.int8, [4, 2]) })
    for index in Int64(0)..<4 {
      let inputs = ["i": Tensor([2], ints: [index, 3 - index])]
      #expect(try result.evaluate(inputs) == graph.evaluate(inputs))
    }
  }

  /// Forms that DequantizeLinear does not have, or whose weights are computed.
  @Test func leavesOtherForms() throws {
    var builder = GraphBuilder()
    let x = builder.input("x", [2, 3], .uint8)
    let w = builder.constant("w", Tensor([3, 2], ints: [1, 2, 3, 4, 5, 6], type: .uint8))
    let rows = builder.constant("rows", Tensor([2, 1], ints: [1, 2], type: .uint8))
    builder.output(builder.node("MatMulInteger", "a", [x, w, rows]))
    let computed = builder.input("computed", [3, 2], .uint8)
    builder.output(builder.node("MatMulInteger", "b", [x, computed]))
    let stack = builder.constant("stack", Tensor([1, 3, 1], ints: [1, 2, 3], type: .uint8))
    builder.output(builder.node("MatMulInteger", "c", [x, stack]))
    #expect(try dequantize(builder.graph) == builder.graph)
  }

  @Test func evaluateIsUnchangedOnLayersOfIntegers() {
    withSeed(0..<200) { seed, random in
      let graph = Self.layers(&random)
      try #require(graph.verify().isEmpty)
      let result = try dequantize(graph)
      try #require(result.verify().isEmpty)
      try result.requireSame(as: graph, seed: seed)
      try #require(!result.nodes.contains { $0.op.name.contains("Integer") })
      try #require(!result.nodes.contains { $0.op.name.hasPrefix("QLinear") })
    }
  }

  @Test func evaluateIsUnchanged() {
    dequantize.requireSameOnRandomGraphs()
  }

  /// A few layers of integers one behind the other, of all kinds and with all options.
  private static func layers(_ random: inout SeededRandom) -> Graph {
    var builder = GraphBuilder()
    let isConvolution = random.next(below: 2) == 0
    func integer(_ type: ElementType) -> Int64 {
      Int64(random.next(below: 256)) - (type == .int8 ? 128 : 0)
    }
    func scale() -> Float { Float(1 + random.next(below: 1000)) / 4096 }
    func scalar(_ name: String, _ type: ElementType) -> ID<Value> {
      builder.constant(name, Tensor([], ints: [integer(type)], type: type))
    }
    let kinds: [ElementType] = [.uint8, .int8]
    var type = kinds[random.next(below: 2)]
    let shape: Shape = isConvolution ? [1, 3, 5, 4] : [4, 3]
    let x = builder.input("x", shape)
    var inputScale = builder.constant("s", [], [scale() * 0.1])
    var inputZero = scalar("z", type)
    var value = builder.node("QuantizeLinear", "q", [x, inputScale, inputZero])
    for layer in 0..<1 + random.next(below: 3) {
      let channels = 3
      let weightsType: ElementType = kinds[random.next(below: 2)]
      let size: Shape = isConvolution ? [channels, 3, 2, 2] : [3, channels]
      let weights = builder.constant(
        "w\(layer)",
        Tensor(size, ints: (0..<size.count).map { _ in integer(weightsType) }, type: weightsType))
      let isPerKernel = random.next(below: 2) == 0
      let parameters: Shape = isPerKernel ? [channels] : []
      let zero = builder.constant(
        "wz\(layer)",
        Tensor(
          parameters, ints: (0..<parameters.count).map { _ in integer(weightsType) },
          type: weightsType))
      if random.next(below: 3) == 0 {
        let op = isConvolution ? "ConvInteger" : "MatMulInteger"
        let sums = builder.node(op, "sums\(layer)", [value, weights, inputZero, zero])
        if random.next(below: 3) == 0 { builder.output(sums) }
        let floats = builder.node("Cast", "floats\(layer)", [sums], ["to": .int(1)])
        type = kinds[random.next(below: 2)]
        inputScale = builder.constant("s\(layer)", [], [1000 * scale()])
        inputZero = scalar("z\(layer)", type)
        value = builder.node("QuantizeLinear", "q\(layer)", [floats, inputScale, inputZero])
        continue
      }
      let weightsScale = builder.constant(
        "ws\(layer)", parameters, (0..<parameters.count).map { _ in scale() })
      type = kinds[random.next(below: 2)]
      let resultScale = builder.constant("s\(layer)", [], [scale() * 10])
      let resultZero = scalar("z\(layer)", type)
      var inputs: [ID<Value>?] = [
        value, inputScale, inputZero, weights, weightsScale, zero, resultScale, resultZero,
      ]
      if isConvolution, random.next(below: 2) == 0 {
        inputs.append(
          builder.constant(
            "b\(layer)", Tensor([channels], ints: [100, -7, integer(.int8)], type: .int32)))
      }
      value = builder.node(
        isConvolution ? "QLinearConv" : "QLinearMatMul", "y\(layer)", inputs,
        isConvolution ? ["pads": .ints([1, 0, 0, 1])] : [:])
      (inputScale, inputZero) = (resultScale, resultZero)
    }
    builder.output(value)
    return builder.graph
  }
}
