import Charts
import Foundation
import Hardware
import Physics
import Support
import Testing

@Suite struct PhysicsPageTests {
  /// Every model has its part, and every chart that the page shows is there.
  @Test func partsAndCharts() throws {
    let page = try PhysicsPage(.named("sonic"))
    #expect(page.charts.count == 8)
    for chart in page.charts {
      #expect(page.text.contains("](\(chart.name).svg)"))
      let svg = String(decoding: chart.svg, as: UTF8.self)
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
    #expect(page.text.components(separatedBy: "\n## ").count == 11)
  }

  /// What the models say of the paper's figures, worked out by hand in the tests of each model.
  @Test func verdicts() throws {
    let text = try PhysicsPage(.named("sonic")).text
    #expect(text.contains("| 50 | 0.360 | 4.46 | 2.16 |"))
    #expect(
      text.contains("| ADC, one conversion a latency | 16 | 71.4 | 62.0 | 868 | 13.2 | 186 |"))
    #expect(text.contains("| fabrication variation | 2.10 | TO | 4000 | 3210 |"))
  }

  /// A file's figures reach the page.
  @Test func otherFigures() throws {
    let sharp = try Machine.named("sonic").setting([("optics.quality", "80000")], name: "sharp")
    #expect(try PhysicsPage(sharp).text.contains("| full width at half maximum | 19.4 pm |"))
  }

  /// Odd machines: one ring, one arm, the least and the largest figures.
  @Test(arguments: [
    [("conv.length", "1"), ("fc.length", "1")], [("devices.arms", "1")],
    [("optics.channels", "1")], [("fc.length", "1024"), ("optics.channels", "64")],
    [("optics.crosstalk-left", "0 %")], [("optics.drift", "0 nm")],
    [("optics.variation", "0 nm")], [("optics.quality", "1")], [("optics.tuning-range", "100 nm")],
    [("optics.temperature", "0 K")], [("devices.vcsel.power", "0 mW")],
    [("optics.intensity-noise", "-300 dB/Hz")], [("optics.extinction", "0.001 dB")],
    [("optics.thermal-decay", "50 um")], [("optics.thermal-decay", "1 pm")],
    [("optics.variation", "9 nm"), ("conv.length", "64"), ("optics.channels", "64")],
  ])
  func oddMachines(_ values: [(String, String)]) throws {
    let machine = try Machine.named("sonic").setting(
      values.map { (path: $0.0, value: $0.1) }, name: "odd")
    let page = try PhysicsPage(machine)
    #expect(page.charts.allSatisfy { !String(decoding: $0.svg, as: UTF8.self).contains("nan") })
  }

  /// What the models would take forever for, or have no answer to.
  @Test(arguments: [
    ("optics.tuning-range", "0 nm"), ("optics.variation", "9.001 nm"),
    ("optics.thermal-decay", "50.1 um"), ("optics.channels", "65"),
  ])
  func machinesBeyondTheModels(_ path: String, _ value: String) throws {
    let machine = try Machine.named("sonic").setting(
      [(path, value), ("fc.length", "65")], name: "beyond")
    let failure = #expect(throws: Failure.self) { try PhysicsPage(machine) }
    #expect(failure?.diagnostics.first?.message.hasPrefix(path + ": ") == true)
  }

  @Test func opticsMustBeThere() throws {
    let text = try Machine.named("sonic").text
    let end = try #require(text.range(of: "\noptics:"))
    let machine = try Machine(yaml: Data(text[..<end.lowerBound].utf8), file: "m.yaml")
    let failure = #expect(throws: Failure.self) { try PhysicsPage(machine) }
    #expect(failure?.code == .data)
  }
}
