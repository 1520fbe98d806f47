import Graph
import Support
import Tensor
import TestKit
import Testing

@Suite struct TextTests {
  // MARK: Laws

  @Test func parsingWhatIsPrintedGivesTheSameGraph() {
    withSeed(0..<300) { seed, random in
      let graph = Graph.random(seed: seed).decorated(&random)
      try #require(graph.verify() == [])
      try #require(try Graph(parsing: graph.text(constants: .full)) == graph)
    }
  }

  @Test(arguments: [
    "a", "", " ", "a b", "\"", "\\", "\n\t\u{1}\u{7F}", "%x", "_", "x@3", "onnx::Conv_12", "größe",
    "🙂", "a-b/c.d", "+", "const", "1x2",
  ])
  func anyNameRoundTrips(name: String) throws {
    var builder = GraphBuilder(name)
    let x = builder.input(name.isEmpty ? "x" : name, [1, 1, 2, 2])
    let w = builder.constant("w" + name, [1, 1, 1, 1], [2])
    builder.output(builder.node("Conv", "y" + name, [x, w], outputs: ["o" + name])[0])
    var graph = builder.graph
    graph.nodes[0].origins = [name, "y" + name]
    graph.values[x].declared = [.named("n" + name), .unknown, .fixed(2), .named("n")]
    let text = graph.text(constants: .full)
    #expect(try Graph(parsing: text) == graph, "\(text)")
  }

  @Test func everyElementTypeRoundTrips() throws {
    for type in ElementType.allCases {
      for count in [0, 3, 40] {
        var builder = GraphBuilder()
        _ = builder.constant("c", .numbers(type, count: count))
        let text = builder.graph.text(constants: .full)
        #expect(try Graph(parsing: text) == builder.graph, "\(text)")
      }
    }
  }

  @Test func floatsKeepEveryBit() throws {
    let floats: [Float] = [
      -0.0, 0.1, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
      16_777_215,
    ]
    var builder = GraphBuilder()
    let c = builder.constant("c", [floats.count], floats)
    let parsed = try Graph(parsing: builder.graph.text(constants: .full))
    #expect(parsed.values[c].constant?.tensor.floats.map(\.bitPattern) == floats.map(\.bitPattern))
  }

  @Test func sparseConstantsArePrintedByWhatIsNotZero() throws {
    let shape = Shape([100, 1000])
    let positions = (0..<100).map { Int64($0 * 997) }
    let values = Tensor([100], floats: positions.map { Float($0) - 1.5 })
    let tensor = SparseTensor(shape, positions: positions, values: values).dense
    var builder = GraphBuilder()
    _ = builder.constant("c", Constant(tensor, isSparse: true))
    // Too few are not zero to be read back.
    _ = builder.constant("none", Constant(.clustered(.zeros([2000])), isSparse: true))
    let text = builder.graph.text(constants: .full)
    #expect(text.utf8.count < 100 * 17 + 2000 * 2)
    #expect(try Graph(parsing: text) == builder.graph)
  }

