import Hardware
import Simulation

/// Keeps the account of a sample while its instructions execute: when each runs on its resource, and what
/// it spends.
struct Recorder {
  private let tariff: Tariff
  private let model: CostModel
  private var timeline: Timeline
  private var account: Account

  init(_ tariff: Tariff) {
    self.tariff = tariff
    model = tariff.model
    timeline = Timeline(resources: tariff.rows, signals: tariff.signals)
    account = tariff.base
    account.events.reserveCapacity(tariff.events)
  }

  /// Takes the next instruction.
  ///
  /// - Parameter firings: what a tile makes a VDU do; nil where there is none.
  @inline(__always)
  mutating func take(_ index: Int, _ firings: inout (any FiringSource)?) {
    switch tariff.entries[index] {
    case .nothing: break
    case .signal(let token, let row): timeline.signal(token, from: row)
    case .wait(let token, let count, let row): timeline.wait(token, count: count, on: row)
    case .work(let number):
      let work = tariff.works[number]
      let span = timeline.occupy(work.row, for: work.duration)
      account.extend(to: span, ofStep: work.step)
      account.events.append(
        Account.Event(instruction: index, row: work.row, span: span, energy: work.energy))
      if let token = work.token { timeline.signal(token, from: work.row) }
    case .fire(let number):
      if tariff.fires[number].known != nil {
        take(index, number, lit: firings!.lit(tariff.fires[number].tile))
      } else {
        take(index, tariff.fires[number], firings!.fire(tariff.fires[number].tile))
      }
      timeline.signal(tariff.fires[number].token, from: tariff.fires[number].row)
    }
  }

  /// A tile of which all is known but how many VCSELs are lit.
  ///
  /// - Parameter number: of the tariff's, whose fields are read where they lie.
  private mutating func take(_ index: Int, _ number: Int, lit: Int) {
    let fires = tariff.fires
    let (row, step, known) = (fires[number].row, fires[number].step, fires[number].known!)
    let light = model.light(
      lit, of: known.streamed, kind: fires[number].kind, dataflow: fires[number].dataflow)
    let span = timeline.occupy(row, for: known.busy)
    account.add(light, lit: lit, toStep: step)
    account.extend(to: span, ofStep: step)
    account.events.append(
      Account.Event(
        instruction: index, row: row, span: span,
        energy: known.energy + light.converting + light.shining, imprints: known.imprints,
        streaming: known.streaming, draining: known.draining))
  }

  private mutating func take(_ index: Int, _ fire: Tariff.Fire, _ firing: Firing) {
    let charge = model.fire(firing, kind: fire.kind, dataflow: fire.dataflow)
    let span = timeline.occupy(fire.row, for: charge.duration)
    account.add(firing, toStep: fire.step)
    account.add(charge, row: fire.row, toStep: fire.step)
    account.extend(to: span, ofStep: fire.step)
    account.events.append(
      Account.Event(
        instruction: index, row: fire.row, span: span, energy: charge.energy.total,
        imprints: firing.imprints, streaming: firing.streaming, draining: firing.draining))
  }

  /// The account, with what stands however busy the machine is.
  func finish() -> Account {
    var account = account
    account.latency = timeline.end
    account.standing = model.standing(over: timeline.end)
    account.findPower()
    return account
  }
}
