import Graph
import Passes
import TestKit
import Testing

@Suite struct RecognizeActivationsTests {
  private func graph(_ nodes: String) throws -> Graph {
    try Graph(
      parsing: """
        graph "activations spelled out" {
          input %x: float 1x2x2x2
          input %bound: float scalar
          const %zero: float scalar = [0]
          const %half: float 1 = [0.5]
          const %one: float scalar = [1]
          const %three: float 1 = [3]
          const %six: float scalar = [6]
          const %sixth: float 1x1x1x1 = [0.16666667]
          const %channels: float 2x1x1 = [3, 4]
        \(nodes)
          output %y
        }
        """)
  }

  /// What the pass leaves of `nodes`, which computes the same.
  private func operators(_ nodes: String) throws -> [String] {
    let graph = try graph(nodes)
    let result = try recognizeActivations(graph)
    #expect(result.verify().isEmpty)
    for seed in UInt64(0)..<5 { try result.requireSame(as: graph, seed: seed, within: 1e-5) }
    #expect(try recognizeActivations(result) == result)
    return result.nodes.map(\.op.name)
  }

  @Test func golden() throws {
    let graph = try graph(
      """
        %s = Add(%x, %three): float 1x2x2x2
        %c = Clip(%s, %zero, %six): float 1x2x2x2
        %m = Mul(%x, %c): float 1x2x2x2
        %h = Div(%m, %six): float 1x2x2x2
        %t = Add(%three, %h): float 1x2x2x2
        %d = Clip(%t, %zero, %six): float 1x2x2x2
        %g = Div(%d, %six): float 1x2x2x2
        %y = Mul(%h, %g): float 1x2x2x2
      """)
    try recognizeActivations.golden(graph, "spelled-out")
  }

  @Test(arguments: [
    // The factor before, within and behind the product; as Relu and Clip; as HardSigmoid.
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %m = Mul(%c, %x): float 1x2x2x2
      %y = Mul(%sixth, %m): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %d = Div(%c, %six): float 1x2x2x2
      %y = Mul(%x, %d): float 1x2x2x2
    """,
    """
      %a = Div(%x, %six): float 1x2x2x2
      %s = Add(%a, %half): float 1x2x2x2
      %r = Relu(%s): float 1x2x2x2
      %c = Clip(%r, _, %one): float 1x2x2x2
      %y = Mul(%x, %c): float 1x2x2x2
    """,
    """
      %h = HardSigmoid(%x) {alpha = 0.16666670143604279, beta = 0.5}: float 1x2x2x2
      %y = Mul(%x, %h): float 1x2x2x2
    """,
  ])
  func hardSwish(_ nodes: String) throws {
    #expect(try operators(nodes) == ["HardSwish"])
  }

  @Test func hardSwishOfWhatIsComputed() throws {
    // The chain goes back past the factor of the product, which is where it stops.
    let found = try operators(
      """
        %a = Mul(%x, %half): float 1x2x2x2
        %s = Add(%a, %three): float 1x2x2x2
        %c = Clip(%s, %zero, %six): float 1x2x2x2
        %m = Mul(%a, %c): float 1x2x2x2
        %y = Div(%m, %six): float 1x2x2x2
      """)
    #expect(found == ["Mul", "HardSwish"])
  }

  @Test func hardSigmoid() throws {
    let found = try operators(
      """
        %s = Add(%x, %three): float 1x2x2x2
        %c = Clip(%s, %zero, %six): float 1x2x2x2
        %d = Mul(%c, %sixth): float 1x2x2x2
        %y = Sub(%d, %half): float 1x2x2x2
      """)
    #expect(found == ["HardSigmoid", "Sub"])
  }

  @Test func clampsStay() throws {
    let graph = try graph(
      """
        %s = Add(%x, %three): float 1x2x2x2
        %c = Clip(%s, %zero, %six): float 1x2x2x2
        %m = Mul(%x, %c): float 1x2x2x2
        %y = Div(%m, %six) clamp(-0.25, 1): float 1x2x2x2
      """)
    let result = try recognizeActivations(graph)
    #expect(result.nodes.map(\.clamp) == [Clamp(lower: -0.25, upper: 1)])
    try result.requireSame(as: graph, seed: 1, within: 1e-5)
  }

  /// Another slope, another centre, another lower bound, a bound that is computed, numbers that
  /// differ among channels, a product that is clamped, a product of something else, a division the
  /// other way, a factor that stays, and what is cheaper as it is.
  @Test(arguments: [
    """
      %s = Add(%x, %six): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %m = Mul(%x, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %c = Clip(%x, %zero, %six): float 1x2x2x2
      %m = Mul(%x, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %half, %six): float 1x2x2x2
      %m = Mul(%x, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %bound): float 1x2x2x2
      %m = Mul(%x, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %s = Add(%x, %channels): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %m = Mul(%x, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %m = Mul(%x, %c) clamp(0, 1): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %n = Neg(%x): float 1x2x2x2
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %m = Mul(%n, %c): float 1x2x2x2
      %y = Div(%m, %six): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %half, %six): float 1x2x2x2
      %y = Div(%six, %c): float 1x2x2x2
    """,
    """
      %s = Add(%x, %three): float 1x2x2x2
      %c = Clip(%s, %zero, %six): float 1x2x2x2
      %y = Mul(%x, %c): float 1x2x2x2
    """,
    """
      %s = Add(%x, %half): float 1x2x2x2
      %y = Clip(%s, %zero, %one): float 1x2x2x2
    """,
    """
      %y = HardSigmoid(%x): float 1x2x2x2
    """,
  ])
  func stays(_ nodes: String) throws {
    let graph = try graph(nodes)
    #expect(try recognizeActivations(graph) == eliminateDead(graph))
  }

  @Test func evaluateIsUnchanged() {
    recognizeActivations.requireSameOnRandomGraphs(within: 1e-5)
  }
}
