import Hardware
import ISA
public import Simulation

extension Program {
  /// A traced run on rows for DMA, ECU and every VDU.
  public func trace(_ account: Account) -> Trace {
    var trace = Trace(process: "\(header.model) on \(machine.name)", rows: machine.resourceNames)
    var step = 0
    for event in account.events {
      while step < steps.count, Int(steps[step].instructions.upperBound) <= event.instruction {
        step += 1
      }
      let isInside =
        step < steps.count
        && steps[step].instructions.contains(UInt32(event.instruction))
      let instruction = instructions[event.instruction]
      let text = SONICInstruction.print([instruction]).split(separator: "\n").first.map(String.init)
      trace.events.append(
        Trace.Event(
          row: event.row, name: isInside ? name(of: steps[step]) : instruction.header.mnemonic,
          span: event.span,
          details: [
            ("instruction", "\(event.instruction): \(text ?? "")"),
            ("energy", Words.engineering(event.energy.joules, "J")),
          ]))
    }
    return trace
  }
}