  @Test func elidedTextIsRefusedAndNothingElseAboutIt() throws {
    let graph = Graph.example
    let error = #expect(throws: Failure.self) {
      _ = try Graph(parsing: graph.text(constants: .elided))
    }
    #expect(
      error?.diagnostics.map(\.description) == [
        "5:76: error: found \"elided\", expected the elements; the text was printed with constants "
          + "elided"
      ])
  }

  @Test func elidedTextTellsConstantsApart() {
    var changed = Graph.example
    for id in changed.values.ids {
      guard case .dense(let tensor)? = changed.values[id].constant?.base, tensor.count > 16,
        tensor.type == .float
      else {
        continue
      }
      changed.values[id].constant = Constant(
        Tensor(tensor.shape, floats: tensor.floats.reversed()))
    }
    #expect(changed.text(constants: .elided) != Graph.example.text(constants: .elided))
  }

  // MARK: Golden files

  @Test func golden() {
    Golden.check(Graph.example.text(constants: .full), "graph/full.txt")
    Golden.check(Graph.example.text(constants: .elided), "graph/elided.txt")
  }

  @Test func writtenByHand() throws {
    let graph = try Graph(
      parsing: """
        # A comment.
        graph "tiny" {
          input %x: float [N, 4]     # no index, no shape
          const %w: float 2x4 = [1, -2, 0, .5,
                                 1e3, 0, 0, 0]
          %y = Gemm(%x, %w) {transB = 1, alpha = 2}
          output %y
        }
        """)
    #expect(graph.nodes[0].name == "y")
    #expect(graph.nodes[0].attributes.float("alpha") == 2)
    #expect(graph.values.elements[1].constant?.tensor.floats == [1, -2, 0, 0.5, 1000, 0, 0, 0])
    #expect(graph.values.elements[2].type == nil)
  }

  // MARK: Errors

  @Test func everyErrorSaysWhereAndWhat() {
    let report = Self.badTexts.map { text in
      do throws(Failure) {
        _ = try Graph(parsing: text)
        return "\(text)\n  is accepted\n"
      } catch {
        return "\(text)\n"
          + error.diagnostics.map { "  \($0)\n" }.joined()
      }
    }
    Golden.check(report.joined(separator: "\n"), "error/graph-text.txt")
  }

  static let badTexts: [String] =
    [
      "", "grph", "graph", "graph \"a", "graph \"\\q\" {}", "graph \"\\u12G4\" {}",
      "graph \"\\uD800\" {}", "graph \"a\nb\" {}", "graph \"a\" [", "graph \"a\" {",
      "graph \"a\" {} x",
      "\u{1}", "graph \"é\" {$",
    ] + badStatements.map { "graph \"a\" {\($0)}" }

  static let badStatements = [
    "foo", "input", "input x", "input %", "input %x", "input %x: flat", "input %x: float 1xx2",
    "input %x: float 1x-2", "input %x: float 9999999999x9999999999", "input %x: float [",
    "input %x: float [-1]", "input %x: float [1 2]", "input %x: float [1] as", "input %x@: float",
    "input %x@-1: float", "input %x@1: float", "input %x@9999999999: float",
    "input %x@0: float input %y@0: float", "input %x: float input %x: float",
    "input %x: float peak", "input %x: float peak 1 dense", "input %x: float fixed x",
    "input %x: float 2 peak -1 density 2 fixed 99", "input %x: int8 2 fixed 3", "input %x: ? 2",
    "input %x: float [3] as 2", "const %c: float", "const %c: float = [1]", "const %c: float 2",
    "const %c: float 2 = 1", "const %c: float 2 = [1]", "const %c: float 2 = [1, 2, 3]",
    "const %c: float 2 = [1, x]", "const %c: float 2 = [1; 2]", "const %c: uint8 2 = [1, 256]",
    "const %c: bool 1 = [2]", "const %c: float 2 = base64", "const %c: float 2 = base64 \"AAAA\"",
    "const %c: float 2 = base64 \"AAAAAAAA*AA=\"", "const %c: float 2 = base64 \"AAAAAAAAAA\"",
    "const %c: float 2 = elided(count 2)", "const %c: float 2 = clustered [1] codes [0, 2]",
    "const %c: float 2 = clustered [2, 1] codes [0, 2]",
    "const %c: float 2 = clustered [0, inf] codes [0, 2]",
    "const %c: float 2 = clustered [1] [0, 1]",
    "const %c: int64 2 = clustered [1] codes [0, 1]",
    "const %c: float 2 = clustered [\((0...255).map { "\($0)" }.joined(separator: ","))] codes",
    "const %c: float 2 = nonzero 1 [1] at [0]", "const %c: float 2 = sparse nonzero",
    "const %c: float 2 = sparse nonzero 3 [1, 1, 1] at [0, 1, 2]",
    "const %c: float 1026 = sparse nonzero 0 [] at []",
    "const %c: float 281474976710656 = sparse nonzero 1 [1] at [0]",
    "const %c: float 2 = sparse nonzero 9999999999999999 [1] at [0]",
    "const %c: float 2 = sparse nonzero 1 [1]", "const %c: float 2 = sparse nonzero 1 [1] at [2]",
    "const %c: float 2 = sparse nonzero 2 [1, 2] at [1, 1]",
    "const %c: float 2 = sparse clustered [1] codes nonzero 1 [2] at [1]",
    "const %c: float 2 = [1, 2] gains", "const %c: float 2 = [1, 2] gains axis 1 [1]",
    "const %c: float 2 = [1, 2] gains axis 0 [1]",
    "const %c: float 2 = [1, 2] gains axis 0 [1, inf]",
    "const %c: int8 2 = [1, 2] gains axis 0 [1, 2]", "value %x: float 1 output %y", "output %y",
    "value %x: float 1 output %x", "%y", "%y =", "%y = Nothing(%x)", "= Gemm()", "_ = Gemm()",
    "%y = Gemm", "%y = Gemm()", "%y = Gemm(", "%y = Gemm(%x)",
    "input %x: float 1x2 %y = Gemm(%x %x)", "input %x: float 1x2 %y = Gemm(%x, _)",
    "input %x: float 1x2 %y = Gemm(%x, %x)",
    "input %x: float 1x2 %y, %z = Gemm(%x, %x) {transB = 1}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {", "input %x: float 1x2 %y = Gemm(%x, %x) {transB}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = }",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1.5, what = \"?\"}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1, transB = 1}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = [1, \"a\"]}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = [\"a\", 1]}",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1} clamp(1)",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1} clamp(1, 0)",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1} from x",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1} nonzeros 2 [1]",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1} nonzeros 1 [-1]",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1}: float 1x2",
    "input %x: float 1x2 %y = Gemm(%x, %x) {transB = 1}: int8 peak 1",
    "input %x: float 1x2 %x = Gemm(%x, %x)",
    "input %x: float 1x2 %y = Gemm \"\"(%x, %x) {transB = 1} %z = Gemm \"\"(%x, %x) {transB = 1}",
  ]

  // MARK: Hostile texts

  @Test func everyTruncationIsRefused() {
    let text = Array(Graph.example.text(constants: .full).utf8)
    for count in 0..<(text.count - 2) {
      #expect(throws: Failure.self, "\(count) bytes") {
        _ = try Graph(parsing: String(decoding: text[..<count], as: UTF8.self))
      }
    }
  }

  @Test func mutationsParseOrAreRefused() {
    let text = Array(Graph.example.text(constants: .full).utf8)
    fuzz("graph text", [text], alphabet: "0123456789-.,[](){}\"%@:=x_ ", share: 5000) { bytes, _ in
      // Whatever parses obeys the laws, so it can be printed and parsed again.
      let printed = try Graph(parsing: String(decoding: bytes, as: UTF8.self))
        .text(constants: .full)
      try #require(try Graph(parsing: printed).text(constants: .full) == printed)
    }
  }
}

