import Compiler
import Foundation
import Graph
import Hardware
import Plan
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Constants of the control unit of which few elements are not zero.
@Suite struct SparseConstantTests {
  /// A sum with a table where a mask says so; -0 is among its elements.
  private func graph(_ size: Int, nonzeros: Int) -> Graph {
    var builder = GraphBuilder("table")
    let x = builder.input("x", [1, size])
    var floats = [Float](repeating: 0, count: size)
    for i in 0..<nonzeros { floats[(i * 97) % size] = Float(i % 13) - 6 }
    floats[5] = -0.0
    let table = builder.constant(
      "table", Constant(Tensor([1, size], floats: floats), isSparse: true))
    let sum = builder.node("Add", "sum", [x, table])
    let bits = floats.map { $0 > 0 ? Int64(1) : 0 }
    let mask = builder.constant("mask", Tensor([1, size], ints: bits, type: .bool))
    builder.output(builder.node("Where", "y", [mask, sum, x]))
    return builder.graph
  }

  private func compiled(_ graph: Graph) throws -> Compiled {
    var options = Options()
    options.samples = [graph.randomInputs(seed: 1)]
    return try Compiled(graph, options: options)
  }

  @Test func takeBytesAsTheyAreNotZero() throws {
    let (few, many) = try (
      compiled(graph(1 << 16, nonzeros: 100)).program,
      compiled(graph(1 << 16, nonzeros: 60_000)).program
    )
    #expect(few.constants.count < 100 * (8 + 5) + 100)
    #expect(few.encoded().count - few.machine.text.utf8.count < 4000)
    // Where most are not zero, all are listed: that takes less.
    #expect(many.buffers.elements.allSatisfy { $0.nonzeros == nil || $0.element.type == .bool })
    #expect(many.constants.count > 4 << 16)
  }

  @Test func computeWhatTheGraphDoes() throws {
    let compiled = try compiled(graph(1 << 12, nonzeros: 50))
    let inputs = compiled.graph.randomInputs(seed: 3)
    let runnable = try Runnable(Program(decoding: compiled.program.encoded()))
    let expected = try compiled.graph.evaluate(inputs)
    var reference = RunOptions()
    reference.executor = .reference
    for options in [RunOptions(), reference] {
      var execution = Execution(runnable, options: options)
      let result = try execution.run(compiled.inputs(inputs))
      #expect(signalToNoise(expected, result.outputs) > 60)
    }
    #expect(try Program(assembly: compiled.program.assembly()) == compiled.program)
  }
}
