import Foundation
public import Support
import Yams

extension Machine {
  /// The machine with other values for some of its figures, under another name: marked O, with what was
  /// there before as their source. Figures that were left out are added. Its text has no comments.
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
      let known = figures.first { $0.path == path }
      let source = known.map { "set; was \($0.value) (\($0.mark))" } ?? "set; was left out"
      let figure = Node(
        [("value", value), ("mark", "O"), ("source", source)].map { (Node($0.0), Node($0.1)) })
      guard root.set(path.split(separator: ".").map(String.init)[...], to: figure) else {
        throw Failure(.usage, at: Place(file: self.name), "there is no figure \(path)")
      }
    }
    guard let text = try? Yams.serialize(node: root, width: -1) else {
      throw Failure(.bug, at: Place(file: self.name), "a machine's text cannot be written")
    }
    return try Machine(yaml: Data(text.utf8), file: name)
  }
}

extension Node {
  /// Whether there is a mapping to set it in.
  fileprivate mutating func set(_ path: ArraySlice<String>, to node: Node) -> Bool {
    guard let key = path.first, mapping != nil else { return false }
    if path.count == 1 {
      self[key] = node
      return true
    }
    guard var inner = self[key], inner.set(path.dropFirst(), to: node) else { return false }
    self[key] = inner
    return true
  }
}
