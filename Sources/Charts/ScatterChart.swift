public import Foundation

/// Points in a plane of two logarithmic axes, as an SVG file with text in it.
public struct ScatterChart: Sendable {
  let title: String
  /// Names of axes, and the units along them.
  let x: (name: String, unit: String)
  let y: (name: String, unit: String)
  /// Points without a name.
  let cloud: [(x: Double, y: Double)]
  /// Points with names, drawn over the cloud.
  let series: [(name: String, points: [(x: Double, y: Double, label: String)])]

  public init(
    title: String, x: (name: String, unit: String), y: (name: String, unit: String),
    cloud: [(x: Double, y: Double)],
    series: [(name: String, points: [(x: Double, y: Double, label: String)])]
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.cloud = cloud
    self.series = series
  }

  private static let (width, height) = (720.0, 440.0)
  private static let (left, right, top, bottom) = (70.0, 20.0, 60.0, 50.0)
  /// Of the cloud, one point is drawn in a square of so many units.
  private static let grain = 2.0

  public var svg: Data {
    let named = series.flatMap(\.points)
    let across = LogarithmicAxis(
      cloud.map(\.x) + named.map(\.x), from: Self.left, to: Self.width - Self.right)
    let up = LogarithmicAxis(
      cloud.map(\.y) + named.map(\.y), from: Self.height - Self.bottom, to: Self.top)
    var svg = SVG(width: Self.width, height: Self.height)
    svg.text(Self.left, 20, title, "font-size=\"15\"")
    for (index, series) in series.enumerated() {
      let at = Self.left + Double(index) * 160
      svg.circle(at + 5, 35, 4, SVG.colours[index % SVG.colours.count])
      svg.text(at + 14, 39, series.name)
    }
    for tick in across.ticks {
      let at = across.place(tick)
      svg.line([(at, Self.top), (at, Self.height - Self.bottom)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(at, Self.height - Self.bottom + 16, figure(tick), "text-anchor=\"middle\"")
    }
    for tick in up.ticks {
      let at = up.place(tick)
      svg.line([(Self.left, at), (Self.width - Self.right, at)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(Self.left - 6, at + 4, figure(tick), "text-anchor=\"end\"")
    }
    svg.text(
      Self.width - Self.right, Self.height - 12, "\(x.name), \(x.unit)", "text-anchor=\"end\"")
    svg.text(14, Self.top - 8, "\(y.name), \(y.unit)")
    var drawn: Set<[Int]> = []
    for point in cloud where point.x > 0 && point.y > 0 {
      let (column, row) = (across.place(point.x), up.place(point.y))
      let square = [Int(column / Self.grain), Int(row / Self.grain)]
      if drawn.insert(square).inserted { svg.circle(column, row, 1.5, "#bbb") }
    }
    for (index, series) in series.enumerated() {
      for point in series.points where point.x > 0 && point.y > 0 {
        svg.circle(
          across.place(point.x), up.place(point.y), 4, SVG.colours[index % SVG.colours.count],
          title: "\(point.label): \(figure(point.x)) \(x.unit), \(figure(point.y)) \(y.unit)")
      }
    }
    return svg.data
  }
}

/// Where numbers lie along an axis of a drawing.
struct LogarithmicAxis {
  private let (low, high): (Double, Double)
  private let (from, to): (Double, Double)

  /// An axis that holds all numbers above zero.
  init(_ numbers: [Double], from: Double, to: Double) {
    let logarithms = numbers.filter { $0 > 0 && $0.isFinite }.map { log10($0) }
    let (least, most) = (logarithms.min() ?? 0, logarithms.max() ?? 1)
    let margin = max(0.04 * (most - least), 0.02)
    low = least - margin
    high = most + margin
    self.from = from
    self.to = to
  }

  func place(_ number: Double) -> Double {
    from + (to - from) * (log10(number) - low) / (high - low)
  }

  /// Ones, twos and fives of each decade; all digits where that gives too few.
  var ticks: [Double] {
    func ticks(_ digits: [Double]) -> [Double] {
      (Int(low.rounded(.down))...Int(high.rounded(.up))).flatMap { decade in
        digits.map { $0 * pow(10, Double(decade)) }
      }.filter { (low...high).contains(log10($0)) }
    }
    let coarse = ticks([1, 2, 5])
    return coarse.count >= 3 ? coarse : ticks(Array(stride(from: 1, to: 10, by: 1)))
  }
}
