import Graph
import OrderedCollections
import Support
import Tensor
import Testing

/// Evaluation of whole graphs: order, inputs, lifetimes, errors.
@Suite struct EvaluateTests {
  /// y = clamp(x * w), z = y * w, with outputs z and y.
  private func network(clamp: Clamp? = nil, x: Value? = nil) throws -> Graph {
    var graph = Graph(name: "test")
    let x = graph.values.append(
      x ?? Value("x", element: .float, declared: [.named("batch"), .fixed(2)]))
    let weights = Tensor([2, 2], floats: [1, 1, 0, -1])
    let w = graph.values.append(
      Value("w", constant: Constant(.dense(weights), gains: .init(axis: 1, values: [2, 1]))))
    let y = graph.values.append(Value("y"))
    let z = graph.values.append(Value("z"))
    let matMul = try #require(Operator.named("MatMul"))
    let attributes = try Attributes([:], specs: matMul.attributes)
    graph.nodes = [
      Node("first", matMul, attributes: attributes, inputs: [x, w], outputs: [y], clamp: clamp),
      Node("second", matMul, attributes: attributes, inputs: [y, w], outputs: [z]),
    ]
    graph.inputs = [x]
    graph.outputs = [z, y]
    return graph
  }

  private let x = Tensor([1, 2], floats: [1, 3])

  @Test func runsNodesInOrder() throws {
    let graph = try network()
    var seen: [String] = []
    let outputs = try graph.evaluate(["x": x]) { id, _ in seen.append(graph.values[id].name) }
    // The weights with their gains are [2 1; 0 -1].
    #expect(outputs == [Tensor([1, 2], floats: [4, 4]), Tensor([1, 2], floats: [2, -2])])
    #expect(seen == ["x", "y", "z"])
  }

  @Test func clampsTheFirstOutput() throws {
    let y = try network(clamp: .relu).evaluate(["x": x])[1]
    #expect(y.floats == [2, 0])
    let both = try network(clamp: Clamp(lower: -1, upper: 1)).evaluate(["x": x])[1]
    #expect(both.floats == [1, -1])
  }

  @Test func reportsAllInputProblemsTogether() throws {
    var graph = try network()
    let other = Value("other", element: .int64, declared: [.named("batch")])
    graph.inputs.append(graph.values.append(other))
    graph.inputs.append(graph.values.append(Value("third", element: .float, declared: [.unknown])))
    let failure = #expect(throws: Failure.self) {
      try graph.evaluate(["x": x, "other": zeros(2), "zebra": x, "ant": x])
    }
    #expect(failure?.code == .data)
    #expect(
      failure?.diagnostics.map(\.description) == [
        "value \"other\": error: found elements of float, expected int64",
        "value \"other\": error: found shape 2, expected batch, where batch is 1 by input \"x\"",
        "value \"third\": error: this input is missing",
        "value \"ant\": error: there is no such input, expected one of x, other, third",
        "value \"zebra\": error: there is no such input, expected one of x, other, third",
      ])
  }

  @Test func shapesMustFitTheirDeclaration() throws {
    func message(_ shape: Shape, _ value: Value? = nil) throws -> String? {
      let graph = try network(x: value)
      let tensor = Tensor(shape, floats: [Float](repeating: 0, count: shape.count))
      do throws(Failure) {
        _ = try graph.evaluate(["x": tensor])
        return nil
      } catch {
        return error.diagnostics.first?.message
      }
    }
    #expect(try message([7, 2]) == nil)
    #expect(try message([7, 3]) == "found shape 7x3, expected batchx2")
    #expect(try message([7]) == "found shape 7, expected batchx2")
    let bound = Value("x", element: .float, shape: [4, 2], declared: [.unknown, .fixed(2)])
    #expect(try message([7, 2], bound) == "found shape 7x2, expected 4x2")
    let scalar = Value("x", element: .float, declared: [])
    #expect(try message([1, 2], scalar) == "found shape 1x2, expected a scalar")
    let free = Value("x", element: .float)
    #expect(try message([7, 2], free) == nil)
  }

  @Test func namesTheNodeThatFails() throws {
    let free = Value("x", element: .float)
    let failure = #expect(throws: Failure.self) {
      try network(x: free).evaluate(["x": zeros(1, 3)])
    }
    #expect(
      failure?.diagnostics.map(\.description) == [
        "node \"first\": error: MatMul: found A 1x3 and B 2x2, expected inner sizes that agree and "
          + "outer sizes that broadcast"
      ])
  }

  @Test func constantsMayBeOutputs() throws {
    var graph = try network()
    graph.outputs = [ID(1)]
    #expect(try graph.evaluate(["x": x])[0].floats == [2, 1, 0, -1])
  }

  @Test func whatNoNodeComputesIsAnError() throws {
    var graph = try network()
    graph.nodes.removeFirst()
    #expect(
      throws: Failure.data(
        at: .node("second"), "input \"y\" is not computed by any node before")
    ) { try graph.evaluate(["x": x]) }
    graph.nodes = []
    #expect(throws: Failure.data(at: .value("z"), "no node computes this output")) {
      try graph.evaluate(["x": x])
    }
  }
}
