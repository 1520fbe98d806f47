public import Foundation

/// What resources do when: a row for each, a bar for each stretch of work; as an SVG file with text in it.
public struct GanttChart: Sendable {
  public struct Bar: Sendable {
    let row: Int
    let start: Double
    let end: Double
    /// What it is part of; bars of one name have one colour.
    let name: String

    public init(row: Int, start: Double, end: Double, name: String) {
      self.row = row
      self.start = start
      self.end = end
      self.name = name
    }
  }

  /// What a file of it is called.
  public let name: String
  let title: String
  /// Of time.
  let unit: String
  let rows: [String]
  let bars: [Bar]

  public init(name: String, title: String, unit: String, rows: [String], bars: [Bar]) {
    self.name = name
    self.title = title
    self.unit = unit
    self.rows = rows
    self.bars = bars
  }

  private static let (width, right, row) = (1000.0, 22.0, 8.0)
  /// Names of the legend that are shown.
  private static let mostNames = 24

  public var svg: Data {
    var legend = Legend(width: Self.width - Self.right)
    for bar in bars { legend.add(bar.name, most: Self.mostNames) }
    let left = 16 + 5.4 * Double(rows.map(\.count).max() ?? 0)
    let top = 34 + 16 * Double(legend.lines)
    let bottom = top + Self.row * Double(rows.count)
    let scale = AxisScale(
      LineChart.Axis(unit, range: 0...max(bars.map(\.end).max() ?? 1, 1e-9)), [], from: left,
      to: Self.width - Self.right)
    var svg = SVG(width: Self.width, height: bottom + 40)
    svg.text(8, 18, title, "font-size=\"15\"")
    for entry in legend.entries {
      if let colour = legend.colours[entry.name] {
        svg.rectangle(entry.x, entry.y, 10, 10, colour)
      }
      svg.text(entry.x + 13, entry.y + 9, entry.name.shortened(to: Legend.mostCharacters))
    }
    for (index, name) in rows.enumerated() where Self.isLabelled(name) {
      svg.text(
        left - 5, top + Self.row * Double(index) + 8, name,
        "text-anchor=\"end\" font-size=\"9\"")
    }
    for tick in scale.ticks {
      let at = scale.place(tick)
      svg.line([(at, top), (at, bottom + 4)], "#888", "stroke-opacity=\"0.3\"")
      svg.text(at, bottom + 17, "\(scale.label(tick)) \(unit)", "text-anchor=\"middle\"")
    }
    // A path for each name: far fewer bytes than a shape for each bar.
    for (name, own) in Dictionary(grouping: bars, by: \.name).sorted(by: { $0.key < $1.key }) {
      let places = own.map { bar in
        let x = scale.place(bar.start)
        return (
          x: x, y: top + Self.row * Double(bar.row) + 1,
          width: max(scale.place(bar.end) - x, 0.3)
        )
      }
      svg.bars(places, height: Self.row - 2, legend.colours[name]!, title: name)
    }
    return svg.data
  }

  /// Of numbered rows, every tenth has its name.
  private static func isLabelled(_ name: String) -> Bool {
    guard let digits = name.split(separator: " ").last, let number = Int(digits) else {
      return true
    }
    return number.isMultiple(of: 10)
  }
}

/// Names in lines, each with a colour.
private struct Legend {
  static let mostCharacters = 24
  /// What stands for names that the legend has no room for.
  private static let others = "and others"

  let width: Double
  private(set) var entries: [(name: String, x: Double, y: Double)] = []
  private(set) var colours: [String: String] = [:]
  private var x = 8.0
  private(set) var lines = 1

  init(width: Double) { self.width = width }

  mutating func add(_ name: String, most: Int) {
    guard colours[name] == nil else { return }
    // Neighbours in colour lie far apart; beyond the list, turns of the circle do.
    let index = colours.count
    colours[name] =
      index < SVG.colours.count
      ? SVG.colours[index] : "hsl(\((210 + index * 137) % 360),55%,55%)"
    guard entries.count <= most else { return }
    let name = entries.count < most ? name : Self.others
    let length = 26 + 6.6 * Double(min(name.count, Self.mostCharacters))
    if x + length > width { (x, lines) = (8, lines + 1) }
    entries.append((name, x, 10 + 16 * Double(lines)))
    x += length
  }
}
