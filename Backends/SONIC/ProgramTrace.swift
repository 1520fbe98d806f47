import Hardware
import ISA
public import Simulation

extension Runnable {
  /// A run's first sample on rows for DMA, ECU and every VDU, with counters of power, memory and
  /// queues, and arrows for tokens (Docs/CostModel.md, *Traces*).
  ///
  /// - Parameter account: of a run of this program.
  public func trace(_ account: Account) -> Trace {
    let machine = program.machine
    var trace = Trace(
      process: "\(program.header.model) on \(machine.name)", rows: machine.resourceNames)
    trace.events = slices(account)
    let causes = Causes(program, account.events, isDrawn: trace.events.map(\.isDrawn))
    trace.arrows = causes.arrows
    let occupancy = Occupancy(outline, account.events)
    trace.counters = [
      Trace.Counter("power", "W", account.power),
      Trace.Counter("SRAM", "bytes", occupancy.sram),
      Trace.Counter("parameters", "bytes", occupancy.parameters),
    ]
    for (name, rows) in machine.resourceGroups {
      trace.counters.append(
        Trace.Counter("queue", name, causes.queue(of: rows, account.events)))
    }
    return trace
  }

  private func slices(_ account: Account) -> [Trace.Event] {
    var step = program.steps[...]
    return account.events.map { event in
      step = step.drop { Int($0.instructions.upperBound) <= event.instruction }
      let own = step.first.flatMap {
        $0.instructions.contains(UInt32(event.instruction)) ? program.name(of: $0) : nil
      }
      let instruction = program.instructions[event.instruction]
      let text = SONICInstruction.print([instruction]).dropLast()
      return Trace.Event(
        row: event.row, name: own ?? instruction.header.mnemonic, span: event.span,
        details: [
          ("instruction", "\(event.instruction): \(text)"),
          ("energy", Words.engineering(event.energy.joules, "J")),
        ])
    }
  }
}
