import Plan
import Simulation
public import Support
public import Tensor

/// Runs a program, some samples side by side, and keeps an account of time and energy for each.
///
/// Values are computed first: all that the account needs of them is where they are zero. The account
/// of each sample follows behind, on a thread of its own if there is one.
public struct Execution {
  private let runnable: Runnable
  private let options: RunOptions
  private let workers: Workers
  private var engine: any Engine
  private lazy var tariff = Tariff(runnable.outline)
  /// Of the buffers that hold codes.
  private let formats: [FixedPoint?]
  /// Nil for the reference, which does every operation as its operator does.
  private var ways: CodeWays?
  /// Of numerics that have noise.
  private let noise: NoiseModel?
  /// Samples that the run has taken so far.
  private var taken = 0
  /// How long this computer has spent on accounts of time and energy since the last ``restart()``, on
  /// whichever thread.
  public private(set) var accounting = Duration.zero
  /// The most samples that go side by side: values of all of them are held at a time.
  public let mostSamples: Int

  /// What a run of one sample gives.
  public struct Result: Sendable {
    /// In the order of the program's outputs; empty for an estimate.
    public var outputs: [Tensor]
    public var account: Account
  }

  /// - Parameters:
  ///   - runnable: the program.
  ///   - options: how it is run.
  ///   - samples: how many there are in all, as far as is known.
  /// - Precondition: the options go with the program's machine: ``RunOptions/check(_:)``.
  public init(_ runnable: Runnable, options: RunOptions = RunOptions(), samples: Int = 1) {
    self.runnable = runnable
    self.options = options
    workers = Workers(threads: options.threads)
    let isFast = options.numerics == .photonic && options.executor == .fast
    mostSamples = isFast ? min(max(samples, 1), FastEngine.mostSamples) : 1
    noise =
      options.numerics == .noisy
      ? NoiseModel(runnable.program.machine, seed: options.seed) : nil
    engine = Self.engine(runnable, options, noise, samples: mostSamples)
    let isReference = options.executor == .reference
    formats =
      options.numerics == .ideal
      ? runnable.formats.map { _ in nil } : isReference ? runnable.formats : runnable.heldFormats
    ways = isReference ? nil : CodeWays(runnable, formats: formats, samples: max(samples, 1))
  }

  private static func engine(
    _ runnable: Runnable, _ options: RunOptions, _ noise: NoiseModel?, samples: Int
  ) -> any Engine {
    switch (options.numerics, options.executor) {
    case (.photonic, .fast): FastEngine(runnable, samples: samples)
    case (.photonic, .reference): ReferenceEngine(runnable)
    case (.ideal, _): IdealEngine(runnable)
    case (.noisy, _): NoisyEngine(runnable, noise!)
    }
  }

  /// Makes ready what does not depend on values, which the first run would do otherwise.
  public mutating func prepare() {
    _ = tariff
    engine.prepare(workers)
  }

  /// Makes the next sample the first of a run: noise differs from sample to sample of one.
  public mutating func restart() {
    taken = 0
    accounting = .zero
  }

  /// Runs one sample.
  ///
  /// - Parameter inputs: in the order of the program's inputs, of their types.
  /// - Throws: an operation's own error, which the values that reach it cause.
  public mutating func run(_ inputs: [Tensor]) throws(Failure) -> Result {
    try run(samples: [inputs])[0]
  }

  /// Runs samples side by side: each as if it were alone.
  ///
  /// - Precondition: at most ``mostSamples``.
  public mutating func run(samples: [[Tensor]]) throws(Failure) -> [Result] {
    engine.start(after: taken)
    defer { taken += samples.count }
    let accountants = samples.map { _ in Accountant(tariff, isBeside: workers.threads > 1) }
    var buffers = Buffers(
      runnable, formats: formats, samples: samples, workers: workers)
    for instruction in runnable.program.instructions {
      switch instruction {
      case .collect(let i):
        let table = ways?.table(of: i.layer)
        let (outputs, firings) = compute(i.layer, buffers, table?.codes)
        for (accountant, firings) in zip(accountants, firings) {
          workers.later { accountant.follow(firings) }
        }
        buffers.finish(i.layer, outputs, table)
      case .operate(let i): try buffers.operate(i.operation, &ways)
      default: break
      }
    }
    for accountant in accountants { workers.later { accountant.finish() } }
    let outputs = samples.indices.map { buffers.outputs(of: $0) }
    workers.finish()
    let results = zip(outputs, accountants).map { Result(outputs: $0, account: $1.account) }
    for accountant in accountants { accounting += accountant.spent }
    return results
  }

  /// What a layer makes of each sample, looked up in a table if there is one, and what its tiles make VDUs do
  /// for it.
  private mutating func compute(
    _ layer: ID<LayerRecord>, _ buffers: Buffers, _ table: LookedCodes?
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    let record = runnable.program.layers[layer]
    let inputs = buffers.contents(of: record.input)
    guard let source = record.weightSource else {
      return engine.compute(layer, inputs: inputs, table: table, workers)
    }
    // Weights differ from sample to sample.
    let weights = buffers.contents(of: source)
    let workers = inputs.count == 1 ? workers : Workers.alone
    let results = self.workers.map(count: inputs.count) {
      [runnable, options, noise, taken] sample in
      let given = runnable.giving(weights[sample].signedBytes, to: layer)
      var engine = Self.engine(given, options, noise, samples: 1)
      engine.start(after: taken + sample)
      let (outputs, firings) = engine.compute(
        layer, inputs: [inputs[sample]], table: table, workers)
      return (outputs[0], firings[0])
    }
    return (results.map(\.0), results.map(\.1))
  }

  /// Time and energy of one sample without data, from expected fractions of zeros.
  public static func estimate(_ runnable: Runnable) -> Account { runnable.outline.estimate() }
}
