/// Why a command ends without its result: all the errors found, and the exit code that they earn.
public struct Failure: Error, Sendable, Equatable {
  /// Exit codes after BSD's sysexits.
  public enum Code: Int32, Sendable {
    case usage = 64
    case data = 65
    case noInput = 66
    case unavailable = 69
    case bug = 70
    case cannotCreate = 73
  }

  public let code: Code
  public var diagnostics: [Diagnostic]

  public init(_ code: Code, _ diagnostics: [Diagnostic]) {
    self.code = code
    self.diagnostics = diagnostics
  }

  public init(_ code: Code, at place: Place = Place(), _ message: String) {
    self.init(code, [Diagnostic(.error, at: place, message)])
  }

  /// Bad input data.
  public static func data(at place: Place = Place(), _ message: String) -> Failure {
    Failure(.data, at: place, message)
  }

  /// The same failure with every place that names no file placed in `file`.
  public func inFile(_ file: String) -> Failure {
    Failure(
      code,
      diagnostics.map {
        $0.place.file.isEmpty ? Diagnostic($0.severity, at: $0.place.inFile(file), $0.message) : $0
      })
  }
}

/// What a stage has to say: errors gather here so that several are reported together.
public struct Diagnostics: Sendable {
  public private(set) var all: [Diagnostic] = []

  public init() {}

  public var hasErrors: Bool { all.contains { $0.severity == .error } }

  public mutating func error(at place: Place, _ message: String) {
    all.append(Diagnostic(.error, at: place, message))
  }

  public mutating func warning(at place: Place, _ message: String) {
    all.append(Diagnostic(.warning, at: place, message))
  }

  public mutating func note(at place: Place, _ message: String) {
    all.append(Diagnostic(.note, at: place, message))
  }

  /// Throws all errors gathered so far, if there are any.
  public func check(_ code: Failure.Code = .data) throws(Failure) {
    let errors = all.filter { $0.severity == .error }
    if !errors.isEmpty { throw Failure(code, errors) }
  }
}
