public import Foundation

/// How often values occur, and single values with how often each stands for others, over one axis; as an
/// SVG file with text in it. Heights are logarithmic, so that rare values are seen.
public struct HistogramChart: Sendable {
  /// What a file of it is called.
  public let name: String
  let title: String
  /// Of the values, with their unit.
  let axis: String
  let range: ClosedRange<Double>
  /// Of equal parts of the range; none for no bars.
  let counts: [Int]
  let marks: [(value: Double, count: Int)]

  public init(
    name: String, title: String, axis: String, range: ClosedRange<Double>, counts: [Int],
    marks: [(value: Double, count: Int)]
  ) {
    self.name = name
    self.title = title
    self.axis = axis
    self.range = range
    self.counts = counts
    self.marks = marks
  }

  private static let (width, height, left, right, top, bottom) = (
    720.0, 300.0, 60.0, 16.0, 60.0, 250.0
  )

  public var svg: Data {
    let across = AxisScale(
      LineChart.Axis(axis, range: range), [], from: Self.left, to: Self.width - Self.right)
    let most = max(counts.max() ?? 1, marks.map(\.count).max() ?? 1, 10)
    let up = AxisScale(
      LineChart.Axis("", .logarithmic, range: 0.7...Double(most) * 1.3), [], from: Self.bottom,
      to: Self.top)
    var svg = SVG(width: Self.width, height: Self.height)
    svg.text(Self.left, 20, title, "font-size=\"15\"")
    drawLegend(&svg)
    for tick in up.ticks {
      let at = up.place(tick)
      svg.line(
        [(Self.left, at), (Self.width - Self.right, at)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(Self.left - 6, at + 4, up.label(tick), "text-anchor=\"end\"")
    }
    for tick in across.ticks {
      svg.text(
        across.place(tick), Self.bottom + 17, across.label(tick), "text-anchor=\"middle\"")
    }
    svg.text(14, Self.top - 10, "weights")
    svg.text(
      (Self.left + Self.width - Self.right) / 2, Self.height - 12, axis,
      "text-anchor=\"middle\"")
    let bin = (Self.width - Self.right - Self.left) / Double(max(counts.count, 1))
    for (index, count) in counts.enumerated() where count > 0 {
      let top = up.place(Double(count))
      svg.rectangle(
        Self.left + bin * Double(index), top, bin * 0.94, Self.bottom - top, "#97bbf5",
        title: grouped(count))
    }
    for mark in marks where mark.count > 0 {
      let (x, top) = (across.place(mark.value), up.place(Double(mark.count)))
      svg.line([(x, Self.bottom), (x, top)], "#d2452f", "stroke-width=\"1.5\"")
      svg.circle(
        x, top, 2.5, "#d2452f", title: "\(figure(mark.value)): \(grouped(mark.count))")
    }
    return svg.data
  }

  private func drawLegend(_ svg: inout SVG) {
    if !counts.isEmpty {
      svg.rectangle(Self.left, 30, 10, 10, "#97bbf5")
      svg.text(Self.left + 14, 39, "before clustering")
    }
    svg.circle(Self.left + 165, 35, 3, "#d2452f")
    svg.text(Self.left + 174, 39, "after: values of the codebook")
  }
}
