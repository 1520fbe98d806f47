import Graph
import Kernels
import SONICBackend
import Support
import Tensor

/// A program run on tensors: call by call, and sample by sample where its batch is open.
struct BatchRun {
  /// By name, in the order of the program's outputs.
  let outputs: [NamedTensor]
  /// Of all samples, one after another; events are those of the first.
  let account: Account
  /// Of the first sample.
  let first: Account
  let samples: Int
}

/// Runs a program on the same tensors, once or again and again.
struct BatchRunner {
  private let program: Program
  private let calls: Calls
  private var execution: Execution

  /// - Throws: exit code 65 with all that is wrong with the inputs.
  init(_ runnable: Runnable, _ calls: Calls, options: RunOptions) throws(Failure) {
    sonic_keep_freed_memory()
    program = runnable.program
    self.calls = calls
    let samples = try program.samples(of: calls.first)
    execution = Execution(runnable, options: options, samples: samples)
  }

  /// How long the last run's accounts took this computer.
  var accounting: Duration { execution.accounting }

  /// Makes ready what the first run would make ready otherwise.
  mutating func prepare() { execution.prepare() }

  /// - Throws: the error of an operation.
  mutating func run() throws(Failure) -> BatchRun {
    execution.restart()
    let calls = calls
    var account: Account?
    var first: Account?
    var samples = 0
    let outputs = try calls.run { inputs throws(Failure) in
      let made = try run(on: inputs)
      account = Self.sum(account, made.account)
      first = first ?? made.first
      samples += made.samples
      return made.outputs
    }
    return BatchRun(outputs: outputs, account: account!, first: first!, samples: samples)
  }

  /// One call.
  private mutating func run(on inputs: [String: Tensor]) throws(Failure) -> BatchRun {
    let samples = try program.samples(of: inputs)
    let tensors = program.inputNames.compactMap { inputs[$0] }
    let progress = Progress("running", total: samples, isAlone: !calls.isMany)
    var results: [[Tensor]] = []
    var account: Account?
    var firstAccount: Account?
    for first in stride(from: 0, to: samples, by: execution.mostSamples) {
      let group = first..<min(first + execution.mostSamples, samples)
      let inputs = group.map { sample in
        samples == 1 ? tensors : tensors.map { $0.rows(sample..<sample + 1) }
      }
      for result in try execution.run(samples: inputs) {
        results.append(result.outputs)
        account = Self.sum(account, result.account)
        firstAccount = firstAccount ?? result.account
      }
      progress.advance(by: group.count)
    }
    let outputs = program.outputNames.enumerated().map { index, name in
      let parts = results.map { $0[index] }
      return NamedTensor(name, parts.count == 1 ? parts[0] : Tensor(joining: parts))
    }
    return BatchRun(
      outputs: outputs, account: account!, first: firstAccount!, samples: samples)
  }

  private static func sum(_ all: Account?, _ next: Account) -> Account {
    guard var all else { return next }
    all.append(next)
    return all
  }
}

extension BatchRun {
  /// Runs a program once.
  init(_ runnable: Runnable, _ inputs: [String: Tensor], options: RunOptions) throws(Failure) {
    var runner = try BatchRunner(runnable, Calls(inputs), options: options)
    self = try runner.run()
  }
}

extension Program {
  /// How many samples the inputs of a call hold.
  ///
  /// - Parameter inputs: by name; checked against the program's declarations here.
  /// - Throws: exit code 65 with all that is wrong with the inputs.
  fileprivate func samples(of inputs: [String: Tensor]) throws(Failure) -> Int {
    try declaration.check(inputs)
    guard header.isBatchOpen, let first = inputs[inputNames[0]] else { return 1 }
    guard first.shape[0] > 0 else {
      throw .data("found inputs of no samples, expected at least one")
    }
    return first.shape[0]
  }
}
