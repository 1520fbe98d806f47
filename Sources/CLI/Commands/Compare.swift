import ArgumentParser
import Foundation
import Support
import Tensor

/// Compares arrays.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare arrays with those that are expected.",
    discussion: """
      Prints for each array the largest difference, relative to the largest magnitude expected, \
      and the signal-to-noise ratio in dB. Two .npy files, two .npz files or two folders of .npy files; \
      arrays are matched by name.

      EXAMPLE
        sonic compare out expected
      """)

  @Argument(
    help: ArgumentHelp("What was found.", valueName: "found"), completion: .file())
  var found: String

  @Argument(
    help: ArgumentHelp("What was expected.", valueName: "expected"), completion: .file())
  var expected: String

  @Flag(help: "Print JSON; a ratio that is infinite is null.")
  var json = false

  func run() throws(Failure) {
    let pairs = try matched(try Self.arrays(found), try Self.arrays(expected))
    let rows = pairs.map { found, expected in
      var similarity = Similarity()
      similarity.add(found.tensor, expected: expected.tensor)
      return (name: expected.name, similarity: similarity)
    }
    if json {
      let objects = rows.map { "{\"name\": \($0.name.quoted), \($0.similarity.jsonMembers)}" }
      try Console.print("[" + objects.joined(separator: ",\n ") + "]")
    } else {
      let lines = rows.map {
        $0.name.isEmpty ? $0.similarity.text : "\($0.name): \($0.similarity.text)"
      }
      try Console.print(lines.joined(separator: "\n"))
    }
  }

  /// The arrays at a path, in the order of their names; the one of an .npy file has none.
  private static func arrays(_ path: String) throws(Failure) -> [NamedTensor] {
    if path.hasSuffix(".npz") { return try TensorFile.readAll(path).sorted { $0.name < $1.name } }
    guard let files = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return [NamedTensor("", try TensorFile.read(path))]
    }
    var arrays: [NamedTensor] = []
    for file in files.sorted() where file.hasSuffix(".npy") {
      arrays.append(NamedTensor(String(file.dropLast(4)), try TensorFile.read("\(path)/\(file)")))
    }
    return arrays
  }

  /// Arrays of the same name.
  ///
  /// - Throws: exit code 65 with all arrays that are missing or differ in shape.
  private func matched(
    _ found: [NamedTensor], _ expected: [NamedTensor]
  ) throws(Failure) -> [(NamedTensor, NamedTensor)] {
    var diagnostics = Diagnostics()
    func spot(_ name: String) -> Place {
      Place(file: self.found, name.isEmpty ? .whole : .named("array \(name.quoted)"))
    }
    var pairs: [(NamedTensor, NamedTensor)] = []
    for expected in expected {
      guard let found = found.first(where: { $0.name == expected.name }) else {
        diagnostics.error(at: spot(expected.name), "this array is missing")
        continue
      }
      if found.tensor.shape != expected.tensor.shape {
        diagnostics.error(
          at: spot(found.name),
          "found shape \(found.tensor.shape), expected \(expected.tensor.shape)")
      }
      pairs.append((found, expected))
    }
    let names = Set(expected.map(\.name))
    for array in found where !names.contains(array.name) {
      diagnostics.error(at: spot(array.name), "no array of this name is expected")
    }
    if expected.isEmpty { diagnostics.error(at: Place(file: self.expected), "found no arrays") }
    try diagnostics.check()
    return pairs
  }
}

extension Similarity {
  /// `largest error 1.2e-05 of the peak, 93.1 dB`
  var text: String {
    let error = String(format: "%.3g", relativeError)
    return "largest error \(error) of the peak, " + decibelText
  }

  /// `93.1 dB`
  var decibelText: String {
    decibels.isInfinite && decibels > 0 ? "identical" : String(format: "%.1f dB", decibels)
  }

  var jsonMembers: String {
    let error = relativeError.isFinite ? "\(relativeError)" : "null"
    return
      "\"relativeError\": \(error), \"decibels\": \(decibels.isFinite ? "\(decibels)" : "null")"
  }
}
