public import Foundation
public import Support

/// Text in named sections, each under a line `.section NAME`: how a whole program or plan is written
/// down, table after table.
public struct SectionedText: Sendable {
  /// A section's lines, and where they begin in the file.
  public struct Section: Sendable {
    public let name: String
    public let body: String
    /// The number of the body's first line, from 1.
    public let firstLine: Int
  }

  private static let header = ".section "

  public let sections: [Section]

  /// Splits a text. What stands before the first section must be comments or empty.
  ///
  /// - Parameters:
  ///   - text: sections one after the other.
  ///   - names: the sections expected, each exactly once, in this order.
  public init(parsing text: String, names: [String]) throws(Failure) {
    var sections: [Section] = []
    var name: String?
    var lines: [Substring] = []
    var firstLine = 1
    var number = 0

    func close() throws(Failure) {
      guard let name else {
        if let index = lines.firstIndex(where: { !$0.isEmpty && $0.first != "#" }) {
          throw .data(at: Place(.line(index + 1, column: 1)), "expected .section \(names[0])")
        }
        return
      }
      sections.append(
        Section(name: name, body: lines.joined(separator: "\n"), firstLine: firstLine))
    }

    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      number += 1
      guard line.hasPrefix(Self.header) else {
        lines.append(line)
        continue
      }
      try close()
      let found = String(line.dropFirst(Self.header.count))
      guard sections.count < names.count, found == names[sections.count] else {
        let expected = sections.count < names.count ? "section " + names[sections.count] : "the end"
        throw .data(
          at: Place(.line(number, column: 1)), "found section \(found), expected \(expected)")
      }
      name = found
      lines = []
      firstLine = number + 1
    }
    try close()
    guard sections.count == names.count else {
      throw .data(
        at: Place(.line(number, column: 1)), "expected section \(names[sections.count]) to follow")
    }
    self.sections = sections
  }

  public subscript(name: String) -> Section { sections.first { $0.name == name }! }

  /// The records of a section.
  public func table<R: Record>(_ name: String, of: R.Type = R.self) throws(Failure) -> [R] {
    try R.parse(self[name].body, firstLine: self[name].firstLine)
  }

  /// The text of a section.
  public static func print(_ name: String, _ body: String) -> String {
    header + name + "\n" + body + (body.isEmpty || body.hasSuffix("\n") ? "" : "\n")
  }

  // MARK: Verbatim lines and bytes

  /// Text kept to the letter: each line after a bar.
  public static func verbatim(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "|" + $0 + "\n" }.joined()
  }

  /// What ``verbatim(_:)`` wrote.
  public func verbatim(_ name: String) throws(Failure) -> String {
    let section = self[name]
    var result: [Substring] = []
    for (index, line) in section.body.split(separator: "\n").enumerated() {
      guard line.first == "|" else {
        throw .data(
          at: Place(.line(section.firstLine + index, column: 1)), "expected a line after a bar |")
      }
      result.append(line.dropFirst())
    }
    return result.joined(separator: "\n")
  }

  /// Bytes as lines of base64.
  public static func bytes(_ data: Data) -> String {
    data.base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
  }

  /// What ``bytes(_:)`` wrote.
  public func bytes(_ name: String) throws(Failure) -> Data {
    let section = self[name]
    guard let data = Data(base64Encoded: section.body.filter { $0 != "\n" }) else {
      throw .data(at: Place(.line(section.firstLine, column: 1)), "expected base64")
    }
    return data
  }
}
