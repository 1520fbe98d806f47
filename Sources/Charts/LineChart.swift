public import Foundation

/// Lines and points over two axes, as an SVG file with text in it. What lies outside the axes is not drawn.
public struct LineChart: Sendable {
  /// One axis. Its range is that of the data unless it is given.
  public struct Axis: Sendable {
    public enum Scale: Sendable { case linear, logarithmic }

    /// With the unit.
    let title: String
    let scale: Scale
    let range: ClosedRange<Double>?

    public init(_ title: String, _ scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
      self.title = title
      self.scale = scale
      self.range = range
    }
  }

  public struct Series: Sendable {
    public enum Style: Sendable { case line, dashed, points }

    let name: String
    let style: Style
    let points: [(x: Double, y: Double)]

    public init(
      _ name: String, style: Style = .line, _ points: [(x: Double, y: Double)]
    ) {
      self.name = name
      self.style = style
      self.points = points
    }
  }

  /// What a file of it is called.
  public let name: String
  let title: String
  let x: Axis
  let y: Axis
  let series: [Series]

  public init(name: String, title: String, x: Axis, y: Axis, series: [Series]) {
    self.name = name
    self.title = title
    self.x = x
    self.y = y
    self.series = series
  }

  private static let (width, height, left, right, bottom, top) = (
    720.0, 380.0, 70.0, 16.0, 50.0, 70.0
  )

  public var svg: Data {
    let plot = (
      left: Self.left, right: Self.width - Self.right, top: Self.top,
      bottom: Self.height - Self.bottom
    )
    let across = AxisScale(
      x, series.flatMap { $0.points.map(\.x) }, from: plot.left, to: plot.right)
    let up = AxisScale(y, series.flatMap { $0.points.map(\.y) }, from: plot.bottom, to: plot.top)
    var svg = SVG(width: Self.width, height: Self.height)
    svg.text(plot.left, 20, title, "font-size=\"15\"")
    drawLegend(&svg)
    for tick in across.ticks {
      let at = across.place(tick)
      svg.line([(at, plot.top), (at, plot.bottom)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(at, plot.bottom + 17, across.label(tick), "text-anchor=\"middle\"")
    }
    for tick in up.ticks {
      let at = up.place(tick)
      svg.line([(plot.left, at), (plot.right, at)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(plot.left - 6, at + 4, up.label(tick), "text-anchor=\"end\"")
    }
    svg.text(14, plot.top - 12, y.title)
    svg.text(
      (plot.left + plot.right) / 2, Self.height - 12, x.title, "text-anchor=\"middle\"")
    for (index, series) in series.enumerated() {
      draw(series, SVG.colours[index % SVG.colours.count], across, up, &svg)
    }
    return svg.data
  }

  /// A sample of each series and its name, in columns of one width.
  private func drawLegend(_ svg: inout SVG) {
    let column = min((Self.width - Self.left - Self.right) / Double(max(series.count, 1)), 160)
    for (index, series) in series.enumerated() {
      let x = Self.left + Double(index) * column
      let colour = SVG.colours[index % SVG.colours.count]
      if series.style == .points {
        svg.circle(x + 8, 36, 4, colour)
      } else {
        svg.line([(x, 36), (x + 16, 36)], colour, series.style.attributes)
      }
      svg.text(x + 21, 40, series.name)
    }
  }

  private func draw(
    _ series: Series, _ colour: String, _ across: AxisScale, _ up: AxisScale, _ svg: inout SVG
  ) {
    let runs = series.points.split { !across.contains($0.x) || !up.contains($0.y) }
    for run in runs where series.style != .points {
      svg.line(
        run.map { (across.place($0.x), up.place($0.y)) }, colour, series.style.attributes)
    }
    for point in runs.joined() where series.style == .points {
      svg.circle(
        across.place(point.x), up.place(point.y), 4, colour,
        title: "\(series.name): \(figure(point.x)), \(figure(point.y))")
    }
  }
}

extension LineChart.Series.Style {
  fileprivate var attributes: String {
    "stroke-width=\"2\" stroke-linejoin=\"round\""
      + (self == .dashed ? " stroke-dasharray=\"6 4\"" : "")
  }
}
