import Compiler
import Graph
import Passes
import Support
import TestKit
import Testing

/// What `lower` says of weights that stay with the control unit.
@Suite struct LeftWeightsTests {
  private func notes(_ lines: String) throws -> [String] {
    let graph = try Graph(parsing: "graph \"left\" {\n\(lines)\n}")
    var context = try context()
    let lowerable = try Standard.pipeline.graph.reduce(graph) { try $1($0) }
    _ = try lower.run(lowerable, &context)
    return context.diagnostics.all.map(\.description)
  }

  @Test func ofForms() throws {
    let found = try notes(
      """
      input %x: float 1x1x2x2x2
      input %a: float 3x2
      const %w: float 1x1x1x1x2 = [1, -1]
      const %m: float 3x2 = [1, 2, 3, 4, 5, 6]
      %v = Conv "volume"(%x, %w): float 1x1x2x2x1
      %t = Gemm "columns"(%a, %m) {transA = 1}: float 2x2
      %g = Gemm "rows"(%a, %m) {transB = 1}: float 3x3
      output %v
      output %t
      output %g
      """)
    #expect(
      found == [
        "node \"volume\": note: the control unit takes its 2 weights; of Conv, VDUs take those of one "
          + "and two dimensions with constant biases",
        "node \"columns\": note: the control unit takes its 6 weights; of Gemm, VDUs take those of rows "
          + "of activations with a bias for each column",
      ])
  }

  /// Both matrices of a recurrent layer; what a Loop starts from is none.
  @Test func ofLoops() throws {
    let body = """
      graph "body" {
        input %i: int64 scalar
        input %c: bool scalar
        input %s: float 2x2
        input %a: float 2x2
        input %w: float 2x2
        %d = Identity(%c): bool scalar
        %m = MatMul(%a, %s): float 2x2
        %t = MatMul(%m, %w): float 2x2
        output %d
        output %t
      }
      """.quoted
    let found = try notes(
      """
      input %a: float 2x2
      const %n: int64 scalar = [3]
      const %s: float 2x2 = [1, 2, 3, 4]
      const %w: float 2x2 = [5, 6, 7, 8]
      %y = Loop(%n, _, %s, %a, %w) {body = graph \(body), captures = 2}: float 2x2
      output %y
      """)
    #expect(
      found == [
        "node \"y\": note: the control unit takes 4 weights within it; bodies do not reach the VDUs"
      ])
  }

  /// A branch with weights of its own, and one that takes some from around.
  @Test func ofBranches() throws {
    let own = """
      graph "own" {
        input %x: float 1x2
        const %w: float 2x3 = [1, 2, 3, 4, 5, 6]
        %y = MatMul(%x, %w): float 1x3
        output %y
      }
      """.quoted
    let taking = """
      graph "taking" {
        input %x: float 1x2
        input %w: float 2x3
        %y = MatMul(%x, %w): float 1x3
        output %y
      }
      """.quoted
    let found = try notes(
      """
      input %c: bool scalar
      input %x: float 1x2
      const %w: float 2x3 = [1, 2, 3, 4, 5, 6]
      %y = If(%c, %x, %x, %w) {then_branch = graph \(own), else_branch = graph \(taking), \
      captures = 1}: float 1x3
      output %y
      """)
    #expect(
      found == [
        "node \"y\": note: the control unit takes 12 weights within it; bodies do not reach the VDUs"
      ])
  }
}
