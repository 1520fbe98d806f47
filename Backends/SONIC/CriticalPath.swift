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
    for event in events {
      for (part, time) in account.events[event].parts { times[part, default: .zero] += time }
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

extension Account.Event {
  /// What its time goes to. Where a second bank is tuned behind a stream, that tuning takes none.
  fileprivate var parts: [(CriticalPath.Part, Picoseconds)] {
    switch row {
    case 0: [(.memory, span.duration)]
    case 1: [(.control, span.duration)]
    default:
      [
        (.tuning, span.duration - streaming - draining), (.streaming, streaming),
        (.draining, draining),
      ]
    }
  }
}
