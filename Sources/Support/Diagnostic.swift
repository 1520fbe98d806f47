/// One message to the user: where, how bad, and what was found and expected.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  public enum Severity: String, Sendable {
    case error, warning, note
  }

  public let severity: Severity
  public let place: Place
  /// Lower-case, without a full stop; says what was found and what was expected.
  public let message: String

  public init(_ severity: Severity, at place: Place, _ message: String) {
    self.severity = severity
    self.place = place
    self.message = message
  }

  /// `model.onnx: node "conv1": error: ...`, on one line, as a terminal may be given it.
  public var description: String {
    let place = place.description
    return ((place.isEmpty ? "" : place + ": ") + "\(severity.rawValue): \(message)").printable
  }
}

/// Where in the user's input something was found.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  /// The spot inside a file.
  public enum Spot: Hashable, Sendable {
    case whole
    case offset(Int)
    case line(Int, column: Int)
    /// A named thing: `node "conv1"`, `layers[3].weights`.
    case named(String)
  }

  public var file: String
  public var spot: Spot

  public init(file: String = "", _ spot: Spot = .whole) {
    self.file = file
    self.spot = spot
  }

  /// A node of a model.
  public static func node(_ name: String) -> Place { Place(.named("node \(name.quoted)")) }

  /// A value (tensor) of a model.
  public static func value(_ name: String) -> Place { Place(.named("value \(name.quoted)")) }

  /// The same spot, in `file`.
  public func inFile(_ file: String) -> Place { Place(file: file, spot) }

  public var description: String {
    let spot =
      switch spot {
      case .whole: ""
      case .offset(let offset): "byte \(offset)"
      case .line(let line, let column): "\(line):\(column)"
      case .named(let name): name
      }
    if file.isEmpty { return spot }
    if spot.isEmpty { return file }
    if case .line = self.spot { return file + ":" + spot }
    return file + ": " + spot
  }
}
