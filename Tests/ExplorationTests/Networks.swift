import Compiler
import Exploration
import Foundation
import Graph
import Hardware
import JSONFrontend
import Passes
import Plan
import SONICBackend
import Support
import Tensor
import TestKit

/// Networks and spaces that tests explore.
enum Networks {
  /// A convolution and a dense layer, pruned a little.
  static func small(seed: Int = 1) throws -> Graph {
    let text = """
      {
        "format": "sonic-model", "version": 1, "name": "small",
        "inputs": [{"name": "image", "type": "float", "shape": [1, 2, 6, 6]}],
        "weights": {"random": {"seed": \(seed), "sparsity": 0.5}},
        "layers": [
          {"conv": 6, "kernel": 3, "pad": "same", "relu": true},
          {"maxpool": 2},
          {"flatten": true},
          {"dense": 5}
        ]
      }
      """
    var diagnostics = Diagnostics()
    return try JSON.read(Data(text.utf8), file: "small.json", diagnostics: &diagnostics)
  }

  static func subject(
    _ name: String = "small", seed: Int = 1, on machine: Machine
  ) throws -> Subject {
    let graph = try small(seed: seed)
    var options = Options()
    options.samples = [graph.randomInputs(seed: 1)]
    return Subject(graph, name: name, hash: "\(seed)", options: options, on: machine)
  }

  /// 3 * 3 * 2 * 2 designs.
  static func space(on machine: Machine) throws -> Space {
    let text = """
      format: sonic-space
      version: 1
      parameters:
        conv.length: 2, 5, 9
        conv.units: 1 to 9 step 4
        fc.length: 10, 50
        prune: 0, 0.7
      objectives: fps-per-watt, fps, microrings, signal-to-noise
      """
    return try Space(yaml: Data(text.utf8), file: "space.yaml", on: machine)
  }

  /// What `sonic compile` and `sonic estimate` say of a network.
  static func estimate(_ graph: Graph, _ options: Options, on machine: Machine) throws -> Report {
    var context = Context(options: options, machine: machine)
    guard case .plan(let plan) = try Standard.pipeline.run(graph, &context) else {
      preconditionFailure("the last level is a plan")
    }
    let provenance = Provenance(compiler: "test", modelHash: "")
    let runnable = try Runnable(SONIC.compile(plan, provenance: provenance))
    return Report(runnable, Execution.estimate(runnable), .expected, samples: 1)
  }
}
