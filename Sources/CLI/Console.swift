import Foundation
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The standard streams: results on standard output, all else on standard error.
enum Console {
  /// Whether standard error is a terminal.
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Whether messages have colours: on a terminal, unless the user says no.
  private static let isColored = isTerminal && isColorWanted
  /// Whether results on standard output have, likewise.
  static let isOutputColored = isatty(STDOUT_FILENO) == 1 && isColorWanted

  /// https://no-color.org
  private static let isColorWanted: Bool = {
    let environment = ProcessInfo.processInfo.environment
    return environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
  }()

  /// A result, on standard output.
  static func print(_ text: String) throws(Failure) {
    try OutputFile.write(text.hasSuffix("\n") ? text : text + "\n", to: "-")
  }

  /// Tables, on standard output; in colour where there are colours.
  static func printTables(_ text: String) throws(Failure) {
    try print(isOutputColored ? Paint.tables(text) : text)
  }

  /// A message on standard error.
  static func say(_ line: String) {
    show(line + "\n")
  }

  /// Text on standard error as it is.
  static func show(_ text: String) {
    // Where standard error is closed, nobody can be told.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Diagnostics, one a line.
  static func report(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      let place = diagnostic.place.description.printable
      say(
        (place.isEmpty ? "" : place + ": ") + word(diagnostic.severity) + ": "
          + diagnostic.message.printable)
    }
  }

  /// `error`, in red where there are colours.
  private static func word(_ severity: Diagnostic.Severity) -> String {
    guard isColored else { return severity.rawValue }
    let color =
      switch severity {
      case .error: 31
      case .warning: 33
      case .note: 36
      }
    return "\u{1B}[1;\(color)m\(severity.rawValue)\u{1B}[0m"
  }
}

/// Does `body` about a file: a failure that names no file names this one.
func about<Result>(
  _ file: String, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  do {
    return try body()
  } catch {
    throw error.inFile(file)
  }
}
