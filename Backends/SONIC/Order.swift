import Hardware
import Support

/// What happens before what, learned instruction by instruction in program order.
///
/// Before an instruction happens all that its unit was handed before it and, for each `wait` among
/// that, what the units that signalled had been handed before they did, and so on back. Two questions
/// are asked of that order, and only what answers them is kept:
///
/// - How far are DMA and ECU, as any unit may know? Two numbers, a ``Clock``, for each unit and signal.
/// - How far is each VDU, as ECU knows? It walks back over signals and waits, each once in a program.
///
/// So n instructions take time and memory O(n), whatever the units and tokens; a clock of all units
/// for each signal would let a small program ask for n squared.
struct Order {
  /// An instruction, and the unit that it was handed to.
  struct Event {
    var unit: Unit
    var index: Int
  }

  /// Where in the program DMA and ECU are known to be: all before that is done.
  private struct Clock {
    var dma = 0
    var ecu = 0

    mutating func join(_ other: Clock) {
      dma = max(dma, other.dma)
      ecu = max(ecu, other.ecu)
    }
  }

  private struct Track {
    var clock = Clock()
    /// What it has waited for so far.
    var waits: [Wait] = []
    /// Where in the program ECU knows it to be, and how many of its waits ECU has followed.
    var known = 0
    var followed = 0
  }

  private struct Given {
    var event: Event
    /// How many waits its unit had passed.
    var waits: Int
    /// What is known once it and those of its token before it are given.
    var clock: Clock
  }

  private let rows: UnitRows
  /// By row of their unit.
  private var tracks: [Track]
  /// The signals of each token.
  private var given: [[Given]]
  /// How many of those ECU has followed.
  private var heard: [Int]

  init(_ machine: Machine, tokens: Int) {
    rows = UnitRows(machine)
    tracks = [Track](repeating: Track(), count: rows.count)
    given = [[Given]](repeating: [], count: tokens)
    heard = [Int](repeating: 0, count: tokens)
  }

  /// - Parameter index: where the instructions end that are done when the signal is given.
  mutating func signal(_ token: ID<Token>, from unit: Unit, before index: Int) {
    let token = Int(token.index)
    let row = rows[unit]
    var clock = tracks[row].clock
    if unit == .dma { clock.dma = index }
    if unit == .ecu { clock.ecu = index }
    if let last = given[token].last { clock.join(last.clock) }
    given[token].append(
      Given(event: Event(unit: unit, index: index), waits: tracks[row].waits.count, clock: clock))
  }

  /// - Precondition: the token has as many signals.
  mutating func wait(_ i: Wait) {
    guard i.count > 0 else { return }
    tracks[rows[i.unit]].clock.join(given[Int(i.token.index)][Int(i.count) - 1].clock)
    tracks[rows[i.unit]].waits.append(i)
    if i.unit == .ecu { follow(i) }
  }

  /// Walks back from what ECU waits for. O(signals and waits that no walk has come to before).
  private mutating func follow(_ wait: Wait) {
    var waits = [wait]
    while let wait = waits.popLast() {
      let token = Int(wait.token.index)
      while heard[token] < Int(wait.count) {
        let signal = given[token][heard[token]]
        heard[token] += 1
        let row = rows[signal.event.unit]
        tracks[row].known = max(tracks[row].known, signal.event.index)
        if tracks[row].followed < signal.waits {
          waits += tracks[row].waits[tracks[row].followed..<signal.waits]
          tracks[row].followed = signal.waits
        }
      }
    }
  }

  /// Whether what was handed to DMA or ECU happens before what `unit` is handed next; to a VDU, if
  /// `unit` is ECU.
  func precedes(_ event: Event, _ unit: Unit) -> Bool {
    if event.unit == unit { return true }
    switch event.unit.resource {
    case .dma: return tracks[rows[unit]].clock.dma > event.index
    case .ecu: return tracks[rows[unit]].clock.ecu > event.index
    case .conv, .fc:
      precondition(unit == .ecu, "nobody else asks")
      return tracks[rows[event.unit]].known > event.index
    }
  }
}
