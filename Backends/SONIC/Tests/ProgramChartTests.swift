import Charts
import Foundation
import Graph
import SONICBackend
import Support
import TestKit
import Testing

/// A program's pictures, for programs of every kind.
@Suite struct ProgramChartTests {
  @Test func everyProgramIsDrawn() throws {
    withSeed(0..<20) { seed, random in
      let graph = Graph.random(seed: seed)
      let options = DifferentialTests.options(
        &random, samples: [graph.randomInputs(seed: seed)])
      let view = View(estimating: try Runnable(try Compiled(graph, options: options).program))
      #expect(
        view.charts.map(\.name) == [
          "schedule", "utilization", "latency", "energy-by-component", "energy-by-step",
          "roofline",
        ])
      let all = view.charts + view.report.steps.indices.flatMap { view.charts(ofStep: $0) }
      #expect(Set(all.map(\.name)).count == all.count)
      for chart in all {
        let text = String(decoding: chart.svg, as: UTF8.self)
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
        #expect(!text.contains("nan") && !text.contains("inf"), "\(seed): \(text)")
      }
      #expect(Views(view).json == Views(view).json)
    }
  }
}
