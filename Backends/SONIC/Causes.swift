import Hardware
import Simulation
import Support

extension SONICInstruction {
  /// The token that it gives, and the unit that has then done what it was handed.
  var given: (token: ID<Token>, unit: Unit)? {
    switch self {
    case .signal(let i): (i.token, i.unit)
    case .loadKernels(let i): (i.token, .dma)
    case .firePatch(let i): (i.token, i.unit)
    case .fireKernel(let i): (i.token, i.unit)
    default: nil
    }
  }
}

/// Why instructions start when they do, found from tokens once it is known how long each takes.
struct Causes {
  /// By event: when all that its unit was told to wait for before it had happened.
  private var ready: [Picoseconds] = []
  /// For each wait and each kind of unit that it waits for: from the last event before the signal that
  /// was given last to the first event after the wait; both are drawn.
  private(set) var arrows: [Trace.Arrow] = []

  private let isDrawn: [Bool]
  private let rows: UnitRows
  private var timeline: Timeline
  /// By token, for each of its signals: by resource, the one that was given last until then.
  private var given: [[InlineArray<4, Signal?>]]
  private var tracks: [Track]

  private struct Track {
    var ready = Picoseconds.zero
    /// The last drawn event.
    var last: Int?
    /// Where the arrows to the next drawn event come from.
    var causes: Set<Int> = []
  }

  private struct Signal {
    var time: Picoseconds
    var row: Int
    /// The last drawn event of the unit before.
    var event: Int?
  }

  /// - Parameter events: of all instructions that take a resource, in program order.
  /// - Parameter isDrawn: by event, whether an arrow may start or end there.
  init(_ program: Program, _ events: [Account.Event], isDrawn: [Bool]) {
    self.isDrawn = isDrawn
    rows = UnitRows(program.machine)
    timeline = Timeline(resources: rows.count, signals: program.signalCounts)
    given = Array(repeating: [], count: Int(program.header.tokens))
    tracks = [Track](repeating: Track(), count: rows.count)
    for (index, instruction) in program.instructions.enumerated() {
      let next = ready.count
      if next < events.count, events[next].instruction == index { take(next, events[next]) }
      if let (token, unit) = instruction.given { signal(token, from: unit) }
      if case .wait(let i) = instruction { wait(i) }
    }
  }

  private mutating func take(_ index: Int, _ event: Account.Event) {
    ready.append(tracks[event.row].ready)
    _ = timeline.occupy(event.row, for: event.span.duration)
    guard isDrawn[index] else { return }
    arrows += tracks[event.row].causes.sorted().map { Trace.Arrow(from: $0, to: index) }
    tracks[event.row].causes = []
    tracks[event.row].last = index
  }

  private mutating func signal(_ token: ID<Token>, from unit: Unit) {
    let (token, row) = (Int(token.index), rows[unit])
    timeline.signal(token, from: row)
    var last = given[token].last ?? InlineArray(repeating: nil)
    let kind = Int(unit.resource.rawValue)
    if last[kind].map({ $0.time < timeline.end(of: row) }) ?? true {
      last[kind] = Signal(time: timeline.end(of: row), row: row, event: tracks[row].last)
    }
    given[token].append(last)
  }

  private mutating func wait(_ i: Wait) {
    guard i.count > 0 else { return }
    let row = rows[i.unit]
    let last = given[Int(i.token.index)][Int(i.count) - 1]
    timeline.wait(Int(i.token.index), count: Int(i.count), on: row)
    for kind in last.indices {
      guard let signal = last[kind] else { continue }
      tracks[row].ready = max(tracks[row].ready, signal.time)
      if signal.row != row, let event = signal.event { tracks[row].causes.insert(event) }
    }
  }

  /// How many instructions of these rows are ready at each moment, and not started, as their unit still
  /// does what it was handed before.
  func queue(of rows: Range<Int>, _ events: [Account.Event]) -> Course {
    var queue = Course()
    for (event, ready) in zip(events, ready) where rows.contains(event.row) {
      queue.add(1, during: Timeline.Span(start: ready, end: event.span.start))
    }
    return queue
  }
}
