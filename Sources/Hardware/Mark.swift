/// How certain a figure is, the most certain first.
public enum Mark: String, CaseIterable, Sendable, Encodable, Comparable {
  case paper = "T"
  case crossLight = "C"
  case abstract = "P"
  case recalled = "R"
  case ours = "O"

  /// Where such a figure comes from.
  public var meaning: String {
    switch self {
    case .paper: "read in the SONIC paper"
    case .crossLight: "read in the CrossLight paper"
    case .abstract: "read in another paper's abstract"
    case .recalled: "recalled, unchecked"
    case .ours: "assumed"
    }
  }

  public static func < (a: Self, b: Self) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }
}
