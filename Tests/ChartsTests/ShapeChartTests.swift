import Charts
import Foundation
import FoundationXML
import Testing

/// Charts of bars, cells and stretches of time: each is XML, says what it was given, and takes any name.
@Suite struct ShapeChartTests {
  private static let name = "<a & \"b\"> \u{FFFD}"
  /// The same with a character that XML cannot have.
  private static let given = "<a & \"b\"> \u{1}"

  private static let charts: [any Chart] = [
    StackedBarChart(
      name: "stacked", title: given, unit: "uJ", groups: [given, "conv2"],
      series: [("ADC", [1, 2]), (given, [0, 4])]),
    HistogramChart(
      name: "histogram", title: given, axis: "weight", range: -1...1, counts: [1, 0, 1_000],
      marks: [(-0.5, 10), (0.5, 0)]),
    HeatMap(
      name: "map", title: given, x: "element", y: "kernel", columns: 3, cells: [0, 15, 1, 0, 0, 7]),
    GanttChart(
      name: "gantt", title: given, unit: "us", rows: ["DMA", "VDU 0", "VDU 1"],
      bars: [
        .init(row: 0, start: 0, end: 1, name: given), .init(row: 2, start: 1, end: 3, name: "x"),
      ]),
  ]

  @Test(arguments: charts.indices)
  func anyNameIsText(index: Int) throws {
    let text = try Self.texts(Self.charts[index])
    #expect(text.contains(Self.name), "\(text)")
  }

  /// Without data there still is a picture.
  @Test func nothingIsDrawnOfNothing() throws {
    let empty: [any Chart] = [
      StackedBarChart(name: "", title: "t", unit: "J", groups: [], series: []),
      StackedBarChart(name: "", title: "t", unit: "J", groups: ["a"], series: [("b", [0])]),
      HistogramChart(name: "", title: "t", axis: "w", range: -1...1, counts: [], marks: []),
      HeatMap(name: "", title: "t", x: "x", y: "y", columns: 0, cells: []),
      GanttChart(name: "", title: "t", unit: "s", rows: [], bars: []),
    ]
    for chart in empty { #expect(try Self.texts(chart).contains("t")) }
  }

  @Test func lengthsAreInProportion() throws {
    let chart = StackedBarChart(
      name: "", title: "", unit: "J", groups: ["a", "b"], series: [("part", [1, 3])])
    let text = String(decoding: chart.svg, as: UTF8.self)
    let widths = text.matches(of: /width="([0-9.]+)" height="12.0"/).compactMap {
      Double($0.1)
    }
    #expect(widths.count == 2 && abs(widths[1] / widths[0] - 3) < 0.01, "\(widths)")
  }

  @Test func aCellIsDrawnForEachShare() {
    let map = HeatMap(name: "", title: "", x: "", y: "", columns: 2, cells: [0, 15, 15, 1])
    let text = String(decoding: map.svg, as: UTF8.self)
    #expect(text.components(separatedBy: "z\" fill").count == 3)
    #expect(text.contains("fill-opacity=\"1.00\"") && text.contains("fill-opacity=\"0.21\""))
  }

  /// All text of a picture, tips among it.
  private static func texts(_ chart: some Chart) throws -> [String] {
    let delegate = Reader()
    let parser = XMLParser(data: chart.svg)
    parser.delegate = delegate
    #expect(parser.parse(), "\(parser.parserError as Any)")
    return delegate.texts
  }

  private final class Reader: NSObject, XMLParserDelegate {
    var texts: [String] = []
    private var text = ""

    func parser(
      _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
      _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      texts.append(text)
      text = ""
    }
  }
}
