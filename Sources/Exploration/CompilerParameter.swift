import Compiler

/// An option of the compiler that a space may vary.
enum CompilerParameter: String, CaseIterable {
  case prune, clusters, pack, dataflow

  /// What its values may be, for messages.
  var expected: String {
    switch self {
    case .prune: "a fraction from 0 to 1"
    case .clusters: "a whole number from 1 to 64"
    case .pack: Options.Pack.allCases.map(\.rawValue).joined(separator: " or ")
    case .dataflow: Options.Dataflow.allCases.map(\.rawValue).joined(separator: ", ")
    }
  }

  /// Whether passes that know no machine depend on it.
  var isOfGraph: Bool { self == .prune || self == .clusters }

  /// The value that options have, as a space spells it; nil where no space could.
  func value(of options: Options) -> String? {
    switch self {
    case .prune:
      switch options.pruning {
      case nil: "0"
      case .fraction(let fraction)?: "\(fraction)"
      case .pattern?: nil
      }
    case .clusters: "\(options.clusters)"
    case .pack: options.pack.rawValue
    case .dataflow: options.dataflow.rawValue
    }
  }

  /// Gives options a value.
  ///
  /// - Returns: whether it is one.
  func set(_ value: String, in options: inout Options) -> Bool {
    switch self {
    case .prune:
      guard let fraction = Double(value), (0...1).contains(fraction) else { return false }
      options.pruning = fraction == 0 ? nil : .fraction(fraction)
    case .clusters:
      guard let clusters = Int(value), (1...64).contains(clusters) else { return false }
      options.clusters = clusters
    case .pack:
      guard let pack = Options.Pack(rawValue: value) else { return false }
      options.pack = pack
    case .dataflow:
      guard let dataflow = Options.Dataflow(rawValue: value) else { return false }
      options.dataflow = dataflow
    }
    return true
  }
}
