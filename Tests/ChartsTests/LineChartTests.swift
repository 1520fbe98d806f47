import Charts
import Foundation
import Testing

@Suite struct LineChartTests {
  /// Corners of the plot: 70 to 704 across, 330 up to 70.
  private func paths(_ chart: LineChart, _ colour: String = "#4269d0") -> [String] {
    let svg = String(decoding: chart.svg, as: UTF8.self)
    return svg.split(separator: "\n").filter { $0.contains("stroke=\"\(colour)\"") }.map {
      String($0.prefix { $0 != "f" })
    }
  }

  @Test func linesAreDrawnToScale() {
    let chart = LineChart(
      name: "c", title: "a < b", x: LineChart.Axis("x", range: 0...10),
      y: LineChart.Axis("y", .logarithmic, range: 1...100),
      series: [LineChart.Series("one", [(0, 1), (5, 10), (10, 100)])])
    #expect(String(decoding: chart.svg, as: UTF8.self).contains("a &lt; b"))
    // The sample in the legend, then the line.
    #expect(paths(chart).last == "<path d=\"M70.0 330.0L387.0 200.0L704.0 70.0\" ")
  }

  /// A point beyond the axes, or none on a logarithmic one, is a gap.
  @Test func whatIsOutsideIsLeftOut() {
    let chart = LineChart(
      name: "c", title: "t", x: LineChart.Axis("x", range: 0...4),
      y: LineChart.Axis("y", .logarithmic, range: 1...100),
      series: [LineChart.Series("one", [(0, 1), (1, 1), (2, 0), (3, 100), (4, 100), (5, 100)])])
    #expect(
      paths(chart).dropFirst() == [
        "<path d=\"M70.0 330.0L228.5 330.0\" ", "<path d=\"M545.5 70.0L704.0 70.0\" ",
      ])
  }

  /// Ranges are rounded outwards, and labels are round.
  @Test func axesFitTheData() {
    let chart = LineChart(
      name: "c", title: "t", x: LineChart.Axis("x"), y: LineChart.Axis("y", .logarithmic),
      series: [LineChart.Series("one", style: .points, [(0.3, 0.03), (9.7, 700)])])
    let svg = String(decoding: chart.svg, as: UTF8.self)
    let labels = svg.matches(of: />([0-9.]+)<\/text>/).map { String($0.output.1) }
    #expect(
      labels == [
        "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "0.1", "1", "10", "100", "1000",
      ])
    #expect(svg.matches(of: /<circle/).count == 3)
  }

  /// Data that is one number, or none, has axes too.
  @Test func littleData() {
    for scale in [LineChart.Axis.Scale.linear, .logarithmic] {
      for points in [[], [(x: 3.0, y: 3.0)]] {
        let chart = LineChart(
          name: "c", title: "t", x: LineChart.Axis("x", scale), y: LineChart.Axis("y", scale),
          series: [LineChart.Series("one", style: .points, points)])
        let svg = String(decoding: chart.svg, as: UTF8.self)
        #expect(!svg.contains("nan") && !svg.contains("inf"))
        #expect(svg.matches(of: /<circle/).count == 1 + points.count)
      }
    }
  }
}
