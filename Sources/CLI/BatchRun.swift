import Graph
import SONICBackend
import Support
import Tensor

/// A program run on tensors, sample by sample where its batch is open.
struct BatchRun {
  /// By name, in the order of the program's outputs.
  let outputs: [NamedTensor]
  /// Of all samples, one after another; events are those of the first.
  let account: Account
  let samples: Int

  /// What one thread made of its share of the samples.
  private typealias Share = (results: [[Tensor]], account: Account?)

  /// - Parameter inputs: by name; checked against the program's declarations here.
  /// - Throws: exit code 65 with all that is wrong with the inputs, or the error of an operation.
  init(
    _ runnable: Runnable, _ inputs: [String: Tensor], options: RunOptions
  ) throws(Failure) {
    let program = runnable.program
    try program.declaration.check(inputs)
    let tensors = program.inputNames.compactMap { inputs[$0] }
    samples = program.header.isBatchOpen ? tensors[0].shape[0] : 1
    guard samples > 0 else { throw .data("found inputs of no samples, expected at least one") }
    let shares = try Self.run(runnable, tensors, samples: samples, options: options)
    let results = shares.flatMap(\.results)
    outputs = program.outputNames.enumerated().map { index, name in
      let parts = results.map { $0[index] }
      return NamedTensor(name, parts.count == 1 ? parts[0] : Tensor(joining: parts))
    }
    account = shares.compactMap(\.account).reduce(nil) { Self.sum($0, $1) }!
  }

  private static func sum(_ all: Account?, _ next: Account) -> Account? {
    guard var all else { return next }
    all.append(next)
    return all
  }

  /// Many samples are spread over the threads; few have all threads to work on each.
  private static func run(
    _ runnable: Runnable, _ tensors: [Tensor], samples: Int, options: RunOptions
  ) throws(Failure) -> [Share] {
    let progress = Progress("running", total: samples)
    let workers = samples >= 2 * options.threads ? options.threads : 1
    var engine = options
    engine.threads = workers > 1 ? 1 : options.threads
    let shares = parallelMap(count: workers, threads: workers) { [engine] worker in
      let range = (samples * worker / workers)..<(samples * (worker + 1) / workers)
      return Result { () throws(Failure) in
        try share(runnable, tensors, range, of: samples, options: engine, progress)
      }
    }
    var results: [Share] = []
    for share in shares { results.append(try share.get()) }
    return results
  }

  private static func share(
    _ runnable: Runnable, _ tensors: [Tensor], _ range: Range<Int>, of samples: Int,
    options: RunOptions, _ progress: borrowing Progress
  ) throws(Failure) -> Share {
    var execution = Execution(runnable, options: options)
    var share: Share = ([], nil)
    for sample in range {
      let inputs = samples == 1 ? tensors : tensors.map { $0.rows(sample..<sample + 1) }
      let result = try execution.run(inputs)
      share.results.append(result.outputs)
      share.account = sum(share.account, result.account)
      progress.advance()
    }
    return share
  }
}
