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
  private let input: Tensor
  private let options: Options
  private let compressed: Plan

  /// Clusters and calibrates for the seeded random picture that it is going to be run on.
  init(_ graph: Graph, clusters: Int, _ machine: Machine, threads: Int) throws(Failure) {
    let (name, picture) = graph.randomPicture
    input = picture
    var options = Options()
    options.clusters = clusters
    options.samples = [[name: picture]]
    options.threads = threads
    self.options = options
    var context = Context(options: options, machine: machine)
    var graph = graph
    for pass in Standard.pipeline.graph { graph = try pass.run(graph, &context) }
    let lowered = try Standard.pipeline.lower.run(graph, &context)
    compressed = try compress.run(lowered, &context)
  }

  /// What the network is as work.
  ///
  /// - Parameter report: of running it for the picture on a machine that drops all zeros.
  func workload(_ report: Report) -> Workload {
    Workload(compressed, lit: report.steps.reduce(0) { $0 + $1.lit })
  }

  /// What a machine takes for the picture.
  func report(on variant: Variant) throws(Failure) -> Report {
    var options = options
    options.pack = variant.pack
    var context = Context(options: options, machine: variant.machine)
    var plan = compressed
    plan.machine = variant.machine
    plan.pack(options.pack)
    for pass in Standard.onMachine { plan = try pass.run(plan, &context) }
    let provenance = Provenance(compiler: "sonic reproduce", modelHash: "")
    let runnable = try Runnable(try SONIC.compile(plan, provenance: provenance))
    var runOptions = RunOptions()
    runOptions.threads = options.threads
    var execution = Execution(runnable, options: runOptions)
    return Report(runnable, try execution.run([input]).account, .measured, samples: 1)
  }
}
