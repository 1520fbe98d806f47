import Compiler
import Graph
import SONICBackend
import Support
import Tensor
import Testing

/// Control flow on the control unit.
@Suite struct ControlFlowTests {
  /// A layer, then what a condition of the input says.
  private func network() throws -> Graph {
    func branch(_ name: String, _ node: String) -> String {
      "\(name) = graph " + "graph \"\(name)\" {\ninput %v: ?\n\(node)\noutput %z\n}".quoted
    }
    return try Graph(
      parsing: """
        graph "choice" {
          input %c: bool scalar
          input %x: float 1x4
          const %w: float 4x2 = [1, 2, 0, 1, -1, 0, 0.5, -2]
          %h = MatMul(%x, %w)
          %y = If(%c, %h, %h) {\(branch("then_branch", "%z = Relu(%v)")), \
        \(branch("else_branch", "%z = Neg(%v)")), captures = 2}
          output %y
        }
        """)
  }

  @Test func aProgramRunsTheBranchThatItsInputNames() throws {
    let graph = try network()
    let x = Tensor([1, 4], floats: [0.5, -1, 0.25, 1])
    func inputs(_ condition: Int64) -> [String: Tensor] {
      ["c": Tensor([], ints: [condition], type: .bool), "x": x]
    }
    var options = Options()
    options.samples = [inputs(0), inputs(1)]
    let compiled = try Compiled(graph, options: options)
    let runnable = try Runnable(compiled.program)
    for condition in [0, 1] as [Int64] {
      var execution = Execution(runnable)
      let result = try execution.run(compiled.inputs(inputs(condition)))
      let expected = try graph.evaluate(inputs(condition))
      #expect(signalToNoise(expected, result.outputs) > 40)
    }
    // Which branch is taken is not known before: both cost the same here, two operations.
    let step = try #require(compiled.program.operations.elements.first { $0.op == "If" })
    #expect(step.inputs.count == 3)
  }
}
