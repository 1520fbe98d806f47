import Graph
import Hardware
import Plan
import Simulation
import Support

/// Keeps the account while instructions execute: when each runs on its resource, and what it spends.
struct Recorder {
  private let program: Program
  private let model: CostModel
  private let rows: UnitRows
  private var timeline: Timeline
  private var account: Account
  /// The step that instructions now belong to, and where the next one starts.
  private var step = 0

  init(_ program: Program) {
    self.program = program
    model = CostModel(program.machine)
    rows = UnitRows(program.machine)
    timeline = Timeline(resources: rows.count, tokens: Int(program.header.tokens))
    account = Account(program)
  }

  mutating func signal(_ token: ID<Token>, from unit: Unit) {
    timeline.signal(Int(token.index), from: rows[unit])
  }

  mutating func wait(_ i: Wait) {
    timeline.wait(Int(i.token.index), count: Int(i.count), on: rows[i.unit])
  }

  mutating func transfer(bytes: Int, to memory: Component, _ index: Int) {
    account.add(traffic: bytes, toStep: stepIndex(index))
    record(model.transfer(bytes: bytes, to: memory), on: .dma, index)
  }

  mutating func fire(
    _ firing: Firing, _ unit: Unit, _ dataflow: Dataflow, _ index: Int
  ) {
    let kind: VDUKind = unit.resource == .fc ? .fc : .conv
    let charge = model.fire(firing, kind: kind, dataflow: dataflow)
    account.add(firing, toStep: stepIndex(index))
    record(charge, on: unit, index, firing)
  }

  mutating func squeeze(_ geometry: Geometry, _ index: Int) {
    record(model.squeeze(geometry), on: .ecu, index)
  }

  mutating func collect(_ geometry: Geometry, _ index: Int) {
    record(model.collect(geometry), on: .ecu, index)
  }

  mutating func operate(_ work: Work, bytes: Int, _ index: Int) {
    record(model.control(work, bytes: bytes), on: .ecu, index)
  }

  /// The step that an instruction belongs to; nil before the first and after the last.
  private mutating func stepIndex(_ index: Int) -> Int? {
    while step < program.steps.count, Int(program.steps[step].instructions.upperBound) <= index {
      step += 1
    }
    guard step < program.steps.count, program.steps[step].instructions.contains(UInt32(index))
    else { return nil }
    return step
  }

  private mutating func record(
    _ charge: Charge, on unit: Unit, _ index: Int, _ firing: Firing = Firing()
  ) {
    let row = rows[unit]
    let span = timeline.occupy(row, for: charge.duration)
    account.add(charge, span, row: row, toStep: stepIndex(index))
    account.events.append(
      Account.Event(
        instruction: index, row: row, span: span, energy: charge.energy.total,
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
