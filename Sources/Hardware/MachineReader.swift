import Foundation
import Support
import Yams

/// Reads the figures of a machine file.
struct MachineReader {
  var yaml: YAMLReader
  private(set) var figures: [Figure] = []

  init(_ bytes: Data, file: String) throws(Failure) {
    yaml = try YAMLReader(bytes, file: file, kind: "machine file")
  }

  /// Reads what a file would say that was already taken apart.
  init(_ root: Node, text: String, file: String) {
    yaml = YAMLReader(root, text: text, file: file)
  }

  /// The value of the figure `{value: ..., mark: ..., source: ...}` at `path`.
  private mutating func figure(_ path: String) -> (text: String, node: Node)? {
    let (node, nearest) = yaml.find(path)
    guard let node else {
      yaml.diagnostics.error(at: yaml.place(nearest), "\(path) is missing")
      return nil
    }
    yaml.open(path, ["value", "mark", "source"])
    guard let value = node.value(of: "value")?.scalar?.string else {
      yaml.diagnostics.error(
        at: yaml.place(node), "\(path): expected {value: ..., mark: ..., source: ...}")
      return nil
    }
    let text = node.value(of: "mark")?.scalar?.string ?? ""
    let mark = Mark(rawValue: text)
    if mark == nil {
      yaml.diagnostics.error(
        at: yaml.place(node), "\(path): found mark \"\(text)\", expected T, C, P, R or O")
    }
    let source = node.value(of: "source")?.scalar?.string ?? ""
    figures.append(Figure(path: path, value: value, mark: mark ?? .ours, source: source))
    return (value, node)
  }

  mutating func quantity(_ path: String, _ dimension: Quantity.Dimension, atLeast least: Int = 0)
    -> Int
  {
    guard let (text, node) = figure(path) else { return least }
    guard let quantity = Quantity(text, dimension), quantity.count >= least else {
      let units = Quantity.units[dimension, default: []].map(\.name).joined(separator: ", ")
      yaml.diagnostics.error(
        at: yaml.place(node),
        "\(path): found \"\(text)\", expected a number and one of \(units), a whole number of "
          + "\(dimension.rawValue)\(least > 0 ? ", at least \(least)" : "")")
      return least
    }
    return quantity.count
  }

  /// A figure that may be left out.
  mutating func integer(_ path: String, _ range: ClosedRange<Int>, default value: Int) -> Int {
    yaml.has(path) ? integer(path, range) : value
  }

  mutating func integer(_ path: String, _ range: ClosedRange<Int>) -> Int {
    guard let (text, node) = figure(path) else { return range.lowerBound }
    guard let value = Int(text), range.contains(value) else {
      yaml.diagnostics.error(
        at: yaml.place(node),
        "\(path): found \"\(text)\", expected an integer from \(range.lowerBound) to "
          + "\(range.upperBound)")
      return range.lowerBound
    }
    return value
  }

  /// A figure that may be left out.
  mutating func bool(_ path: String, default value: Bool) -> Bool {
    yaml.has(path) ? bool(path) : value
  }

  mutating func bool(_ path: String) -> Bool {
    guard let (text, node) = figure(path) else { return false }
    guard text == "true" || text == "false" else {
      yaml.diagnostics.error(
        at: yaml.place(node), "\(path): found \"\(text)\", expected true or false")
      return false
    }
    return text == "true"
  }
}
