public import Foundation

/// Shares between nothing and one in rows and columns, as an SVG file with text in it.
public struct HeatMap: Sendable {
  /// What a file of it is called.
  public let name: String
  let title: String
  /// What columns and rows are.
  let x: String
  let y: String
  let columns: Int
  /// Row by row, from 0 for nothing to ``levels``.
  let cells: [Int]

  /// What a full cell has.
  public static let levels = 15

  public init(name: String, title: String, x: String, y: String, columns: Int, cells: [Int]) {
    self.name = name
    self.title = title
    self.x = x
    self.y = y
    self.columns = columns
    self.cells = cells
  }

  private static let (width, left, top) = (720.0, 40.0, 34.0)

  public var svg: Data {
    let rows = max(cells.count / max(columns, 1), 1)
    let cell = min((Self.width - Self.left - 16) / Double(max(columns, 1)), 420 / Double(rows))
    let height = cell * Double(rows)
    var svg = SVG(width: Self.width, height: Self.top + height + 34)
    svg.text(Self.left, 20, title, "font-size=\"15\"")
    svg.text(
      Self.left + cell * Double(columns) / 2, Self.top + height + 20, x,
      "text-anchor=\"middle\"")
    svg.text(
      Self.left - 14, Self.top + height / 2, y,
      "text-anchor=\"middle\" transform=\"rotate(-90 \(Self.left - 14) \(Self.top + height / 2))\"")
    // A path for each level: far fewer bytes than a shape for each cell.
    for level in 1...Self.levels {
      let places = cells.indices.filter { cells[$0] == level }.map { index in
        let (row, column) = index.quotientAndRemainder(dividingBy: columns)
        return (x: Self.left + cell * Double(column), y: Self.top + cell * Double(row))
      }
      let opacity = 0.15 + 0.85 * Double(level) / Double(Self.levels)
      svg.squares(places, side: cell, SVG.colours[0], opacity: opacity)
    }
    svg.frame(Self.left, Self.top, cell * Double(columns), height)
    return svg.data
  }
}
