import Foundation
public import Support
import Yams

extension Machine {
  /// The machine with other values for some of its figures, under another name: marked O, with what was
  /// there before as their source. Its text has no comments.
  ///
  /// - Parameter values: by the paths of ``figures``, as a machine file spells them: `("adc.latency", "7 ns")`.
  /// - Throws: as for a file that has a wrong value.
  public func setting(_ values: [(path: String, value: String)], name: String) throws(Failure)
    -> Machine
  {
    guard var root = (try? Yams.compose(yaml: text)) ?? nil else {
      throw Failure(.bug, at: Place(file: self.name), "a machine's text is not YAML")
    }
    root["name"] = Node(name)
    for (path, value) in values {
      guard let known = figures.first(where: { $0.path == path }) else {
        throw Failure(.usage, at: Place(file: self.name), "there is no figure \(path)")
      }
      let figure = Node(
        [
          ("value", value), ("mark", "O"), ("source", "set; was \(known.value) (\(known.mark))"),
        ].map { (Node($0.0), Node($0.1)) })
      root.replace(path.split(separator: ".").map(String.init)[...], with: figure)
    }
    guard let text = try? Yams.serialize(node: root, width: -1) else {
      throw Failure(.bug, at: Place(file: self.name), "a machine's text cannot be written")
    }
    return try Machine(yaml: Data(text.utf8), file: name)
  }
}

extension Node {
  fileprivate mutating func replace(_ path: ArraySlice<String>, with node: Node) {
    guard let key = path.first, var inner = self[key] else { return }
    if path.count == 1 { inner = node } else { inner.replace(path.dropFirst(), with: node) }
    self[key] = inner
  }
}
