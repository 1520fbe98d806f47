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

  private var tracks: [Unit: Track] = [:]
  /// The signals of each token.
  private var given: [[Given]]
  /// How many of those ECU has followed.
  private var heard: [Int]

  init(tokens: Int) {
    given = [[Given]](repeating: [], count: tokens)
    heard = [Int](repeating: 0, count: tokens)
  }

  /// - Parameter index: where the instructions end that are done when the signal is given.
  mutating func signal(_ token: ID<Token>, from unit: Unit, before index: Int) {
    let token = Int(token.index)
    let track = tracks[unit, default: Track()]
    var clock = track.clock
    if unit == .dma { clock.dma = index }
    if unit == .ecu { clock.ecu = index }
    if let last = given[token].last { clock.join(last.clock) }
    given[token].append(
      Given(event: Event(unit: unit, index: index), waits: track.waits.count, clock: clock))
  }

  /// - Precondition: the token has as many signals.
  mutating func wait(_ i: Wait) {
    guard i.count > 0 else { return }
    tracks[i.unit, default: Track()].clock.join(given[Int(i.token.index)][Int(i.count) - 1].clock)
    tracks[i.unit, default: Track()].waits.append(i)
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
        var track = tracks[signal.event.unit, default: Track()]
        track.known = max(track.known, signal.event.index)
        if track.followed < signal.waits {
          waits += track.waits[track.followed..<signal.waits]
          track.followed = signal.waits
        }
        tracks[signal.event.unit] = track
      }
    }
  }

  /// Whether what was handed to DMA or ECU happens before what `unit` is handed next; to a VDU, if
  /// `unit` is ECU.
  func precedes(_ event: Event, _ unit: Unit) -> Bool {
    if event.unit == unit { return true }
    switch event.unit.resource {
    case .dma: return tracks[unit, default: Track()].clock.dma > event.index
    case .ecu: return tracks[unit, default: Track()].clock.ecu > event.index
    case .conv, .fc:
      precondition(unit == .ecu, "nobody else asks")
      return tracks[event.unit, default: Track()].known > event.index
    }
  }
}
