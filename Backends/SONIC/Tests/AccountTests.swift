import Compiler
import Foundation
import Graph
import Hardware
import Kernels
import Plan
import SONICBackend
import Simulation
import Support
import Tensor
import TestKit
import Testing

/// Time and energy of random programs: sums that must be exact, and estimates held to runs.
@Suite struct AccountTests {
  private struct Run {
    var program: Program
    var runnable: Runnable
    var result: Execution.Result
  }

  /// A random network, run on what it was calibrated with.
  private func run(
    _ seed: UInt64, _ random: inout SeededRandom, dataflow: Options.Dataflow? = nil,
    machine: String = "sonic"
  ) throws -> Run {
    let graph = Graph.random(seed: seed)
    let inputs = graph.randomInputs(seed: seed)
    var options = DifferentialTests.options(&random, samples: [inputs])
    if let dataflow { options.dataflow = dataflow }
    let compiled = try Compiled(graph, options: options, machine: machine)
    let runnable = try Runnable(compiled.program)
    var execution = Execution(runnable)
    return Run(
      program: compiled.program, runnable: runnable,
      result: try execution.run(compiled.inputs(inputs)))
  }

  @Test func everyJouleHasItsEntry() {
    withSeed(0..<40) { seed, random in
      let account = try run(seed, &random).result.account
      let entries = Component.allCases.map { account.energy[$0] }
      try #require(account.energy.total == entries.reduce(.zero, +))
      // The same joules by instruction, and by step.
      let events = account.events.map(\.energy).reduce(.zero, +)
      try #require(account.energy.total == events + account.standing.total)
      let steps = account.steps.map(\.energy.total).reduce(.zero, +)
      try #require(events == steps + account.transfers.energy.total)
    }
  }

  @Test func resourcesDoOneThingAtATime() {
    withSeed(0..<40) { seed, random in
      let run = try run(seed, &random)
      let account = run.result.account
      var ends = [Picoseconds](repeating: .zero, count: account.busy.count)
      var busy = ends
      for event in account.events {
        try #require(event.span.start >= ends[event.row] && event.span.end <= account.latency)
        ends[event.row] = event.span.end
        busy[event.row] += event.span.duration
      }
      try #require(busy == account.busy && ends.max() == account.latency)
      let steps = account.steps + [account.transfers]
      try #require(steps.map(\.dma).reduce(.zero, +) == busy[0])
      try #require(steps.map(\.ecu).reduce(.zero, +) == busy[1])
      try #require(steps.map(\.vdus).reduce(.zero, +) == busy[2...].reduce(.zero, +))
      try #require(account.peakPower >= account.energy.total.joules / account.latency.seconds)
    }
  }

  /// Where kernels stay, time does not depend on data: an estimate is exact.
  @Test(arguments: ["sonic", "sonic-waiting"])
  func estimatedTimeOfKernelsIsExact(_ machine: String) {
    withSeed(0..<30) { seed, random in
      let run = try run(seed, &random, dataflow: .kernel, machine: machine)
      let estimate = Execution.estimate(run.runnable)
      try #require(estimate.latency == run.result.account.latency)
      try #require(estimate.busy == run.result.account.busy)
      try #require(estimate.traffic == run.result.account.traffic)
    }
  }

  /// Where densities are those of the run, the energy of all of it is estimated to 15 %.
  @Test func estimatedEnergyIsClose() {
    withSeed(0..<30) { seed, random in
      let run = try run(seed, &random)
      let estimate = Execution.estimate(run.runnable)
      let ratio = estimate.energy.total.joules / run.result.account.energy.total.joules
      try #require((0.85...1.15).contains(ratio), "\(ratio)")
    }
  }

  @Test func everyPathGivesTheSameBits() {
    withSeed(0..<30) { seed, random in
      let start = random
      let best = try run(seed, &random).result
      defer { sonic_limit_path(Int32(SONIC_AVX512)) }
      for path in [SONIC_PORTABLE, SONIC_AVX2] {
        sonic_limit_path(Int32(path))
        #expect(sonic_path() <= Int32(path))
        random = start
        let other = try run(seed, &random).result
        try #require(other.outputs == best.outputs && other.account == best.account)
      }
    }
  }

  @Test func samplesAddUp() {
    withSeed(0..<20) { seed, random in
      let one = try run(seed, &random).result.account
      var all = one
      all.append(one)
      all.append(one)
      try #require(all.latency == one.latency * 3)
      try #require(all.energy.total.count == 3 * one.energy.total.count)
      try #require(all.traffic == 3 * one.traffic && all.peakPower == one.peakPower)
    }
  }
}
