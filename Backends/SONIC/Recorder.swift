import Hardware
import Simulation

/// Keeps the account of a sample while its instructions execute: when each runs on its resource, and what
/// it spends.
struct Recorder {
  private let tariff: Tariff
  private let model: CostModel
  private var timeline: Timeline
  /// Not the whole of it before the end.
  private(set) var account: Account
  /// What the first events draw, and how many those are.
  private var power: Course
  private var drawn = 0
  /// How many events are put in order at a time.
  private let drawnAtOnce: Int
  private var alike = Alike()

  /// - Parameter isBeside: whether other threads compute values meanwhile. Most events are then put in order
  ///   before the last are known; all at once takes less time in sum.
  init(_ tariff: Tariff, isBeside: Bool = false) {
    self.tariff = tariff
    drawnAtOnce = isBeside ? 1 << 11 : .max
    model = tariff.model
    timeline = tariff.timeline
    account = tariff.base
    account.events.reserveCapacity(tariff.events)
    power = Course(stretches: tariff.events)
  }

  /// Takes the instructions up to and with a layer's last.
  mutating func take(_ stretch: Tariff.Stretch, _ source: any FiringSource) {
    let tiles = tariff.tiles[stretch.fires]
    let lit = stretch.isKnown ? source.lit(of: tiles) : []
    let firings = stretch.isKnown ? [] : source.firings(of: tiles)
    for entry in tariff.entries[stretch.entries] {
      guard case .fire(let number) = entry.deed else {
        take(entry)
        continue
      }
      let (fire, index) = (tariff.fires[Int(number)], Int(number) - stretch.fires.lowerBound)
      let instruction = Int(entry.instruction)
      if stretch.isKnown {
        take(instruction, fire, tariff.knowns[Int(fire.known)], lit: lit[index])
      } else {
        take(instruction, fire, firings[index])
      }
      timeline.signal(Int(fire.token), from: Int(fire.row))
    }
    if account.events.count - drawn >= drawnAtOnce { draw() }
  }

  /// Takes an instruction that does not fire.
  @inline(__always)
  private mutating func take(_ entry: Tariff.Entry) {
    switch entry.deed {
    case .signal(let token, let row): timeline.signal(Int(token), from: Int(row))
    case .wait(let token, let count, let row):
      timeline.wait(Int(token), count: Int(count), on: Int(row))
    case .work(let number):
      let work = tariff.works[Int(number)]
      let span = timeline.occupy(work.row, for: work.duration)
      account.extend(to: span, ofStep: work.step)
      account.events.append(
        Account.Event(
          instruction: Int(entry.instruction), row: work.row, span: span, energy: work.energy))
      if let token = work.token { timeline.signal(token, from: work.row) }
    case .fire: preconditionFailure("fires behind the last layer")
    }
  }

  /// A tile of which all is known but how many VCSELs are lit.
  private mutating func take(
    _ index: Int, _ fire: Tariff.Fire, _ known: Tariff.Known, lit: Int
  ) {
    let step = fire.step.map { Int($0) }
    let light = model.light(lit, of: known.streamed, kind: fire.kind, dataflow: fire.dataflow)
    let span = timeline.occupy(Int(fire.row), for: known.busy)
    account.add(light, lit: lit, during: span, toStep: step)
    account.events.append(
      Account.Event(
        instruction: index, row: Int(fire.row), span: span,
        energy: known.energy + light.converting + light.shining, imprints: known.imprints,
        streaming: known.streaming, draining: known.draining))
  }

  /// Adds what events draw that did not when it was called last.
  private mutating func draw() {
    for event in account.events[drawn...] { power.add(event) }
    power.order()
    drawn = account.events.count
  }

  /// A tile of which nothing was known.
  private mutating func take(_ index: Int, _ fire: Tariff.Fire, _ firing: Firing) {
    var still = firing
    still.lit = 0
    if !alike.takes(fire, still) {
      settle()
      alike = Alike(fire, still, model.still(still, kind: fire.kind, dataflow: fire.dataflow))
    }
    alike.count += 1
    account.busy[Int(fire.row)] += still.busy
    take(
      index, fire,
      Tariff.Known(
        imprints: still.imprints, streamed: still.streamed, busy: still.busy,
        streaming: still.streaming, draining: still.draining, energy: alike.energy),
      lit: firing.lit)
  }

  /// Adds what tiles that were alike have in common.
  private mutating func settle() {
    account.add(alike.firing, alike.charge, times: alike.count, toStep: alike.fire?.step)
  }

  /// Tiles one after another that differ in where they run and in what is lit: most of a layer whose
  /// activations or weights decide.
  private struct Alike {
    /// The first of them; nil before any.
    var fire: Tariff.Fire?
    var firing = Firing()
    var charge = Charge()
    var energy = Femtojoules.zero
    var count = 0

    init() {}

    init(_ fire: Tariff.Fire, _ firing: Firing, _ charge: Charge) {
      (self.fire, self.firing, self.charge) = (fire, firing, charge)
      energy = charge.energy.total
    }

    func takes(_ other: Tariff.Fire, _ firing: Firing) -> Bool {
      guard let fire else { return false }
      return fire.kind == other.kind && fire.dataflow == other.dataflow && fire.step == other.step
        && self.firing == firing
    }
  }

  /// Takes the instructions behind the last layer, and adds what stands however busy the machine is.
  mutating func finish() {
    for entry in tariff.entries[(tariff.stretches.last?.entries.upperBound ?? 0)...] {
      take(entry)
    }
    settle()
    alike = Alike()
    account.latency = timeline.end
    account.standing = model.standing(over: timeline.end)
    draw()
    power.orderAll()
    account.findPower(power)
    power = Course()
  }
}
