public import Hardware
public import Simulation

/// Time and energy of one sample: the whole, by step, by resource and by component.
public struct Account: Sendable, Equatable {
  /// What one step of the network took.
  public struct Step: Sendable, Equatable {
    /// From the start of its first instruction to the end of its last; steps overlap.
    public var span: Timeline.Span?
    public var energy = Ledger<Component>()
    /// The time that DMA, ECU and VDUs (in sum) were busy with it.
    public var dma = Picoseconds.zero
    public var ecu = Picoseconds.zero
    public var vdus = Picoseconds.zero
    /// Vectors that VDUs held, vectors that streamed, elements of those, and elements that were lit.
    public var imprints = 0
    public var vectors = 0
    public var streamed = 0
    public var lit = 0
    /// Bytes moved to and from main memory.
    public var traffic = 0
  }

  /// One instruction in time.
  public struct Event: Sendable, Equatable {
    public var instruction: Int
    public var row: Int
    public var span: Timeline.Span
    public var energy: Femtojoules
    /// Vectors that a tile held one after another, how long vectors streamed past those in all, and how
    /// long the last results took to come out; nothing of other instructions.
    public var imprints = 0
    public var streaming = Picoseconds.zero
    public var draining = Picoseconds.zero
  }

  public var latency = Picoseconds.zero
  /// By the program's steps.
  public var steps: [Step]
  /// Transfers that belong to no step: inputs and outputs.
  public var transfers = Step()
  /// What is drawn however busy the machine is.
  public var standing = Ledger<Component>()
  /// How long each resource was busy: DMA, ECU, CONV VDUs, FC VDUs.
  public var busy: [Picoseconds]
  /// The instructions of the first sample that took time.
  public var events: [Event] = []
  /// The power of what stands, in watts; of the first sample.
  public private(set) var standingPower = 0.0
  /// The most power drawn at a moment, in watts; of all samples.
  public private(set) var peakPower = 0.0

  init(_ program: Program) {
    steps = program.steps.map { _ in Step() }
    busy = [Picoseconds](
      repeating: .zero, count: 2 + program.machine.conv.units + program.machine.fc.units)
  }

  /// All energy by component.
  public var energy: Ledger<Component> {
    var sum = standing
    for step in steps { sum += step.energy }
    sum += transfers.energy
    return sum
  }

  /// Bytes moved to and from main memory.
  public var traffic: Int { steps.reduce(transfers.traffic) { $0 + $1.traffic } }

  @inline(__always)
  private mutating func update(_ index: Int?, _ change: (inout Step) -> Void) {
    if let index { change(&steps[index]) } else { change(&transfers) }
  }

  mutating func add(_ firing: Firing, toStep index: Int?) {
    update(index) {
      $0.imprints += firing.imprints
      $0.vectors += firing.vectors
      $0.streamed += firing.streamed
      $0.lit += firing.lit
    }
  }

  /// Adds what some tiles alike make VDUs do and spend, but for their light and for which VDUs are busy.
  mutating func add(_ firing: Firing, _ charge: Charge, times count: Int, toStep index: Int32?) {
    guard count > 0 else { return }
    update(index.map { Int($0) }) {
      $0.imprints += firing.imprints * count
      $0.vectors += firing.vectors * count
      $0.streamed += firing.streamed * count
      $0.vdus += charge.duration * count
      $0.energy.add(charge.energy, times: count)
    }
  }

  /// Adds the light of a tile, and when it was.
  mutating func add(
    _ light: CostModel.Light, lit: Int, during span: Timeline.Span, toStep index: Int?
  ) {
    update(index) {
      $0.energy[light.dac] += light.converting
      $0.energy[.vcsel] += light.shining
      $0.lit += lit
      $0.extend(to: span)
    }
  }

  mutating func add(traffic bytes: Int, toStep index: Int?) {
    update(index) { $0.traffic += bytes }
  }

  mutating func add(_ charge: Charge, row: Int, toStep index: Int?) {
    busy[row] += charge.duration
    update(index) {
      $0.energy += charge.energy
      switch row {
      case 0: $0.dma += charge.duration
      case 1: $0.ecu += charge.duration
      default: $0.vdus += charge.duration
      }
    }
  }

  mutating func extend(to span: Timeline.Span, ofStep index: Int?) {
    update(index) { $0.extend(to: span) }
  }

  /// The power drawn at each moment of the first sample, in watts: what stands, and each instruction's
  /// energy spread evenly over its time. O(n) for n events.
  var power: Course {
    var power = Course(base: standingPower, stretches: events.count)
    for event in events { power.add(event) }
    return power
  }

  /// Finds ``standingPower`` and ``peakPower``. O(n) for n events.
  ///
  /// - Parameter power: of all events, with nothing that stands.
  mutating func findPower(_ power: Course) {
    standingPower = latency.count > 0 ? standing.total.joules / latency.seconds : 0
    var power = power
    power.base = standingPower
    peakPower = power.peak
  }

  /// Adds the account of another sample of the same program, run after this one.
  public mutating func append(_ other: Account) {
    peakPower = max(peakPower, other.peakPower)
    latency += other.latency
    standing += other.standing
    for index in busy.indices { busy[index] += other.busy[index] }
    for index in steps.indices { steps[index].append(other.steps[index]) }
    transfers.append(other.transfers)
  }
}

extension Course {
  /// Adds the power that an instruction draws while it lasts.
  mutating func add(_ event: Account.Event) {
    add(event.energy.joules / event.span.duration.seconds, during: event.span)
  }
}

extension Account.Step {
  /// Lets it last from the start of something to the end of it, at least.
  @inline(__always)
  fileprivate mutating func extend(to other: Timeline.Span) {
    span = Timeline.Span(
      start: min(span?.start ?? other.start, other.start),
      end: max(span?.end ?? other.end, other.end))
  }

  /// Adds the same step of another sample; the span becomes one of as much time as both.
  mutating func append(_ other: Self) {
    if let a = span, let b = other.span {
      span = Timeline.Span(start: a.start, end: a.end + b.duration)
    }
    energy += other.energy
    dma += other.dma
    ecu += other.ecu
    vdus += other.vdus
    imprints += other.imprints
    vectors += other.vectors
    streamed += other.streamed
    lit += other.lit
    traffic += other.traffic
  }
}
