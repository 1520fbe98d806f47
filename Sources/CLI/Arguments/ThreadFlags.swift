import ArgumentParser
import Foundation

struct ThreadFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Threads to use (default: one for each processor); results do not depend on it.",
      valueName: "n"))
  var threads: Int?

  /// How many threads to use.
  var count: Int { threads ?? Self.processors }

  /// How many where nothing is said.
  static var processors: Int { ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    if count < 1 { throw ValidationError("'--threads' must be at least 1.") }
  }
}
