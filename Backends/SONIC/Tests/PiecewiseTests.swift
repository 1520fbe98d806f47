import Compiler
import Graph
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Element-wise operations on more elements than the control unit takes at a time.
@Suite struct PiecewiseTests {
  /// A single element broadcasts to every piece, whatever its rank: PRelu looks at the shapes.
  @Test func singleElementsBroadcast() throws {
    var builder = GraphBuilder("piecewise")
    let x = builder.input("x", [1, 2, 100, 100])
    let slope = builder.constant("slope", [1, 1, 1], [0.25])
    let factor = builder.constant("factor", [1, 1, 1, 1], [3])
    let bent = builder.node("PRelu", "bent", [x, slope])
    builder.output(builder.node("Mul", "y", [factor, bent]))
    let graph = builder.graph
    let inputs = graph.randomInputs(seed: 1)
    var options = Options()
    options.samples = [inputs]
    let compiled = try Compiled(graph, options: options)
    for threads in 1...3 {
      var run = RunOptions()
      run.threads = threads
      var execution = Execution(try Runnable(compiled.program), options: run)
      let found = try execution.run(compiled.inputs(inputs)).outputs
      #expect(found == (try graph.evaluate(inputs)))
    }
  }
}
