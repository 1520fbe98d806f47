extension String {
  /// The string in double quotes, as ``TextReader/string()`` reads it and as JSON spells it.
  public var quoted: String { "\"" + escaped(also: ["\"", "\\"]) + "\"" }

  /// The string as a terminal may be given it: whatever would act on the terminal rather than be
  /// shown, such as line ends, escape sequences and marks that turn the direction of writing, is
  /// spelled as in JSON.
  public var printable: String { escaped(also: []) }

  private func escaped(also others: [Unicode.Scalar]) -> String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.actsOnTerminals:
        for unit in scalar.utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default:
        if others.contains(scalar) { result += "\\" }
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension Unicode.Scalar {
  /// Whether it is a control character, a format character such as a mark of direction, or a
  /// separator of lines.
  fileprivate var actsOnTerminals: Bool {
    if isASCII { return value < 0x20 || value == 0x7F }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
