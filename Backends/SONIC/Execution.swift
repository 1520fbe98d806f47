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
  /// The most samples that go side by side: values of all of them are held at a time.
  public let mostSamples: Int

  /// What a run of one sample gives.
  public struct Result: Sendable {
    /// In the order of the program's outputs; empty for an estimate.
    public var outputs: [Tensor]
    public var account: Account
  }

  /// - Parameter samples: how many there are in all, as far as is known.
  public init(_ runnable: Runnable, options: RunOptions = RunOptions(), samples: Int = 1) {
    self.runnable = runnable
    self.options = options
    workers = Workers(threads: options.threads)
    switch (options.numerics, options.executor) {
    case (.photonic, .fast):
      mostSamples = min(max(samples, 1), FastEngine.mostSamples)
      engine = FastEngine(runnable, samples: mostSamples)
    case (.photonic, .reference):
      mostSamples = 1
      engine = ReferenceEngine(runnable)
    case (.ideal, _):
      mostSamples = 1
      engine = IdealEngine(runnable)
    }
  }

  /// Makes ready what does not depend on values, which the first run would do otherwise.
  public mutating func prepare() { engine.prepare(workers) }

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
    let accountants = samples.map { _ in Accountant(runnable) }
    var buffers = Buffers(
      runnable, isIdeal: options.numerics == .ideal, samples: samples, workers: workers)
    let instructions = runnable.program.instructions
    var done = 0
    for (index, instruction) in instructions.enumerated() {
      switch instruction {
      case .collect(let i):
        let record = runnable.program.layers[i.layer]
        let counters = engine.begin(
          i.layer, done..<index, inputs: buffers.contents(of: record.input), workers)
        for (accountant, counter) in zip(accountants, counters) {
          workers.later { accountant.follow(through: index, counter) }
        }
        buffers.finish(i.layer, engine.collect(workers))
        done = index + 1
      case .operate(let i): try buffers.operate(i.operation)
      default: break
      }
    }
    workers.finish()
    return zip(samples.indices, accountants).map { sample, accountant in
      Result(outputs: buffers.outputs(of: sample), account: accountant.finish())
    }
  }

  /// Time and energy of one sample without data, from expected fractions of zeros.
  public static func estimate(_ runnable: Runnable) -> Account {
    let accountant = Accountant(runnable)
    for (index, instruction) in runnable.program.instructions.enumerated() {
      if case .collect(let i) = instruction {
        accountant.follow(through: index, ExpectedFirings(runnable, i.layer))
      }
    }
    return accountant.finish()
  }
}
