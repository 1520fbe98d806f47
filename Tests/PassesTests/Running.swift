import Compiler
import Graph
import Hardware
import Passes
import Support
import Tensor
import TestKit
import Testing

/// A context for tests, on the built-in machine.
func context(_ options: Options = Options()) throws -> Context {
  Context(options: options, machine: try machine.get())
}

/// Read once.
private let machine = Result { try Machine.named("sonic") }

extension Pass {
  /// What the pass makes of `input`.
  func callAsFunction(_ input: Input, _ options: Options = Options()) throws -> Output {
    var context = try context(options)
    return try run(input, &context)
  }

  /// The messages of the failure that `input` earns, and its exit code before them.
  func problems(_ input: Input, _ options: Options = Options()) throws -> [String] {
    var context = try context(options)
    do throws(Failure) {
      _ = try run(input, &context)
      return []
    } catch {
      return ["\(error.code)"] + error.diagnostics.map(\.description)
    }
  }
}

extension Pass<Graph, Graph> {
  /// Compares the text of `graph` and of what the pass makes of it with a golden file.
  func golden(
    _ graph: Graph, _ name: String, _ options: Options = Options(),
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let after = try self(graph, options)
    #expect(after.verify().isEmpty, sourceLocation: sourceLocation)
    let text =
      "before\n\n" + graph.text(constants: .elided) + "\nafter\n\n"
      + after.text(constants: .elided)
    Golden.check(text, "pass/\(self.name)/\(name).txt", sourceLocation: sourceLocation)
  }
}

extension Pass<Graph, Graph> {
  /// Holds the pass to its law on a hundred random graphs, each as it enters the pass: what it makes
  /// of one is well formed and computes the same.
  func requireSameOnRandomGraphs(_ options: Options = Options(), within tolerance: Float = 0) {
    withSeed(0..<100) { seed, _ in
      let graph = try Graph.random(seed: seed).before(self, options)
      let result = try self(graph, options)
      try #require(result.verify().isEmpty)
      try result.requireSame(as: graph, seed: seed, within: tolerance)
    }
  }
}

extension Graph {
  /// The graph as it enters `pass` in the pipeline.
  func before(_ pass: Pass<Graph, Graph>, _ options: Options = Options()) throws -> Graph {
    try Standard.pipeline.graph.prefix { $0.name != pass.name }.reduce(self) { try $1($0, options) }
  }

  /// Requires that another graph computes the same outputs, within a fraction of the largest
  /// magnitude of each.
  func requireSame(as other: Graph, seed: UInt64, within tolerance: Float = 0) throws {
    let inputs = other.randomInputs(seed: seed)
    for (found, expected) in zip(try evaluate(inputs), try other.evaluate(inputs)) {
      try #require(found.type == expected.type && found.shape == expected.shape)
      if tolerance == 0 {
        try #require(found == expected)
      } else {
        let peak = expected.floats.map(\.magnitude).max() ?? 0
        let error = zip(found.floats, expected.floats).map { ($0 - $1).magnitude }.max() ?? 0
        try #require(error <= tolerance * peak)
      }
    }
  }
}
