import Foundation
public import Testing

/// Expected texts that lie in Tests/Golden, one file each.
///
/// `BLESS=1` in the environment rewrites them. A run that blesses always fails, so that it can
/// never pass for a test.
public enum Golden {
  /// Compares `text` with the file Tests/Golden/`name`.
  public static func check(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let file = folder.appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["BLESS"] == "1" {
      bless(text, file, name, sourceLocation)
    } else if let expected = try? String(contentsOf: file, encoding: .utf8) {
      guard text != expected else { return }
      let message = firstDifference(found: text, expected: expected)
      Issue.record("Tests/Golden/\(name): \(message)", sourceLocation: sourceLocation)
    } else {
      Issue.record(
        "Tests/Golden/\(name) does not exist; BLESS=1 writes it", sourceLocation: sourceLocation)
    }
  }

  /// Tests/Golden, beside the folder of this file.
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden")

  private static func bless(
    _ text: String, _ file: URL, _ name: String, _ sourceLocation: SourceLocation
  ) {
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
      Issue.record(
        "Tests/Golden/\(name) is blessed; run again without BLESS", sourceLocation: sourceLocation)
    } catch {
      Issue.record("cannot write Tests/Golden/\(name): \(error)", sourceLocation: sourceLocation)
    }
  }

  /// The first line in which two texts differ.
  package static func firstDifference(found: String, expected: String) -> String {
    let found = found.split(separator: "\n", omittingEmptySubsequences: false)
    let expected = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let common = zip(found, expected).prefix { $0 == $1 }.count
    let line = { (lines: [Substring]) in common < lines.count ? "\"\(lines[common])\"" : "the end" }
    return "line \(common + 1): found \(line(found)), expected \(line(expected))"
  }
}