extension Graph {
  /// A graph with everything that a text can say of one.
  static var example: Graph {
    var builder = GraphBuilder("example \"one\"")
    let image = builder.input("image", [1, 1, 6, 6])
    let mask = builder.input("mask", [2], .bool)
    let codes = (0..<27).map { UInt8($0 % 4) }
    let kernels = builder.constant(
      "conv1.weight",
      Constant(
        .clustered(Clustered(codebook: [-0.5, 0.25, 1], codes: codes, shape: [3, 1, 3, 3])),
        gains: Constant.Gains(axis: 0, values: [1, 0.5, 2])))
    let weight = builder.constant("a name: quoted", [2, 48], (0..<96).map { Float($0 % 5) / 8 })
    let bias = builder.constant("bias", [2], [0.1, -1e-5])
    let conv = builder.node("Conv", "conv1", [image, kernels, nil], ["pads": .ints([0, 0, 0, 0])])
    let flat = builder.node("MatMul", "fc", [conv, conv], outputs: ["product"])[0]
    let dense = builder.constant("spare", [Int64.max])
    let bits = (0..<40).map { Int64($0 % 9 / 8) }
    _ = builder.constant(
      "bits", Constant(Tensor([4, 10], ints: bits, type: .bool), isSparse: true))
    let rows = builder.input("rows", [3, 48])
    let y = builder.node("Gemm", "gemm", [rows, weight, bias], ["transB": .int(1)])
    for id in [flat, mask, y] { builder.output(id) }
    var graph = builder.graph
    graph.values[image].declared = [.named("N"), .fixed(1), .unknown, .named("a b")]
    graph.values[conv].statistics = Statistics(peak: 3.5, density: 0.25)
    graph.values[conv].format = FixedPoint(fraction: 12)
    graph.values[dense].statistics = Statistics(peak: 1, density: 1)
    graph.values[y].element = nil
    graph.nodes[0].clamp = .relu
    graph.nodes[0].origins = ["conv1", "bn1", "relu1"]
    graph.nodes[0].nonzeros = (0..<32).map { $0 % 7 }
    graph.nodes[2].nonzeros = [1, 48, 0]
    return graph
  }

