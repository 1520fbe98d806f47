import Compiler
import Foundation
import Support

/// Watches a compilation: dumps what passes make, and keeps the time that they take.
struct PassObserver {
  private let dumpAfter: [String]
  /// Where dumps go; nil for standard error.
  private let folder: String?
  private let isTiming: Bool
  private var times: [(pass: String, took: Duration)] = []
  private var failure: Failure?

  /// - Throws: exit code 73 if the folder cannot be made.
  init(dumpAfter: [String], folder: String?, isTiming: Bool) throws(Failure) {
    self.dumpAfter = dumpAfter
    self.folder = folder
    self.isTiming = isTiming
    if let folder { try OutputFile.makeFolder(folder) }
  }

  mutating func observe(_ pass: String, _ made: Pipeline.Stage, _ took: Duration) {
    times.append((pass, took))
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

  /// Prints the times.
  ///
  /// - Throws: what went wrong with the dumps.
  func finish() throws(Failure) {
    if let failure { throw failure }
    guard isTiming else { return }
    let width = times.map(\.pass.count).max() ?? 0
    for (pass, took) in times {
      let name = pass.padding(toLength: width, withPad: " ", startingAt: 0)
      Console.say("\(name) \(took.milliseconds) ms")
    }
  }
}

extension Duration {
  /// `12.3`, of width 9.
  var milliseconds: String {
    String(format: "%9.1f", self / .milliseconds(1))
  }
}
