/// Colours for text on a terminal: headings stand out, bars have a colour. The characters are the same
/// with and without.
enum Paint {
  /// Paints tables: lines that head something, and bars.
  static func tables(_ text: String) -> String {
    var painted = ""
    var isFirst = true
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      painted += isFirst ? "" : "\n"
      isFirst = false
      painted += isHeading(line) ? bold(line) : bars(line)
    }
    return painted
  }

  private static func isHeading(_ line: Substring) -> Bool {
    ["step  ", "steps", "schedule,", "codebook:", "energy by", "model ", "first ", "second "]
      .contains { line.hasPrefix($0) }
  }

  private static func bold(_ line: Substring) -> String { "\u{1B}[1m\(line)\u{1B}[0m" }

  /// Runs of bars in green; those that are full in yellow, as they are what others wait for.
  private static func bars(_ line: Substring) -> String {
    var painted = ""
    var color: Int?
    for character in line {
      let wanted: Int? = character == "█" ? 33 : "▁▂▃▄▅▆▇".contains(character) ? 32 : nil
      if wanted != color {
        painted += wanted.map { "\u{1B}[\($0)m" } ?? "\u{1B}[0m"
        color = wanted
      }
      painted.append(character)
    }
    return color == nil ? painted : painted + "\u{1B}[0m"
  }
}
