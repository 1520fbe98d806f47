import Graph
import Passes
import Support
import TestKit
import Testing

@Suite struct FuseActivationTests {
  @Test func golden() throws {
    let graph = try Graph(
      parsing: """
        graph "activations" {
          input %x: float 1x2
          input %bound: float scalar
          const %w: float 2x2 = [1, 2, 3, 4]
          const %zero: float scalar = [0]
          const %six: float scalar = [6]
          %a = MatMul(%x, %w): float 1x2
          %b = Relu(%a): float 1x2
          %c = Clip(%b, _, %six): float 1x2
          %d = MatMul(%c, %w): float 1x2
          %e = Clip(%d, %zero, %bound): float 1x2
          %f = Add(%e, %x): float 1x2
          %g = Relu(%f): float 1x2
          %h = Add(%f, %g): float 1x2
          %i = Relu(%h): float 1x2
          output %i
        }
        """)
    try fuseActivation.golden(graph, "activations")
  }

  @Test func outputsAreNotFused() throws {
    let graph = try Graph(
      parsing: """
        graph "an output that is read" {
          input %x: float 1x2
          %a = Add(%x, %x): float 1x2
          %b = Relu(%a): float 1x2
          output %a
          output %b
        }
        """)
    #expect(try fuseActivation(graph) == graph)
  }

  @Test(arguments: ["Mul(%x, %x)", "Sub(%x, %two)", "Div(%x, %two)"])
  func productsAndQuotients(_ node: String) throws {
    let graph = try Graph(
      parsing: """
        graph "element by element" {
          input %x: float 1x2
          const %two: float scalar = [2]
          %a = \(node): float 1x2
          %b = Relu(%a): float 1x2
          output %b
        }
        """)
    let result = try fuseActivation(graph)
    #expect(result.nodes.count == 1 && result.verify().isEmpty)
    try result.requireSame(as: graph, seed: 1)
  }

  @Test(arguments: [true, false]) func boundsInAnyOrder(_ followsRelu: Bool) throws {
    // Clip with its lower bound above its upper one gives the upper one.
    let sum = followsRelu ? "%s" : "%b"
    let relu = followsRelu ? "%b = Relu(%s): float 1x2" : ""
    let graph = try Graph(
      parsing: """
        graph "crossed bounds" {
          input %x: float 1x2
          const %two: float scalar = [2]
          const %one: float scalar = [1]
          \(sum) = Add(%x, %x): float 1x2
          \(relu)
          %c = Clip(%b, %two, %one): float 1x2
          output %c
        }
        """)
    let result = try fuseActivation(graph)
    #expect(result.nodes.count == 1 && result.verify().isEmpty)
    try result.requireSame(as: graph, seed: 1)
  }

  @Test func evaluateIsUnchanged() {
    fuseActivation.requireSameOnRandomGraphs()
  }
}
