import Tensor
import Support
import Simulation
import Plan
import Hardware
import Graph
import Foundation

extension Inspection {
  /// The program for people, on a screen or two: facts, steps, schedule.
  public var table: String {
    facts + "\nsteps, estimated for a sample\n" + stepTable + "\n" + scheduleTable
  }

  /// Where a program has more steps than this, operations that follow each other share a row.
  private static let mostRows = 40

  // MARK: Facts

  private var facts: String {
    let hash = program.modelHash.isEmpty ? "unknown hash" : "hash " + program.modelHash
    let batch = program.isBatchOpen ? "open" : "fixed"
    let rows = [
      ["model", "\(program.model), \(hash)"],
      ["program", "format \(program.format), by \(program.compiler), batch \(batch)"],
      ["inputs", program.inputs.map { describe($0) }.joined(separator: "; ")],
      ["outputs", program.outputs.map { describe($0) }.joined(separator: "; ")],
      ["machine", "\(machine.name): \(machine.summary)"],
      ["memory", memory.facts],
      ["tables", memory.tables],
      ["network", program.network],
      ["estimate", schedule.facts],
    ]
    return Words.align(rows)
  }

  /// A buffer as `name: float 1x3x224x224`.
  private func describe(_ buffer: Int) -> String {
    let buffer = memory.buffers[buffer]
    return "\(buffer.name): \(buffer.element) \(Words.shape(buffer.shape))"
  }

  // MARK: Steps

  private var stepTable: String {
    let header = [
      "step", "kind", "stays", "shape", "kernels", "positions", "survive", "values", "vectors",
      "tiles", "waves", "units", "start", "took", "energy", "instructions",
    ]
    return Words.align([header] + runs.map { row($0) }, right: Set(4...14))
  }

  /// The steps that make up each row.
  private var runs: [ArraySlice<Step>] {
    var runs: [ArraySlice<Step>] = []
    for index in steps.indices {
      let joins =
        steps.count > Self.mostRows && steps[index].layer == nil
        && index > 0 && steps[index - 1].layer == nil
      if joins {
        runs[runs.count - 1].append(steps[index])
      } else {
        runs.append(steps[index...index])
      }
    }
    return runs
  }

  private func row(_ run: ArraySlice<Step>) -> [String] {
    let (first, last) = (run.first!, run.last!)
    let start = run.map(\.estimate.startPicoseconds).min()!
    let end = run.map(\.estimate.endPicoseconds).max()!
    let energy = run.reduce(0) { $0 + $1.estimate.energyFemtojoules }
    let instructions = first.firstInstruction..<last.firstInstruction + last.instructionCount
    var kinds = run.prefix(3).map(\.estimate.kind).joined(separator: ", ")
    if run.count > 3 { kinds += ", ..." }
    let name = run.count == 1 ? first.name : Words.count(run.count, "operation")
    return [name, kinds, first.estimate.dataflow ?? "", shape(first, last)]
      + (first.layer?.columns(first.estimate) ?? [String](repeating: "", count: 8))
      + [
        Words.time(start), Words.time(end - start),
        Words.engineering(Double(energy) * 1e-15, "J"),
        "i\(instructions.lowerBound)..<\(instructions.upperBound)",
      ]
  }

  /// What goes into one step and comes out of another.
  private func shape(_ first: Step, _ last: Step) -> String {
    func sizes(_ buffers: [Int?]) -> String {
      buffers.compactMap { $0 }.first.map { Words.shape(memory.buffers[$0].shape) } ?? "nothing"
    }
    return sizes(first.inputs) + " -> " + sizes(last.outputs)
  }

  // MARK: Schedule

  private var scheduleTable: String {
    let rows = schedule.groups.map { group in
      [group.name, Words.percent(group.utilization), "|\(Words.sparkline(group.profile))|"]
    }
    let bin = Words.time(schedule.latencyPicoseconds / Self.bins)
    return "schedule, a bar for each \(bin)\n" + Words.align(rows, right: [1])
  }
}

extension Inspection.Layer {
  /// What the table of steps says of a layer alone.
  fileprivate func columns(_ estimate: Report.Step) -> [String] {
    let units = Set(tiles.map(\.unit)).count
    let share = Double(estimate.survivors) / Double(max(estimate.weights, 1))
    return [
      "\(geometry.allKernels)", "\(geometry.positions)",
      weightsFrom == nil ? Words.percent(share) : "run time",
      "\(codebook.count)", "\(estimate.vectors)", "\(tiles.count)", "\(waves)", "\(units)",
    ]
  }
}

extension Inspection.Facts {
  fileprivate var network: String {
    let share = Words.percent(Double(survivors) / Double(max(weights, 1)))
    return [
      Words.count(layers, "layer"), Words.count(operations, "operation"),
      Words.count(instructions, "instruction"), Words.count(tokens, "token"),
      "\(survivors) of \(weights) weights survive (\(share))",
    ].joined(separator: ", ")
  }
}

extension Inspection.Memory {
  fileprivate var facts: String {
    "SRAM \(Words.bytes(sramPeakBytes)) of \(Words.bytes(sramCapacityBytes)) at most, "
      + "main memory \(Words.bytes(dramBufferBytes)) of activations"
  }

  fileprivate var tables: String {
    [
      ("weights", weightBytes), ("kernels", kernelBytes), ("constants", constantBytes),
      ("instructions", instructionBytes),
    ].map { "\($0) \(Words.bytes($1))" }.joined(separator: ", ")
  }
}

extension Inspection.Schedule {
  fileprivate var facts: String {
    func joules(_ femtojoules: Int) -> String {
      Words.engineering(Double(femtojoules) * 1e-15, "J")
    }
    return Words.time(latencyPicoseconds) + ", " + joules(energyFemtojoules) + " a sample: "
      + joules(energyFemtojoules - transferFemtojoules - standingFemtojoules) + " in steps, "
      + joules(transferFemtojoules) + " for inputs and outputs, "
      + joules(standingFemtojoules) + " standing"
  }
}
