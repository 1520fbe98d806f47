import Charts

extension Exploration {
  /// The whole in Markdown, with a picture of the chart beside it.
  ///
  /// - Parameter how: what was run.
  public func page(how: String) -> String {
    let isBest = front.contains(0)
    let shown = min(front.count, 30)
    let better = better
    return """
      # Designs explored

      Printed by `\(how)`. Every figure is an estimate, the one that `sonic compile` and `sonic estimate` give of
      the same machine; over several networks it is their geometric mean. Networks:
      \(networks.joined(separator: ", ")).

      Energy a bit divides by the bits that stream past the rings, and how many those are depends on what the
      compiler lets stay on them, design by design ([CostModel.md](CostModel.md)): it compares designs less well than
      energy a frame does.

      ## The space

      The reference is the machine as its file has it.

      \(spaceTable.markdown)
      ## Where the reference stands

      Of \(points.count) designs\(failures.isEmpty ? "" : ", and \(failures.count) more on which not all networks run"),
      \(front.count) are on the Pareto front. The reference is \(isBest ? "one of them" : "not: \(better.count) designs are better in some objective and worse in none").
      Its place in an objective is one more than the designs that do better. *Times* is how many times better the best
      does; designs are spelled by their parameters in the order above.

      \(standingTable.markdown)
      With no more microrings than the reference, which stand for area, or no more average power:

      \(cappedTable.markdown)
      ## One parameter at a time

      How many times better a design does that differs from the reference in nothing else; * is the reference.

      \(variationTable.markdown)
      ## The front

      ![All designs by the first two objectives](\(chart.name).svg)

      The \(shown) of \(front.count) that are best in \(space.objectives[0].rawValue):

      \(frontTable(rows: shown).markdown)
      """
  }
}
