import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct FoldConstantsTests {
  @Test func golden() throws {
    let graph = try Graph(
      parsing: """
        graph "constants, forwarding and outputs" {
          input %x: float 2x2
          const %a: float 2 = [1, 2]
          const %b: float 2 = [3, 4]
          %sum = Add(%a, %b): float 2
          %same = Identity(%x): float 2x2
          %scaled = Mul(%same, %sum): float 2x2
          %dropped = Dropout(%scaled): float 2x2
          %cast = Cast(%dropped) {to = 1}: float 2x2
          %y = Relu(%cast): float 2x2
          %result = Identity(%y): float 2x2
          %constant = Mul(%a, %b): float 2
          %copy = Identity(%x): float 2x2
          output %result
          output %constant
          output %copy
        }
        """)
    try foldConstants.golden(graph, "forwarding")
  }

  @Test func leavesDotProductsOfConstants() throws {
    let graph = try Graph(
      parsing: """
        graph "sums of no fixed order" {
          input %x: float 2x2
          const %a: float 2x2 = [1, 2, 3, 4]
          %b = MatMul(%a, %a): float 2x2
          %y = Add(%x, %b): float 2x2
          output %y
        }
        """)
    #expect(try foldConstants(graph) == graph)
  }

  @Test func leavesLargeResults() throws {
    // 5000 x 5000 is over 2^24 and far larger than its operands.
    var builder = GraphBuilder()
    let x = builder.input("x", [1])
    let a = builder.constant("a", [5000, 1], [Float](repeating: 1, count: 5000))
    let b = builder.constant("b", [1, 5000], [Float](repeating: 1, count: 5000))
    builder.output(builder.node("Mul", "y", [x, builder.node("Mul", "ab", [a, b])]))
    #expect(try foldConstants(builder.graph).nodes.count == 2)
  }

  @Test func saysWhyAnOperatorRefuses() throws {
    let graph = try Graph(
      parsing: """
        graph "an index out of range" {
          input %x: float 2
          const %a: float 2 = [1, 2]
          const %i: int64 1 = [7]
          %b = Gather(%a, %i): float 1
          %y = Add(%x, %b): float 2
          output %y
        }
        """)
    let problems = try foldConstants.problems(graph)
    #expect(problems.count == 2 && problems[0] == "data")
    #expect(problems[1].hasPrefix("node \"b\": error: Gather: "))
  }

  /// Integers and their scales stay apart, through a Transpose too; what is no integer is multiplied out.
  @Test func keepsScalesOfIntegersAsGains() throws {
    let graph = try Graph(
      parsing: """
        graph "weights of integers" {
          input %x: float 2x2
          const %q: int8 2x2 = [3, -2, 0, 127]
          const %s: float 2 = [0.1, 0.3]
          const %z: int8 2 = [1, 0]
          const %one: float scalar = [0.7]
          const %w: float 2x2 = [0.1, 0.2, 0.3, 0.4]
          %a = DequantizeLinear(%q, %s, %z) {axis = 0}: float 2x2
          %b = Transpose(%a): float 2x2
          %c = Cast(%q) {to = 1}: float 2x2
          %d = Mul(%one, %c): float 2x2
          %e = Mul(%w, %s): float 2x2
          %m = MatMul(%x, %b): float 2x2
          %n = MatMul(%m, %d): float 2x2
          %y = MatMul(%n, %e): float 2x2
          output %y
        }
        """)
    let result = try foldConstants(graph)
    try result.requireSame(as: graph, seed: 1)
    let weights = result.layers.map { result.values[$0].constant! }
    #expect(weights.count == 3)
    #expect(weights[0].base == .dense(Tensor([2, 2], floats: [2, 0, -3, 127])))
    #expect(weights[0].gains == Constant.Gains(axis: 1, values: [0.1, 0.3]))
    #expect(weights[1].base == .dense(Tensor([2, 2], floats: [3, -2, 0, 127])))
    #expect(weights[1].gains == Constant.Gains(axis: 0, values: [0.7, 0.7]))
    #expect(weights[2].gains == nil)
  }

  @Test func evaluateIsUnchanged() {
    foldConstants.requireSameOnRandomGraphs()
  }
}

extension Graph {
  /// The weights of its products, in order.
  fileprivate var layers: [ID<Value>] {
    nodes.filter { $0.op.name == "MatMul" }.compactMap { $0.inputs[1] }
  }
}
