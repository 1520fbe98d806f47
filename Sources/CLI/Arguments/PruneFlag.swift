import ArgumentParser
import Compiler
import Support

/// How much to prune: of every layer alike, or as a JSON file says.
enum PruneFlag: ExpressibleByArgument {
  case all(Options.Pruning)
  case file(String)

  init?(argument: String) {
    if argument.hasSuffix(".json") {
      self = .file(argument)
    } else if let pruning = Options.Pruning(spelling: argument) {
      self = .all(pruning)
    } else {
      return nil
    }
  }

  func apply(to options: inout Options) throws(Failure) {
    switch self {
    case .all(let pruning): options.pruning = pruning
    case .file(let file):
      options.pruningOfLayer = try about(file) { () throws(Failure) in
        try Self.layers([UInt8](InputFile.read(file)))
      }
    }
  }

  /// Reads `{"layer": 0.9, "other": "2:4"}`.
  private static func layers(_ text: [UInt8]) throws(Failure) -> [String: Options.Pruning] {
    let root = try JSONValue.parse(text)
    let reader = TextReader(text, comments: false)
    guard case .object(let members) = root.kind else {
      throw .data(
        at: reader.place(root.offset),
        "found \(root.description), expected an object of layer names and fractions")
    }
    var diagnostics = Diagnostics()
    var layers: [String: Options.Pruning] = [:]
    for member in members {
      if let pruning = pruning(member.value) {
        layers[member.key] = pruning
      } else {
        diagnostics.error(
          at: reader.place(member.value.offset),
          "found \(member.value.description), expected a fraction or \"N:M\"")
      }
    }
    try diagnostics.check()
    return layers
  }

  private static func pruning(_ value: JSONValue) -> Options.Pruning? {
    switch value.kind {
    case .number(let spelling): Options.Pruning(spelling: spelling)
    case .string(let spelling) where spelling.contains(":"): Options.Pruning(spelling: spelling)
    default: nil
    }
  }
}

extension Options.Pruning {
  /// `0.9`, or `2:4`.
  fileprivate init?(spelling: String) {
    let parts = spelling.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, let keep = Int(parts[0]), let of = Int(parts[1]) {
      self = .pattern(keep: keep, of: of)
    } else if let fraction = Double(spelling) {
      self = .fraction(fraction)
    } else {
      return nil
    }
  }
}
