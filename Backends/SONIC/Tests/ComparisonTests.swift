import Compiler
import Foundation
import Graph
import Hardware
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Two programs side by side.
@Suite struct ComparisonTests {
  private func report(_ names: [String], machine: String = "sonic") throws -> Report {
    var builder = GraphBuilder("compared")
    var value = builder.input("x", [1, 4])
    for name in names {
      let weights = builder.constant(
        "w_\(name)", [4, 4], (0..<16).map { $0 % 3 == 0 ? 0.5 : 0 })
      value = builder.node("MatMul", name, [value, weights])
    }
    builder.output(value)
    var options = Options()
    options.samples = [["x": Tensor([1, 4], floats: [1, 0, 2, 3])]]
    let program = try Compiled(builder.graph, options: options, machine: machine).program
    let runnable = try Runnable(program)
    return Report(runnable, Execution.estimate(runnable), .expected, samples: 1)
  }

  @Test func aProgramIsTheSameAsItself() throws {
    let one = try report(["a", "b"])
    let comparison = Comparison(one, one, labels: ["one", "two"])
    for total in comparison.totals { #expect(total.first == total.second, "\(total.name)") }
    #expect(!comparison.table.contains("%  ") || !comparison.table.contains("+"))
    #expect(comparison.steps.map(\.name) == one.steps.map(\.name))
    for step in comparison.steps {
      #expect(step.first?.energyFemtojoules == step.second?.energyFemtojoules)
    }
  }

  @Test func stepsOfOneAloneAreNewOrGone() throws {
    let comparison = Comparison(
      try report(["a", "b"]), try report(["a", "c"]), labels: ["one", "two"])
    let table = comparison.table
    #expect(comparison.steps.map(\.name).filter { "abc".contains($0) } == ["a", "b", "c"])
    #expect(table.contains("gone") && table.contains("new"))
  }

  @Test func machinesAreCompared() throws {
    let (fast, slow) = (try report(["a"]), try report(["a"], machine: "sonic-waiting"))
    let comparison = Comparison(fast, slow, labels: ["sonic", "sonic-waiting"])
    let latency = try #require(comparison.totals.first { $0.name == "latency" })
    #expect(latency.second > latency.first)
    #expect(latency.first == Double(fast.latencyPicoseconds) * 1e-12)
  }
}
