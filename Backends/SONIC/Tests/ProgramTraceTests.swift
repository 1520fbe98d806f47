import Compiler
import Foundation
import Graph
import Hardware
import Plan
import SONICBackend
import Simulation
import Support
import TestKit
import Testing

/// What a trace shows of random programs, read back as Perfetto reads it.
@Suite struct ProgramTraceTests {
  private struct Traced {
    var plan: Plan
    var program: Program
    var account: Account
    var trace: Trace
    var file: TraceImport

    /// Of a counter, by its name and series.
    func values(_ name: String) -> [Double] { file.counters[name, default: []].map(\.value) }

    /// Bytes of each wave's kernels, in the order of the program.
    var waves: [Int] {
      get throws {
        try program.steps.compactMap(\.layer).flatMap { id in
          let layer = ID<Layer>(Int(id.index))
          return try #require(plan.layers[layer].tilings.first).waves.map { tiles in
            Set(tiles.map(\.kernels)).reduce(0) { $0 + program.parameterBytes(id, $1) }
          }
        }
      }
    }

    func instruction(_ slice: Int) -> SONICInstruction {
      let text = file.slices[slice].details["instruction"] ?? ""
      return program.instructions[Int(text.prefix { $0 != ":" })!]
    }
  }

  /// A random program; with little parameter memory, so that kernels come in waves.
  private func trace(_ seed: UInt64, _ random: inout SeededRandom) throws -> Traced {
    let graph = Graph.random(seed: seed)
    let inputs = graph.randomInputs(seed: seed)
    let options = DifferentialTests.options(&random, samples: [inputs])
    let machine = try Machine.named("sonic").setting(
      [("memory.parameters.capacity", ["512 KB", "1 KB"][random.next(below: 2)])], name: "small")
    let compiled = try Compiled(graph, options: options, on: machine)
    let runnable = try Runnable(compiled.program)
    var execution = Execution(runnable)
    let account = try execution.run(compiled.inputs(inputs)).account
    let trace = runnable.trace(account)
    return Traced(
      plan: compiled.plan, program: compiled.program, account: account, trace: trace,
      file: try TraceImport(trace.json))
  }

  private func check(_ body: (Traced) throws -> Void) {
    withSeed(0..<40) { seed, random in try body(trace(seed, &random)) }
  }

  @Test func perfettoHasNothingToComplainOf() {
    check { traced in
      try #require(traced.file.problems.isEmpty, "\(traced.file.problems)")
      try #require(traced.file.slices.count == traced.account.events.count)
      try #require(traced.file.flows.count == traced.trace.arrows.count)
      // Nothing lies in another thing but what takes no nanosecond.
      try #require(traced.file.slices.allSatisfy { $0.depth == 0 || $0.duration == 0 })
      // A sample for each end of an event at most, and one for time zero.
      for counter in traced.file.counters.values {
        try #require(counter.count <= 2 * traced.account.events.count + 1)
      }
    }
  }

  @Test func powerPeaksWhereTheReportSays() {
    check { traced in
      let power = traced.values("power W")
      try #require(power.max() == traced.account.peakPower)
      try #require(power.min()! > 0.999999 * traced.account.standingPower)
      try #require((power.last! / traced.account.standingPower - 1).magnitude < 1e-9)
    }
  }

  /// The SRAM is never asked for more than it holds, nor the parameter memory for more than two waves, of
  /// which each has a half;
  /// both are empty in the end.
  @Test func memoriesHoldWhatFits() {
    check { traced in
      let waves = try traced.waves
      let two = zip(waves, waves.dropFirst()).map(+).max() ?? waves.first ?? 0
      for (name, most) in [
        ("SRAM bytes", traced.program.machine.memory.sram.capacity), ("parameters bytes", two),
      ] {
        let held = traced.values(name)
        try #require(held.allSatisfy { (0...Double(most)).contains($0) }, "\(name): \(held)")
        try #require(held.last == 0)
      }
      // A wave fits into a half, unless it is a kernel that does not.
      let half = traced.program.machine.memory.parameters.capacity / 2
      let kernel = traced.program.kernels.map { 2 * Int($0.pairs) + KernelRecord.size }.max() ?? 0
      try #require(waves.allSatisfy { $0 <= max(half, kernel) }, "\(waves)")
      let largest = Double(waves.max() ?? 0)
      try #require(traced.values("parameters bytes").max()! >= largest)
    }
  }

  /// What is ready and not started waits for a unit that works.
  @Test func queuesFormWhereUnitsWork() {
    check { traced in
      for (row, name) in ["DMA", "ECU"].enumerated() {
        let samples = traced.trace.counters.first { $0.series == name }!.course.moments
        try #require(samples.allSatisfy { $0.level >= 0 } && samples.last?.level == 0)
        for sample in samples where sample.level > 0 {
          try #require(
            traced.account.events.contains {
              $0.row == row && $0.span.start <= sample.time && sample.time < $0.span.end
            })
        }
      }
      for name in ["queue CONV VDUs", "queue FC VDUs"] {
        try #require(traced.values(name).allSatisfy { $0 >= 0 } && traced.values(name).last == 0)
      }
    }
  }

  /// Nothing starts before what an arrow comes from has ended, on another unit.
  @Test func arrowsFollowTime() {
    check { traced in
      let events = traced.trace.events
      try #require(Set(traced.trace.arrows).count == traced.trace.arrows.count)
      // At most one for each wait and kind of unit.
      let waits = traced.program.instructions.count {
        if case .wait = $0 { true } else { false }
      }
      try #require(traced.trace.arrows.count <= 4 * waits)
      for arrow in traced.trace.arrows {
        try #require(events[arrow.from].isDrawn && events[arrow.to].isDrawn)
        try #require(events[arrow.from].span.end <= events[arrow.to].span.start)
        try #require(events[arrow.from].row != events[arrow.to].row)
      }
    }
  }

  /// Each wave's slowest tile has an arrow to the ECU, which collects it, and each tile of a layer one
  /// from the DMA, which loaded its kernels.
  @Test func arrowsLeadThroughLayers() {
    check { traced in
      let slices = traced.file.slices
      let arrivals = Dictionary(grouping: traced.file.flows, by: \.to)
      for index in slices.indices where slices[index].duration > 0 {
        let sources = arrivals[index, default: []].map(\.from)
        switch traced.instruction(index) {
        case .firePatch, .fireKernel:
          try #require(sources.contains { traced.file.threads[slices[$0].thread] == "DMA" })
        case .collect:
          let name = slices[index].name
          let tiles = slices.indices.filter {
            slices[$0].name == name && slices[$0].duration > 0 && traced.instruction($0).isFire
          }
          guard let last = tiles.map({ slices[$0].end }).max() else { continue }
          try #require(sources.contains { tiles.contains($0) && slices[$0].end == last })
        default: break
        }
      }
    }
  }
}

extension SONICInstruction {
  fileprivate var isFire: Bool {
    switch self {
    case .firePatch, .fireKernel: true
    default: false
    }
  }
}
