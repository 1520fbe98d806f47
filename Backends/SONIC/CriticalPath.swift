import Hardware
import ISA
import Plan
import Simulation
import Support

/// What the latency of a sample consists of: the chain of instructions, back from the one that ends
/// last, of which each starts when the one before it ends.
struct CriticalPath {
  /// What an instruction of the chain spends its time on.
  enum Part: String, CaseIterable {
    case memory, control, tuning, streaming, draining
  }

  /// Positions in ``Account/events``, first to last.
  private(set) var events: [Int] = []
  /// The parts add up to the latency.
  private(set) var times: [Part: Picoseconds] = [:]

  /// When a resource is free, or a token given, and the event that it waited for until then.
  private struct Moment {
    var time = Picoseconds.zero
    var cause: Int?
  }

  /// O(instructions).
  ///
  /// - Parameter account: of one sample.
  init(_ program: Program, _ account: Account) {
    let before = Self.causes(program, account.events)
    var last = account.events.indices.max {
      (account.events[$0].span.end, $1) < (account.events[$1].span.end, $0)
    }
    while let event = last {
      events.append(event)
      last = before[event]
    }
    events.reverse()
    var shape = StepTimings(program)
    for event in events {
      for (part, time) in shape.parts(of: account.events[event]) {
        times[part, default: .zero] += time
      }
    }
  }

  /// For each event the one at whose end it starts; nil for those that start at once.
  private static func causes(_ program: Program, _ events: [Account.Event]) -> [Int?] {
    let rows = UnitRows(program.machine)
    var free = [Moment](repeating: Moment(), count: rows.count)
    var given = [[Moment]](repeating: [], count: Int(program.header.tokens))
    var causes = [Int?](repeating: nil, count: events.count)
    var next = 0
    for (index, instruction) in program.instructions.enumerated() {
      if next < events.count, events[next].instruction == index {
        let event = events[next]
        causes[next] = free[event.row].cause
        free[event.row] = Moment(time: event.span.end, cause: next)
        next += 1
      }
      if let (token, unit) = instruction.given {
        let (token, now) = (Int(token.index), free[rows[unit]])
        let last = given[token].last
        given[token].append(last.map { $0.time >= now.time ? $0 : now } ?? now)
      }
      if case .wait(let i) = instruction, i.count > 0 {
        let moment = given[Int(i.token.index)][Int(i.count) - 1]
        if moment.time > free[rows[i.unit]].time { free[rows[i.unit]] = moment }
      }
    }
    return causes
  }
}

/// What the time of an event goes to, by the step that it belongs to.
private struct StepTimings {
  private let program: Program
  private let conv: Int
  private let fc: Int
  private var step = 0

  init(_ program: Program) {
    self.program = program
    conv = program.machine.firstRow(of: .conv)
    fc = program.machine.firstRow(of: .fc)
  }

  /// - Parameter event: events come in the order of instructions.
  mutating func parts(of event: Account.Event) -> [(CriticalPath.Part, Picoseconds)] {
    let time = event.span.duration
    switch event.row {
    case 0: return [(.memory, time)]
    case 1: return [(.control, time)]
    default: break
    }
    while program.steps[step].instructions.upperBound <= event.instruction { step += 1 }
    let layer = program.layers[program.steps[step].layer!]
    let timing = program.machine.timing(event.row < fc ? .conv : .fc, layer.dataflow)
    // A tile with kernels of several groups holds and drains once for each.
    let draining = min(timing.fill, time)
    let rounds = (event.vectors + timing.rows - 1) / timing.rows
    let streaming = min(timing.pace * rounds, time - draining)
    return [
      (.tuning, time - draining - streaming), (.streaming, streaming), (.draining, draining),
    ]
  }
}
