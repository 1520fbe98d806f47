public import Foundation

/// Bars in groups on a logarithmic axis, as an SVG file with text in it.
public struct BarChart: Sendable {
  /// What a file of it is called.
  public let name: String
  let title: String
  /// Of the axis.
  let unit: String
  let groups: [String]
  /// Of each group, a bar for each series.
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

  /// Series in a line of the legend.
  private static let legend = 6
  private static let (width, height, left, bottom, top) = (720.0, 320.0, 70.0, 50.0, 60.0)

  public var svg: Data {
    let shown = series.flatMap(\.values).filter { $0 > 0 }
    let low = log10(shown.min() ?? 1).rounded(.down)
    let high = max(log10(shown.max() ?? 1).rounded(.up), low + 1)
    let (plotWidth, plotHeight) = (
      Self.width - Self.left - 10, Self.height - Self.bottom - Self.top
    )
    func y(_ decade: Double) -> Double {
      Self.top + plotHeight * (1 - (decade - low) / (high - low))
    }
    var svg = SVG(width: Self.width, height: Self.height)
    svg.text(Self.left, 20, title, "font-size=\"15\"")
    for (index, series) in series.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: Self.legend)
      let width = plotWidth / Double(min(self.series.count, Self.legend))
      let (x, y) = (Self.left + Double(column) * width, 26 + 14 * Double(row))
      svg.rectangle(x, y, 10, 10, SVG.colours[index % SVG.colours.count])
      svg.text(x + 14, y + 9, series.name)
    }
    for decade in Int(low)...Int(high) {
      let at = y(Double(decade))
      svg.line(
        [(Self.left, at), (Self.left + plotWidth, at)], "#888", "stroke-opacity=\"0.3\"")
      let label = String(format: "%g", pow(10, Double(decade)))
      svg.text(Self.left - 6, at + 4, label, "text-anchor=\"end\"")
    }
    svg.text(14, Self.top - 8, unit)
    let group = plotWidth / Double(max(groups.count, 1))
    let bar = group * 0.8 / Double(max(series.count, 1))
    for (g, name) in groups.enumerated() {
      let start = Self.left + group * (Double(g) + 0.1)
      for (s, series) in series.enumerated() where series.values[g] > 0 {
        let value = series.values[g]
        svg.rectangle(
          start + bar * Double(s), y(log10(value)), bar * 0.92, y(low) - y(log10(value)),
          SVG.colours[s % SVG.colours.count],
          title: "\(series.name), \(name): \(figure(value)) \(unit)")
      }
      svg.text(
        start + group * 0.4, Self.height - Self.bottom + 20, name, "text-anchor=\"middle\"")
    }
    return svg.data
  }
}
