public import Foundation

/// A bar for each group, from left to right on a linear axis, made of parts; as an SVG file with text in it.
public struct StackedBarChart: Sendable {
  /// What a file of it is called.
  public let name: String
  let title: String
  /// Of the axis.
  let unit: String
  let groups: [String]
  /// Of each part, its length in each group.
  let series: [(name: String, values: [Double])]

  public init(
    name: String, title: String, unit: String, groups: [String],
    series: [(name: String, values: [Double])]
  ) {
    self.name = name
    self.title = title
    self.unit = unit
    self.groups = groups
    self.series = series
  }

  private static let (width, right, row) = (720.0, 20.0, 18.0)
  /// Parts in a line of the legend.
  private static let legend = 4
  /// Characters of a group's name that are shown.
  private static let mostCharacters = 28

  public var svg: Data {
    let lines = series.count > 1 ? (series.count + Self.legend - 1) / Self.legend : 0
    let top = 34 + 16 * Double(lines)
    let labels = groups.map { $0.shortened(to: Self.mostCharacters) }
    let left = 18 + 7.2 * Double(labels.map(\.count).max() ?? 0)
    let bottom = top + Self.row * Double(groups.count)
    let totals = groups.indices.map { group in series.reduce(0) { $0 + $1.values[group] } }
    let scale = AxisScale(
      LineChart.Axis(unit), [0] + totals, from: left, to: Self.width - Self.right)
    var svg = SVG(width: Self.width, height: bottom + 44)
    svg.text(left, 20, title, "font-size=\"15\"")
    if series.count > 1 { drawLegend(&svg, from: left) }
    for tick in scale.ticks {
      let at = scale.place(tick)
      svg.line([(at, top), (at, bottom)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(at, bottom + 16, scale.label(tick), "text-anchor=\"middle\"")
    }
    svg.text(
      (left + Self.width - Self.right) / 2, bottom + 34, unit, "text-anchor=\"middle\"")
    for (group, label) in labels.enumerated() {
      let y = top + Self.row * Double(group)
      svg.text(left - 6, y + 13, label, "text-anchor=\"end\"")
      var start = 0.0
      for (index, part) in series.enumerated() where part.values[group] > 0 {
        let value = part.values[group]
        let x = scale.place(start)
        start += value
        let words = series.count > 1 ? "\(groups[group]), \(part.name)" : groups[group]
        svg.rectangle(
          x, y + 3, scale.place(start) - x, Self.row - 6,
          SVG.colours[index % SVG.colours.count], title: "\(words): \(figure(value)) \(unit)")
      }
    }
    return svg.data
  }

  private func drawLegend(_ svg: inout SVG, from left: Double) {
    let column = (Self.width - left - Self.right) / Double(min(series.count, Self.legend))
    for (index, part) in series.enumerated() {
      let (line, place) = index.quotientAndRemainder(dividingBy: Self.legend)
      let (x, y) = (left + Double(place) * column, 28 + 16 * Double(line))
      svg.rectangle(x, y, 10, 10, SVG.colours[index % SVG.colours.count])
      svg.text(x + 14, y + 9, part.name)
    }
  }
}

extension String {
  /// The text, cut where it has more characters.
  func shortened(to most: Int) -> String {
    count > most ? prefix(most - 1) + "…" : self
  }
}
