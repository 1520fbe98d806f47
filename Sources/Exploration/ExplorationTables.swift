public import Charts

extension Exploration {
  /// Parameters, then objectives with their units.
  private var header: [String] {
    space.parameters.map(\.name) + space.objectives.map { "\($0.rawValue), \($0.unit)" }
  }

  private func row(_ point: Point) -> [String] {
    cells(of: point.design) + point.values.map(figure)
  }

  private func cells(of design: Design) -> [String] {
    space.parameters.map { design.values[$0.name] ?? "" }
  }

  /// The values of a design alone, in the order of the space's parameters: `(5, 50, 50, 10)`.
  private func short(_ design: Design) -> String {
    "(" + cells(of: design).joined(separator: ", ") + ")"
  }

  /// The front, the best in the first objective first. The reference is marked.
  ///
  /// - Parameter rows: the most.
  public func frontTable(rows: Int = .max) -> DataTable {
    DataTable(
      name: "front", header: [""] + header,
      words: front.prefix(rows).map { place in [place == 0 ? "*" : ""] + row(points[place]) })
  }

  /// All points: whether they are on the front, parameters, objectives.
  public var pointTable: DataTable {
    let front = Set(front)
    return DataTable(
      name: "points", header: ["front"] + header,
      words: points.indices.map { [front.contains($0) ? "1" : "0"] + row(points[$0]) })
  }

  /// What is varied.
  var spaceTable: DataTable {
    DataTable(
      name: "space", header: ["parameter", "values", "reference"],
      words: space.parameters.map {
        [$0.name, $0.values.joined(separator: ", "), reference.design.values[$0.name] ?? ""]
      })
  }

  /// Where the reference stands in objectives, and what does best.
  ///
  /// - Parameter objectives: nil for the space's.
  public func standingTable(_ objectives: [Objective]? = nil) -> DataTable {
    DataTable(
      name: "standing",
      header: [
        "objective", "reference", "place of \(points.count)", "best", "times", "best design",
      ],
      words: (objectives ?? space.objectives).map { objective in
        let best = best(objective)
        return [
          "\(objective.rawValue), \(objective.unit)", figure(objective.value(reference.figures)),
          "\(betterCount(objective) + 1)", figure(objective.value(best.figures)),
          figure(gain(best, objective)), short(best.design),
        ]
      })
  }

  /// What does best among the designs that have no more of something than the reference.
  func cappedTable(_ objectives: [Objective]) -> DataTable {
    let caps = [Objective.microrings, .power]
    return DataTable(
      name: "capped",
      header: ["objective"]
        + caps.flatMap { ["best with no more \($0.rawValue)", "times the reference"] },
      words: objectives.map { objective in
        [objective.rawValue]
          + caps.flatMap { cap in
            let most = cap.value(reference.figures)
            let best = best(objective) { cap.value($0.figures) <= most }
            return [short(best.design), figure(gain(best, objective))]
          }
      })
  }

  /// Of each parameter, how many times better designs do that differ from the reference in no other.
  func variationTable(_ objectives: [Objective]) -> DataTable {
    let known = Dictionary(points.map { ($0.design, $0) }) { first, _ in first }
    return DataTable(
      name: "variations", header: ["parameter", "value"] + objectives.map(\.rawValue),
      words: zip(space.parameters, variations).flatMap { parameter, designs in
        zip(parameter.values, designs).map { value, design in
          let mark = design == reference.design ? " *" : ""
          return [parameter.name, value + mark]
            + objectives.map { objective in
              known[design].map { figure(gain($0, objective)) } ?? "-"
            }
        }
      })
  }

  /// All points by the first two objectives, with the front.
  public var chart: ScatterChart {
    let axes = space.objectives.count > 1 ? [0, 1] : [0, 0]
    func dots(_ points: [Point]) -> [(x: Double, y: Double, label: String)] {
      points.map { ($0.values[axes[0]], $0.values[axes[1]], short($0.design)) }
    }
    let names = axes.map { (space.objectives[$0].rawValue, space.objectives[$0].unit) }
    return ScatterChart(
      title: "\(points.count) designs of (\(space.parameters.map(\.name).joined(separator: ", ")))",
      x: names[0], y: names[1], cloud: dots(points).map { ($0.x, $0.y) },
      series: [("Pareto front", dots(front.map { points[$0] })), ("reference", dots([reference]))])
  }
}
