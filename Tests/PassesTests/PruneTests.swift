import Compiler
import Graph
import Passes
import Support
import Tensor
import TestKit
import Testing

@Suite struct PruneTests {
  private func options(
    _ pruning: Options.Pruning?, _ ofLayer: [String: Options.Pruning] = [:]
  ) -> Options {
    var options = Options()
    options.pruning = pruning
    options.pruningOfLayer = ofLayer
    return options
  }

  private func graph() throws -> Graph {
    try Graph(
      parsing: """
        graph "two layers" {
          input %x: float 1x4
          const %w1: float 4x4 = [1, -2, 3, -4, 5, 6, -7, 8, 0, 0, 1, 1, 0.5, -0.5, 0.5, 0.5]
          const %w2: float 2x4 = [1, 1, 1, 1, 0, 0, 0, 2]
          %fc1 = MatMul(%x, %w1): float 1x4
          %relu = Relu(%fc1): float 1x4
          %fc2 = Gemm(%relu, %w2) {transB = 1}: float 1x2
          output %fc2
        }
        """)
  }

  @Test func goldenFraction() throws {
    try prune.golden(graph(), "fraction", options(.fraction(0.5)))
  }

  @Test func goldenPattern() throws {
    try prune.golden(
      graph(), "pattern", options(.pattern(keep: 2, of: 4), ["fc1": .fraction(1)]))
  }

  @Test func nothingIsPrunedUnlessAsked() throws {
    #expect(try prune(graph()) == graph())
    #expect(try prune(graph(), options(.fraction(0))) == graph())
    let one = try prune(graph(), options(nil, ["fc2": .fraction(0.9)]))
    #expect(one.values.elements[1] == (try graph()).values.elements[1])
  }

  @Test func refusesImpossibleWishes() throws {
    let options = options(
      .fraction(1.5),
      ["fc3": .fraction(0.5), "relu": .pattern(keep: 3, of: 2), "elsewhere": .fraction(0)])
    #expect(
      try prune.problems(graph(), options) == [
        "usage",
        "--prune: error: found the fraction 1.5, expected a number from 0 to 1",
        "node \"elsewhere\": error: cannot prune: no layer has this name",
        "node \"fc3\": error: cannot prune: no layer has this name; near it: \"fc1\", \"fc2\"",
        "node \"relu\": error: found the pattern 3:2, expected 1 <= N <= M",
        "node \"relu\": error: cannot prune: found Relu, expected a layer with weights",
      ])
  }

  /// The weights of the layers before and after pruning, with the axis of input channels of the
  /// operators that random graphs have.
  private func weights(_ graph: Graph) -> [(String, Tensor)] {
    graph.nodes.compactMap { node in
      guard ["Conv", "Gemm", "MatMul"].contains(node.op.name), let id = node.inputs[1],
        case .dense(let tensor)? = graph.values[id].constant?.base
      else { return nil }
      return (node.op.name, tensor)
    }
  }

  @Test func zerosStayAndSurvivorsAreUnchanged() {
    withSeed(0..<100) { seed, random in
      let graph = try Graph.random(seed: seed).before(prune)
      let fraction = Double(random.nextFloat())
      let result = try prune(graph, options(.fraction(fraction)))
      try #require(result.verify().isEmpty)
      for ((_, before), (_, after)) in zip(weights(graph), weights(result)) {
        for (old, new) in zip(before.floats, after.floats) { try #require(new == 0 || new == old) }
        let zeros = after.floats.count { $0 == 0 }
        let goal = Int((fraction * Double(after.count)).rounded())
        let were = before.floats.count { $0 == 0 }
        try #require(zeros == max(were, min(goal, after.count - 1)))
        let dropped = zip(before.floats, after.floats).filter { $1 == 0 }.map(\.0.magnitude).max()
        let kept = after.floats.filter { $0 != 0 }.map(\.magnitude).min()
        if let dropped, let kept { try #require(dropped <= kept) }
      }
    }
  }

  @Test func patternsHold() {
    withSeed(0..<100) { seed, random in
      let graph = try Graph.random(seed: seed, sparsity: 0.1).before(prune)
      let of = 2 + random.next(below: 3)
      let keep = 1 + random.next(below: of)
      let result = try prune(graph, options(.pattern(keep: keep, of: of)))
      for ((op, before), (_, after)) in zip(weights(graph), weights(result)) {
        for (old, new) in zip(before.floats, after.floats) { try #require(new == 0 || new == old) }
        let axis = op == "MatMul" ? 0 : 1
        let (size, stride) = (after.shape[axis], after.shape.strides[axis])
        for start in after.floats.indices where start / stride % size % of == 0 {
          let length = min(of, size - (start / stride % size))
          let kept = (0..<length).count { after.floats[start + $0 * stride] != 0 }
          let were = (0..<length).count { before.floats[start + $0 * stride] != 0 }
          try #require(kept == min(keep, were))
        }
      }
    }
  }
}
