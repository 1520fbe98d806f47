public import Compiler
public import Graph
public import Hardware
import Passes
import Plan
public import SONICBackend
public import Support
import Tensor

/// A network brought through the passes that know no machine, so that what it costs on one machine after
/// another is known without looking at a weight.
public struct PreparedNetwork: Sendable {
  /// Compressed, and on no machine in particular.
  private let plan: Plan
  /// What pruning and clustering leave of the outputs on the samples that calibrate, in hundredths of a
  /// decibel; nil unless it was asked for.
  public let signalToNoise: Int?
  /// What the passes have to say that is no error.
  let notes: [Diagnostic]

  /// Runs the passes; O(weights).
  ///
  /// - Parameters:
  ///   - graph: as a frontend gives it.
  ///   - options: what it is compiled with.
  ///   - machine: any of those that it is to run on.
  ///   - isCompared: whether to find ``signalToNoise``, which evaluates the network twice on every
  ///     sample.
  public init(
    _ graph: Graph, _ options: Options, on machine: Machine, isCompared: Bool = false
  ) throws(Failure) {
    var context = Context(options: options, machine: machine)
    var changed = graph
    for pass in Standard.pipeline.graph { changed = try pass.run(changed, &context) }
    signalToNoise = isCompared ? try changed.signalToNoise(against: graph, options) : nil
    var plan = try Standard.pipeline.lower.run(consume changed, &context)
    plan = try compress.run(plan, &context)
    plan.forgetPairs()
    self.plan = plan
    notes = context.diagnostics.all
  }

  /// What `sonic compile` and `sonic estimate` would say of the machine, to the last femtojoule.
  ///
  /// - Parameters:
  ///   - machine: to run on.
  ///   - options: other than those that the network was prepared with only in what its graph does
  ///     not depend on.
  /// - Throws: what keeps the network from running on it.
  public func report(on machine: Machine, _ options: Options) throws(Failure) -> Report {
    var context = Context(options: options, machine: machine)
    var plan = plan
    plan.machine = machine
    plan.pack(options.pack)
    for pass in Standard.onMachine { plan = try pass.run(plan, &context) }
    let outline = try Outline(plan)
    return Report(outline, outline.estimate(), .expected, samples: 1)
  }
}

extension Graph {
  /// The signal-to-noise ratio of all outputs together, summed in an order that is the same on every
  /// machine; at most 200 dB.
  fileprivate func signalToNoise(
    against original: Graph, _ options: Options
  ) throws(Failure) -> Int {
    var similarity = Similarity()
    for sample in try CalibrationSamples(self, options).all {
      let expected = try original.evaluate(sample, order: .ascending)
      let found = try evaluate(sample, order: .ascending)
      for (found, expected) in zip(found, expected) { similarity.add(found, expected: expected) }
    }
    return Int((min(max(similarity.decibels, -200), 200) * 100).rounded())
  }
}
