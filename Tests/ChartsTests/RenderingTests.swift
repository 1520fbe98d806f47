import Foundation
import Charts
import Testing

@Suite struct RenderingTests {
  @Test func cellsAreEscaped() {
    let table = DataTable(
      name: "t", header: ["a", "b,c"], rows: [["x|y", "say \"z\""], ["1", "2"]])
    #expect(table.markdown == "| a | b,c |\n| --- | --- |\n| x\\|y | say \"z\" |\n| 1 | 2 |\n")
    #expect(
      String(decoding: table.csv, as: UTF8.self)
        == "a,\"b,c\"\r\nx|y,\"say \"\"z\"\"\"\r\n1,2\r\n")
  }

  @Test func numbersAreRoundedForPeopleOnly() {
    let table = DataTable(
      name: "t", header: ["n"], rows: [[Cell(1_234_567)], [Cell(0.123456)], [Cell(2.5, as: "x2")]])
    #expect(table.markdown.hasSuffix("| 1,234,567 |\n| 0.123 |\n| x2 |\n"))
    #expect(String(decoding: table.csv, as: UTF8.self) == "n\r\n1234567\r\n0.123456\r\n2.5\r\n")
  }

  @Test func barsAreDrawnToScale() {
    let chart = BarChart(
      name: "c", title: "a < b", unit: "W", groups: ["g"],
      series: [("one", [1]), ("two", [10]), ("three", [0.1])])
    let svg = String(decoding: chart.svg, as: UTF8.self)
    #expect(svg.contains("a &lt; b"))
    let heights = svg.matches(of: /height="([0-9.]+)" fill="#(?:4269d0|efb118|ff725c)"/).compactMap
    {
      Double($0.output.1)
    }
    // Three of the legend, then the bars: a decade above the least, two, and none.
    #expect(heights.count == 6 && abs(heights[4] - 2 * heights[3]) < 0.2 && heights[5] == 0)
  }

  @Test func columnsOfNumbersEndTogether() {
    let table = DataTable(
      name: "t", header: ["name", "value"], rows: [["a", "1"], ["longer", "10.5"]])
    #expect(table.text == "name    value\na           1\nlonger   10.5\n")
  }

  @Test func pointsOfEqualRatiosAreEquallyFarApart() {
    let points = [1.0, 10, 100].map { (x: $0, y: 1 / $0, label: "<\($0)>") }
    let chart = ScatterChart(
      title: "a < b", x: ("power", "W"), y: ("speed", "FPS"), cloud: [(1, 1), (1, 1), (100, 0.01)],
      series: [("front", points)])
    let svg = String(decoding: chart.svg, as: UTF8.self)
    #expect(svg.contains("a &lt; b") && svg.contains("&lt;10.0&gt;: 10.0 W, 0.100 FPS"))
    let circles = svg.matches(of: /cx="([0-9.]+)" cy="([0-9.]+)" r="4.0"/).compactMap { match in
      Double(match.output.1).map { x in (x, Double(match.output.2) ?? 0) }
    }
    // One of the legend, then the points: to the right and down by as much.
    #expect(circles.count == 4)
    #expect(abs(circles[2].0 - circles[1].0 - (circles[3].0 - circles[2].0)) < 0.2)
    #expect(abs(circles[2].1 - circles[1].1 - (circles[3].1 - circles[2].1)) < 0.2)
    // Points of the cloud that lie on each other are drawn once.
    #expect(svg.matches(of: /r="1.5"/).count == 2)
  }
}
