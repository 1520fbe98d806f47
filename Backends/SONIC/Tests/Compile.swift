import Compiler
import Foundation
import Graph
import Hardware
import Passes
import Plan
import SONICBackend
import Support
import Tensor

/// The way through, for tests.
struct Compiled {
  /// After the passes over the graph.
  let graph: Graph
  let plan: Plan
  let program: Program

  init(_ graph: Graph, options: Options = Options(), machine: String = "sonic") throws {
    try self.init(graph, options: options, on: Machine.named(machine))
  }

  init(_ graph: Graph, options: Options, on machine: Machine) throws {
    var context = Context(options: options, machine: machine)
    var transformed = graph
    let stage = try Standard.pipeline.run(graph, &context, isVerified: true) { _, made, _ in
      if case .graph(let graph) = made { transformed = graph }
    }
    guard case .plan(let plan) = stage else { preconditionFailure("the last level is a plan") }
    self.graph = transformed
    self.plan = plan
    program = try SONIC.compile(plan, provenance: Provenance(compiler: "test", modelHash: ""))
  }

  /// Inputs in the order of the program's.
  func inputs(_ named: [String: Tensor]) -> [Tensor] {
    program.header.inputs.map { named[program.buffers[$0].name]! }
  }
}

/// Signal to noise, in dB; infinite where both are the same.
func signalToNoise(_ expected: [Tensor], _ found: [Tensor]) -> Double {
  var signal = 0.0
  var noise = 0.0
  for (a, b) in zip(expected, found) where a.type.isFloatingPoint {
    for (x, y) in zip(a.floats, b.floats) {
      signal += Double(x) * Double(x)
      noise += (Double(x) - Double(y)) * (Double(x) - Double(y))
    }
  }
  return noise == 0 ? .infinity : 10 * log10(signal / noise)
}
