import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct InferShapesTests {
  /// A graph that returns inputs which declare these sizes.
  private func graph(_ inputs: (String, [Value.Dimension]?)...) -> Graph {
    var graph = Graph(name: "test")
    for (name, declared) in inputs {
      let id = graph.values.append(Value(name, element: .float, declared: declared))
      graph.inputs.append(id)
    }
    graph.outputs = graph.inputs
    return graph
  }

  private func shapes(_ graph: Graph, _ options: Options = Options()) throws -> [Shape?] {
    let result = try inferShapes(graph, options)
    return result.inputs.map { result.values[$0].shape }
  }

  private func tensor(_ shape: Shape) -> Tensor {
    Tensor(shape, floats: [Float](repeating: 0, count: shape.count))
  }

  @Test func golden() throws {
    // What `x.view(x.shape[0], -1)` is exported as.
    let graph = try Graph(
      parsing: """
        graph "a view" {
          input %x: float [N, 3, H, W]
          const %zero: int64 1 = [0]
          const %rest: int64 1 = [-1]
          %shape = Shape(%x)
          %batch = Gather(%shape, %zero)
          %sizes = Concat(%batch, %rest) {axis = 0}
          %y = Reshape(%x, %sizes)
          output %y
        }
        """)
    var options = Options()
    options.dimensions = ["H": 4, "W": 5, "N": 2]
    try inferShapes.golden(graph, "view", options)
  }

  @Test func bindsOpenSizes() throws {
    let image = graph(("x", [.named("N"), .fixed(3), .named("H"), .unknown]))
    var options = Options()
    options.shapes = ["x": [2, 3, 4, 5]]
    #expect(try shapes(image, options) == [[2, 3, 4, 5]])

    options = Options()
    options.samples = [["x": tensor([7, 3, 4, 5])]]
    #expect(try shapes(image, options) == [[1, 3, 4, 5]])

    options.dimensions = ["N": 6]
    #expect(try shapes(image, options) == [[6, 3, 4, 5]])

    // A shape of one input binds the names of another.
    let pair = graph(("x", [.named("N"), .named("L")]), ("y", [.named("L")]))
    options = Options()
    options.shapes = ["x": [1, 9]]
    #expect(try shapes(pair, options) == [[1, 9], [9]])

    // No rank declared.
    let any = graph(("x", nil))
    options = Options()
    options.shapes = ["x": [2, 9]]
    #expect(try shapes(any, options) == [[2, 9]])
    options = Options()
    options.samples = [["x": tensor([7, 3])]]
    #expect(try shapes(any, options) == [[1, 3]])

    #expect(try shapes(graph(("x", [.unknown]))) == [[1]])
    #expect(try shapes(graph(("x", []))) == [[]])
  }

  @Test func saysWhatIsMissing() throws {
    let graph = graph(
      ("x", [.named("N"), .fixed(3), .named("H"), .named("W")]), ("y", [.unknown, .unknown]),
      ("z", nil))
    #expect(
      try inferShapes.problems(graph) == [
        "usage",
        "value \"x\": error: the shape Nx3xHxW leaves H, W open; "
          + "give --dim H=SIZE --dim W=SIZE or --shape x=1x3xSIZExSIZE",
        "value \"y\": error: the shape ?x? leaves axis 1 open; give --shape y=1xSIZE",
        "value \"z\": error: the model declares no shape; give --shape z=SIZES",
      ])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let graph = graph(("x", [.named("N"), .fixed(3), .named("H")]), ("y", [.fixed(2)]))
    var options = Options()
    options.dimensions = ["H": 0, "M": 1]
    options.shapes = ["x": [1, 4, 5], "y": [2, 2], "z": [1]]
    #expect(
      try inferShapes.problems(graph, options) == [
        "usage",
        "--dim H: error: found 0, expected at least 1",
        "--dim M: error: no input has an open size of this name, expected one of H, N",
        "--shape z: error: no input has this name, expected one of x, y",
        "--shape x: error: found 1x4x5, expected Nx3xH",
        "--shape y: error: found 2x2, expected 2",
      ])

    options = Options()
    options.dimensions = ["H": 4]
    options.shapes = ["x": [1, 3, 5]]
    options.samples = [["x": tensor([1, 3, 6])]]
    #expect(
      try inferShapes.problems(graph, options) == [
        "usage",
        "--shape x: error: found 5 for H, expected 4",
        "sample of x: error: found 6 for H, expected 4",
      ])
  }

  @Test func refusesEmptyAndHugeShapes() throws {
    #expect(
      try inferShapes.problems(graph(("x", [.fixed(0)]))) == [
        "usage", "value \"x\": error: found sizes 0, expected positive ones that fit",
      ])
    let huge = 1 << 40
    #expect(
      try inferShapes.problems(graph(("x", [.fixed(huge), .fixed(huge)]))) == [
        "usage",
        "value \"x\": error: found sizes \(huge)x\(huge), expected positive ones that fit",
      ])
  }

  @Test func listsEveryNodeThatIsWrong() throws {
    let graph = try Graph(
      parsing: """
        graph "two mistakes" {
          input %x: float [2, 3]
          const %w: float 4x2 = [1, 2, 3, 4, 5, 6, 7, 8]
          %a = MatMul(%x, %w)
          %b = Relu(%a)
          %c = Relu(%x)
          %d = MatMul(%c, %w)
          output %b
          output %d
        }
        """)
    let problems = try inferShapes.problems(graph)
    #expect(problems.count == 3 && problems[0] == "data")
    #expect(problems[1].hasPrefix("node \"a\": error: MatMul: "))
    #expect(problems[2].hasPrefix("node \"d\": error: MatMul: "))
  }

  @Test func evaluateGivesTheTypesInferred() {
    withSeed(0..<100) { seed, _ in
      let graph = try inferShapes(Graph.random(seed: seed).untyped)
      try #require(graph.verify().isEmpty)
      try #require(graph.values.elements.allSatisfy { $0.type != nil })
      var types: [ID<Value>: TensorType] = [:]
      _ = try graph.evaluate(graph.randomInputs(seed: seed)) { id, tensor in
        types[id] = TensorType(tensor.type, tensor.shape)
      }
      for (id, type) in types { try #require(graph.values[id].type == type) }
    }
  }
}
