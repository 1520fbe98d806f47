import Graph
import Passes
import TestKit
import Testing

@Suite struct FactorSumsTests {
  private func graph(_ nodes: String) throws -> Graph {
    try Graph(
      parsing: """
        graph "gates" {
          input %x: float 2x2x2x2
          input %s: float 2x2x1x1
          input %full: float 2x2x2x2
        \(nodes)
          output %y
        }
        """)
  }

  @Test func golden() throws {
    let graph = try graph(
      """
        %g = Sigmoid(%s): float 2x2x1x1
        %m = Mul(%x, %g): float 2x2x2x2
        %y = Add(%x, %m): float 2x2x2x2
      """)
    try factorSums.golden(graph, "gate")
  }

  /// All orders of operands; a second time changes nothing.
  @Test(arguments: ["%x, %m", "%m, %x"], ["%x, %s", "%s, %x"])
  func operands(_ sum: String, _ product: String) throws {
    let graph = try graph(
      """
        %m = Mul(\(product)): float 2x2x2x2
        %y = Add(\(sum)): float 2x2x2x2
      """)
    let result = try factorSums(graph)
    #expect(result.verify().isEmpty)
    #expect(result.nodes.map(\.op.name) == ["Add", "Mul"])
    #expect(result.nodes[1].origins == ["m", "y"])
    try result.requireSame(as: graph, seed: 1, within: 1e-5)
    #expect(try factorSums(result) == result)
  }

  /// A factor as large as x, a product of something else, one that is read twice, and ones that are
  /// clamped.
  @Test(arguments: [
    """
      %m = Mul(%x, %full): float 2x2x2x2
      %y = Add(%x, %m): float 2x2x2x2
    """,
    """
      %m = Mul(%full, %s): float 2x2x2x2
      %y = Add(%x, %m): float 2x2x2x2
    """,
    """
      %m = Mul(%x, %s): float 2x2x2x2
      %a = Add(%x, %m): float 2x2x2x2
      %y = Add(%a, %m): float 2x2x2x2
    """,
    """
      %m = Mul(%x, %s) clamp(0, 1): float 2x2x2x2
      %y = Add(%x, %m): float 2x2x2x2
    """,
    """
      %m = Mul(%x, %s): float 2x2x2x2
      %y = Add(%x, %m) clamp(0, 1): float 2x2x2x2
    """,
    """
      %m = Mul(%s, %s): float 2x2x1x1
      %y = Add(%x, %m): float 2x2x2x2
    """,
  ])
  func stays(_ nodes: String) throws {
    let graph = try graph(nodes)
    #expect(try factorSums(graph) == eliminateDead(graph))
  }

  @Test func evaluateIsUnchanged() {
    factorSums.requireSameOnRandomGraphs(within: 1e-5)
  }
}
