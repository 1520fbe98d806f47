import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct UnrollRecurrentTests {
  /// A layer of seeded random weights.
  ///
  /// - Parameters:
  ///   - batch: first or not, as `layout` says.
  ///   - inputs: those behind B, by name, or nothing for one left out.
  private static func graph(
    _ op: String, _ attributes: String, hasBias: Bool, inputs: String, steps: Int = 3,
    isBatchFirst: Bool = false, directions: Int = 1, _ random: inout SeededRandom
  ) throws -> Graph {
    let gates = ["RNN": 1, "GRU": 3, "LSTM": 4][op]!
    let (batch, features, hidden) = (2, 3, 4)
    func constant(_ name: String, _ sizes: [Int]) -> String {
      let numbers = (0..<sizes.reduce(1, *)).map { _ in "\(random.nextFloat() - 0.5)" }
      return "const %\(name): float \(Shape(sizes)) = [\(numbers.joined(separator: ", "))]"
    }
    let rows = gates * hidden
    let states = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
    let x = isBatchFirst ? [batch, steps, features] : [steps, batch, features]
    let y = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
    let outputs = op == "LSTM" ? ["y", "yh", "yc"] : ["y", "yh"]
    let types = [y, states, states].prefix(outputs.count).map { "float \(Shape($0))" }
    return try Graph(
      parsing: """
        graph "recurrent" {
          input %x: float \(Shape(x))
          input %h0: float \(Shape(states))
          input %c0: float \(Shape(states))
          input %w1: float \(directions)x\(rows)x\(features)
          \(constant("w", [directions, rows, features]))
          \(constant("r", [directions, rows, hidden]))
          \(constant("b", [directions, 2 * rows]))
          \(constant("p", [directions, 3 * hidden]))
          const %lengths: int32 2 = [2, 3]
          \(outputs.map { "%\($0)" }.joined(separator: ", ")) = \
        \(op)(%x, %w, %r\(hasBias ? ", %b" : ", _")\(inputs)) {layout = \(isBatchFirst ? 1 : 0)\
        \(attributes)}: \(types.joined(separator: ", "))
          \(outputs.map { "output %\($0)" }.joined(separator: "\n"))
        }
        """)
  }

  private static let cells = [
    ("RNN", "", ", _, %h0"), ("GRU", "", ", _, %h0"),
    ("GRU", ", linear_before_reset = 1", ", _, %h0"),
    ("LSTM", "", ", _, %h0, %c0"), ("LSTM", "", ", _, %h0"), ("LSTM", "", ", _, _, %c0"),
  ]

  /// Every cell, with and without biases and first states, in every direction and layout, of one step and
  /// of some.
  @Test func sameAsTheLayer() {
    withSeed(0..<8) { seed, random in
      for (op, attributes, states) in Self.cells + Self.cells.map({ ($0.0, $0.1, "") }) {
        for (direction, count) in [("forward", 1), ("reverse", 1), ("bidirectional", 2)] {
          let graph = try Self.graph(
            op, attributes + ", direction = \"\(direction)\"", hasBias: seed % 2 == 0,
            inputs: states,
            steps: seed < 4 ? 1 : 3, isBatchFirst: seed / 2 % 2 == 1, directions: count, &random)
          let result = try unrollRecurrent(graph)
          try #require(result.verify().isEmpty)
          try #require(!result.nodes.contains { $0.op.name == op })
          try #require(result.nodes.allSatisfy { $0.origins == graph.nodes[0].origins })
          try result.requireSame(as: graph, seed: seed, within: 1e-5)
        }
      }
    }
  }

  /// Each of these has what only the control unit's operator knows.
  @Test(arguments: [
    ("LSTM", ", clip = 0.5", ""), ("LSTM", ", input_forget = 1", ""),
    ("LSTM", "", ", _, %h0, %c0, %p"), ("GRU", "", ", %lengths"),
    ("RNN", ", activations = [\"Relu\"]", ""),
  ])
  func othersStay(_ op: String, _ attributes: String, _ inputs: String) throws {
    var random = SeededRandom(seed: 1)
    let graph = try Self.graph(op, attributes, hasBias: true, inputs: inputs, &random)
    #expect(try unrollRecurrent(graph) == graph)
  }

  @Test func longSequencesStay() throws {
    var random = SeededRandom(seed: 2)
    for (steps, isUnrolled) in [(16, true), (17, false)] {
      let graph = try Self.graph("RNN", "", hasBias: true, inputs: "", steps: steps, &random)
      #expect((try unrollRecurrent(graph) != graph) == isUnrolled)
    }
  }

  @Test func golden() throws {
    var random = SeededRandom(seed: 3)
    let graph = try Self.graph(
      "LSTM", "", hasBias: true, inputs: ", _, %h0, %c0", steps: 1, &random)
    try unrollRecurrent.golden(graph, "lstm")
  }
}