  /// The same graph with values in another order, and clusters, gains, clamps, statistics, formats,
  /// origins and counts of nonzeros put in at random.
  func decorated(_ random: inout SeededRandom) -> Graph {
    var graph = self
    for id in values.ids {
      if random.next(below: 2) == 0 {
        graph.values[id].statistics = Statistics(
          peak: random.nextFloat() * 100, density: random.nextFloat())
      }
      if random.next(below: 3) == 0, values[id].element?.isFloatingPoint ?? false {
        graph.values[id].format = FixedPoint(fraction: random.next(below: 81) - 40)
      }
      if let type = values[id].constant?.type, type.shape.rank > 1, random.next(below: 2) == 0 {
        graph.values[id].constant = .randomClustered(type.shape, &random)
      }
      if random.next(below: 3) == 0 { graph.values[id].constant?.isSparse = true }
    }
    for i in nodes.indices where random.next(below: 3) == 0 {
      graph.nodes[i].clamp = Clamp(lower: -random.nextFloat(), upper: .infinity)
      graph.nodes[i].origins.append("fused \(i)")
      graph.nodes[i].nonzeros = (0..<random.next(below: 40)).map { _ in
        UInt32(truncatingIfNeeded: random.next())
      }
    }
    return graph.withValues(in: values.ids.shuffled(using: &random))
  }
}

extension Clustered {
  fileprivate static func zeros(_ shape: Shape) -> Clustered {
    Clustered(codebook: [1], codes: [UInt8](repeating: 0, count: shape.count), shape: shape)
  }
}

extension Constant {
  fileprivate static func randomClustered(_ shape: Shape, _ random: inout SeededRandom) -> Constant
  {
    let codebook = Set((0...random.next(below: 20)).map { _ in 0.001 + random.nextFloat() })
      .sorted()
    let codes = (0..<shape.count).map { _ in UInt8(random.next(below: codebook.count + 1)) }
    let axis = random.next(below: shape.rank)
    let gains = (0..<shape[axis]).map { _ in random.nextNormal() }
    return Constant(
      .clustered(Clustered(codebook: codebook, codes: codes, shape: shape)),
      gains: random.next(below: 2) == 0 ? nil : Gains(axis: axis, values: gains))
  }
}

extension Tensor {
  /// `count` numbers of a type, its extremes among them.
  fileprivate static func numbers(_ type: ElementType, count: Int) -> Tensor {
    if type.isFloatingPoint {
      return Tensor([count], doubles: (0..<count).map { Double($0) - 1.5 - 0x1p-40 }, type: type)
    }
    let extremes = [Int64.max, Int64.min, 1].map { type.wrap($0) }
    return Tensor(
      [count], ints: (0..<count).map { $0 < 3 ? extremes[$0] : type.wrap(Int64($0)) }, type: type)
  }
}
