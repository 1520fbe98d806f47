public import Foundation

/// Shapes and text of a drawing, in the order in which they are painted. Coordinates are in user units from
/// the upper left corner, with one decimal.
public struct SVG: Sendable {
  /// The colours of series, in order.
  static let colours = [
    "#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#9c6b4e", "#97bbf5", "#a463f2", "#3ca951",
    "#ff8ab7", "#9498a0",
  ]

  private let width: Double
  private let height: Double
  private var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  /// - Parameter attributes: further ones, as SVG spells them.
  mutating func text(_ x: Double, _ y: Double, _ text: String, _ attributes: String = "") {
    body +=
      "<text x=\"\(number(x))\" y=\"\(number(y))\" \(attributes)>\(text.escapedForXML)</text>\n"
  }

  /// - Parameter title: what a pointer over it is told.
  mutating func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String,
    title: String = ""
  ) {
    let place =
      "x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\""
    body += "<rect \(place) fill=\"\(colour)\">\(tip(title))</rect>\n"
  }

  mutating func circle(
    _ x: Double, _ y: Double, _ radius: Double, _ colour: String, title: String = ""
  ) {
    let place = "cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\""
    body += "<circle \(place) fill=\"\(colour)\">\(tip(title))</circle>\n"
  }

  /// A line through points.
  mutating func line(
    _ points: [(x: Double, y: Double)], _ colour: String, _ attributes: String = ""
  ) {
    let path = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(number(point.x)) \(number(point.y))"
    }
    body += "<path d=\"\(path.joined())\" fill=\"none\" stroke=\"\(colour)\" \(attributes)/>\n"
  }

  /// Squares of one colour.
  mutating func squares(
    _ places: [(x: Double, y: Double)], side: Double, _ colour: String, opacity: Double
  ) {
    guard !places.isEmpty else { return }
    let side = number(side)
    let path = places.map { "M\(number($0.x)) \(number($0.y))h\(side)v\(side)h-\(side)z" }
    body +=
      "<path d=\"\(path.joined())\" fill=\"\(colour)\" fill-opacity=\"\(String(format: "%.2f", opacity))\"/>\n"
  }

  /// Bars of one colour and height.
  mutating func bars(
    _ places: [(x: Double, y: Double, width: Double)], height: Double, _ colour: String,
    title: String
  ) {
    let path = places.map {
      "M\(number($0.x)) \(number($0.y))h\(number($0.width))v\(number(height))h-\(number($0.width))z"
    }
    body += "<path d=\"\(path.joined())\" fill=\"\(colour)\">\(tip(title))</path>\n"
  }

  /// The outline of a rectangle.
  mutating func frame(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    line(
      [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)], "#888",
      "stroke-opacity=\"0.5\"")
  }

  /// The file.
  public var data: Data {
    let size = "width=\"\(number(width))\" height=\"\(number(height))\""
    return Data(
      """
      <svg xmlns="http://www.w3.org/2000/svg" \(size) font-family="sans-serif" font-size="12" fill="#444">
      <rect width="100%" height="100%" fill="#fff"/>
      \(body)</svg>

      """.utf8)
  }

  private func tip(_ title: String) -> String {
    title.isEmpty ? "" : "<title>\(title.escapedForXML)</title>"
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
}

extension String {
  /// The text as XML has it; characters that XML 1.0 cannot have are replaced.
  fileprivate var escapedForXML: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x26: text += "&amp;"
      case 0x3C: text += "&lt;"
      case 0x3E: text += "&gt;"
      case 0x09, 0x0A, 0x0D: text.unicodeScalars.append(scalar)
      case ..<0x20, 0xFFFE, 0xFFFF: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
