import Foundation
public import Support
import Yams

extension Machine {
  /// The machine with other values for some of its figures, under another name: marked O, with what was
  /// there before as their source. Figures that were left out are added. Its text has no comments.
  ///
  /// - Parameters:
  ///   - values: by the paths of ``figures``, as a machine file spells them:
  ///     `("adc.latency", "7 ns")`.
  ///   - name: of the machine that comes out.
  /// - Throws: as for a file that has a wrong value.
  public func setting(_ values: [(path: String, value: String)], name: String) throws(Failure)
    -> Machine
  {
    var figures = figures
    for (path, value) in values {
      let keys = path.split(separator: ".", omittingEmptySubsequences: false)
      guard keys.allSatisfy({ $0.wholeMatch(of: /[a-z0-9-]+/) != nil }) else {
        throw Failure(.usage, at: Place(file: self.name), "there is no figure \(path)")
      }
      let known = figures.firstIndex { $0.path == path }
      let source = known.map { "set; was \(figures[$0].value) (\(figures[$0].mark.rawValue))" }
      let figure = Figure(
        path: path, value: value, mark: .ours, source: source ?? "set; was left out")
      if let known {
        figures[known] = figure
      } else {
        // Beside its neighbours; the reader knows whether there can be such a figure.
        guard let dot = path.lastIndex(of: "."),
          let last = figures.lastIndex(where: { $0.path.hasPrefix(path[...dot]) })
        else {
          throw Failure(.usage, at: Place(file: self.name), "there is no figure \(path)")
        }
        figures.insert(figure, at: last + 1)
      }
    }
    // A search does this for every design: parsing the text took a fifth of a design's time.
    var reader = MachineReader(
      Self.tree(name: name, summary: summary, figures),
      text: Self.text(name: name, summary: summary, figures), file: name)
    return try reader.machine()
  }

  /// What ``text(name:summary:_:)`` parses to.
  private static func tree(name: String, summary: String, _ figures: [Figure]) -> Node {
    var pairs: [(Node, Node)] = [
      ("format", "sonic-machine"), ("version", "1"), ("name", Node(name)),
      ("summary", Node(summary)),
    ]
    pairs += branches(figures.map { ($0.path.split(separator: ".")[...], $0) })
    return .mapping(Node.Mapping(pairs))
  }

  /// - Parameter figures: with what is left of their paths.
  private static func branches(
    _ figures: [(path: ArraySlice<Substring>, figure: Figure)]
  ) -> [(Node, Node)] {
    var branches: [(Node, Node)] = []
    var rest = figures[...]
    while let (path, figure) = rest.first, let key = path.first {
      let branch = rest.prefix { $0.path.first == key }
      rest = rest.dropFirst(branch.count)
      let value =
        path.count > 1
        ? Node.Mapping(Self.branches(branch.map { ($0.path.dropFirst(), $0.figure) }))
        : Node.Mapping([
          ("value", Node(figure.value)), ("mark", Node(figure.mark.rawValue)),
          ("source", Node(figure.source)),
        ])
      branches.append((Node(String(key)), .mapping(value)))
    }
    return branches
  }

  /// A machine file.
  ///
  /// - Parameter figures: those whose paths start alike side by side.
  private static func text(name: String, summary: String, _ figures: [Figure]) -> String {
    var text = """
      format: sonic-machine
      version: 1
      name: \(name.quoted)
      summary: \(summary.quoted)

      """
    var open: ArraySlice<Substring> = []
    for figure in figures {
      let keys = figure.path.split(separator: ".")
      let shared = zip(open, keys.dropLast()).prefix { $0 == $1 }.count
      open = keys.dropLast()
      for depth in shared..<open.count {
        text += String(repeating: "  ", count: depth) + keys[depth] + ":\n"
      }
      text += String(repeating: "  ", count: open.count) + keys[open.count]
      text += ": {value: \(figure.value.quoted), mark: \(figure.mark.rawValue), "
      text += "source: \(figure.source.quoted)}\n"
    }
    return text
  }
}
