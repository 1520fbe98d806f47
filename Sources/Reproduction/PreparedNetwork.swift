import Compiler
import Graph
import Hardware
import Passes
import Plan
import SONICBackend
import Support
import Tensor

/// A network brought through the passes that know no machine, so that it can be compiled to many.
struct PreparedNetwork {
  private let graph: Graph
  private let input: Tensor
  private let options: Options

  /// Clusters and calibrates for the seeded random picture that it is going to be run on.
  init(_ graph: Graph, clusters: Int, _ machine: Machine, threads: Int) throws(Failure) {
    let image = graph.values[graph.inputs[0]]
    let sizes = (image.declared ?? []).map { if case .fixed(let size) = $0 { size } else { 1 } }
    var random = SeededRandom(seed: 1)
    let shape = Shape(sizes)
    input = Tensor(shape, floats: (0..<shape.count).map { _ in random.nextFloat() })
    var options = Options()
    options.clusters = clusters
    options.samples = [[image.name: input]]
    options.threads = threads
    self.options = options
    var context = Context(options: options, machine: machine)
    var graph = graph
    for pass in Standard.pipeline.graph { graph = try pass.run(graph, &context) }
    self.graph = graph
  }

  /// What the network is as work, with the report of running it for the picture on a machine that drops all
  /// zeros.
  func workload(_ report: Report, _ machine: Machine) throws(Failure) -> Workload {
    var context = Context(options: options, machine: machine)
    let plan = try compress.run(try Standard.pipeline.lower.run(graph, &context), &context)
    return Workload(plan, lit: report.steps.reduce(0) { $0 + $1.lit })
  }

  /// What a machine takes for the picture.
  func report(on variant: Variant) throws(Failure) -> Report {
    var options = options
    options.pack = variant.pack
    var context = Context(options: options, machine: variant.machine)
    var plan = try Standard.pipeline.lower.run(graph, &context)
    for pass in Standard.pipeline.plan { plan = try pass.run(plan, &context) }
    let provenance = Provenance(compiler: "sonic reproduce", modelHash: "")
    let runnable = try Runnable(try SONIC.compile(plan, provenance: provenance))
    var runOptions = RunOptions()
    runOptions.threads = options.threads
    var execution = Execution(runnable, options: runOptions)
    return Report(runnable, try execution.run([input]).account, samples: 1)
  }
}
