import Foundation
public import Support

extension Machine {
  /// The machine with other values for some of its figures, under another name: marked O, with what was
  /// there before as their source. Figures that were left out are added. Its text has no comments.
  ///
  /// - Parameter values: by the paths of ``figures``, as a machine file spells them: `("adc.latency", "7 ns")`.
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
      let source = known.map { "set; was \(figures[$0].value) (\(figures[$0].mark))" }
      let figure = Figure(
        path: path, value: value, mark: "O", source: source ?? "set; was left out")
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
    let text = Self.text(name: name, summary: summary, figures)
    do {
      return try Machine(yaml: Data(text.utf8), file: name)
    } catch {
      // Nobody has seen the lines of this text.
      throw Failure(
        error.code,
        error.diagnostics.map { Diagnostic($0.severity, at: Place(file: name), $0.message) })
    }
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
      text += ": {value: \(figure.value.quoted), mark: \(figure.mark), "
      text += "source: \(figure.source.quoted)}\n"
    }
    return text
  }
}
