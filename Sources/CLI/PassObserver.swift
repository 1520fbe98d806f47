import Compiler
import Foundation
import Support

/// Watches a compilation: dumps what passes make, and keeps the time that its steps take and the
/// memory that is in use after them.
struct PassObserver {
  private let dumpAfter: [String]
  /// Where dumps go; nil for standard error.
  private let folder: String?
  private let isTiming: Bool
  private var steps: [(name: String, took: Duration, memory: ResidentMemory?)] = []
  private var failure: Failure?

  /// - Throws: exit code 73 if the folder cannot be made.
  init(dumpAfter: [String], folder: String?, isTiming: Bool) throws(Failure) {
    self.dumpAfter = dumpAfter
    self.folder = folder
    self.isTiming = isTiming
    if let folder { try OutputFile.makeFolder(folder) }
  }

  /// Does a step that is no pass, as reading the model.
  mutating func time<Result>(
    _ step: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    note(step, clock.now - start)
    return result
  }

  private mutating func note(_ step: String, _ took: Duration) {
    if isTiming { steps.append((step, took, ResidentMemory())) }
  }

  mutating func observe(_ pass: String, _ made: Pipeline.Stage, _ took: Duration) {
    note(pass, took)
    guard dumpAfter.contains(pass), failure == nil else { return }
    let text = made.text(isFull: false)
    do throws(Failure) {
      if let folder {
        try OutputFile.write(text, to: "\(folder)/\(pass).txt")
      } else {
        Console.show("# after \(pass)\n\(text)")
      }
    } catch {
      failure = error
    }
  }

  /// - Throws: what went wrong with the dumps.
  func check() throws(Failure) {
    if let failure { throw failure }
  }

  /// Prints times and memory, if they are asked for.
  func report() {
    let width = steps.map(\.name.count).max() ?? 0
    for (step, took, memory) in steps {
      let name = step.padding(toLength: width, withPad: " ", startingAt: 0)
      Console.say("\(name) \(took.milliseconds) ms \(memory?.text ?? "")")
    }
  }
}

extension Duration {
  /// To the microsecond, of width 10.
  var milliseconds: String {
    String(format: "%10.3f", self / .milliseconds(1))
  }
}
