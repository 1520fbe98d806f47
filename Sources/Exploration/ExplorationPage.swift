import Charts

extension Exploration {
  /// The whole in Markdown.
  ///
  /// - Parameters:
  ///   - how: what was run.
  ///   - picture: what the file of ``chart`` is called; nil where there is none.
  public func page(how: String, picture: String?) -> String {
    let isBest = front.contains(0)
    let shown = min(front.count, 30)
    let told = Objective.allCases.filter { $0 != .signalToNoise || space.objectives.contains($0) }
    let rest = failures.isEmpty ? "" : ", and \(failures.count) more on which not all networks run"
    let standing =
      isBest
      ? "one of them"
      : "not: \(better.count) designs are better in some objective and worse in none"
    return """
      # Designs explored

      Printed by `\(how)`.
      Every figure is an estimate, the one that `sonic compile` and `sonic estimate` give of the same machine; over several
      networks it is their geometric mean. Networks: \(networks.joined(separator: ", ")).

      Energy a bit divides by the bits that stream past the rings, and how many those are depends on what the compiler
      lets stay on them, design by design ([CostModel.md](CostModel.md)): it compares designs less well than energy a frame
      does. *Without memory* is as the SONIC paper counts; time always has the memory's.

      ## The space

      The reference is the machine that this starts from. Designs are spelled by their parameters in this order.

      \(spaceTable.markdown)
      ## Where the reference stands

      Of \(points.count) design\(points.count == 1 ? "" : "s")\(rest), \(front.count) are on the Pareto front of
      \(space.objectives.map(\.rawValue).joined(separator: ", ")). The reference is \(standing).
      Its place in an objective is one more than the designs that do better there. *Times* is how many times better the
      best does.

      \(standingTable(told).markdown)
      With no more microrings than the reference, which stand for area, or no more average power:

      \(cappedTable(told).markdown)
      ## One parameter at a time

      How many times better a design does that differs from the reference in nothing else; * is the reference.

      \(variationTable(space.objectives).markdown)
      ## The front

      \(picture.map { "![All designs by the first two objectives](\($0))\n\n" } ?? "")The \(shown) of \(front.count) that are best in \(space.objectives[0].rawValue):

      \(frontTable(rows: shown).markdown)
      """
  }
}
