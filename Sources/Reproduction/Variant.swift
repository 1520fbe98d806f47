import Charts
import Compiler
import Hardware
import Support

/// A machine and its compiler to set beside the default.
struct Variant: Sendable {
  let name: String
  let summary: String
  let machine: Machine
  var pack = Options.Pack.kernel
  /// Whether zeros of kernels are weights as all others.
  var isDense = false
  /// Whether main memory takes no time.
  var hasFastMemory: Bool { machine.memory.dram.bandwidth == 0 }

  /// The same with main memory that takes time, or none where it is free.
  func with(_ memory: MemoryCost) throws(Failure) -> Variant {
    guard memory == .free else { return self }
    let machine = try machine.setting(
      [("memory.dram.bandwidth", "0 GB/s")], name: machine.name + "-fast-memory")
    return Variant(name: name, summary: summary, machine: machine, pack: pack, isDense: isDense)
  }

  /// Ways to read what the paper leaves open, the default first.
  static func readings() throws(Failure) -> [Variant] {
    let sonic = try Machine.named("sonic")
    let (n, m) = (sonic.conv.length, sonic.fc.length)
    let adc = sonic.devices.adc
    let adcs =
      (adc.latency.count + adc.interval.count - 1) / adc.interval.count * adc.power.count
    let base = Variant(
      name: "default",
      summary:
        "conversion pipelined behind interleaved ADCs, one vector a step in a VDU, survivors "
        + "packed across whole kernels", machine: sonic)
    return [
      base,
      Variant(
        name: "slices",
        summary:
          "survivors packed within each channel's slice of a kernel, as the paper describes it",
        machine: sonic, pack: .slice),
      Variant(
        name: "waiting", summary: "every vector waits for the 14 ns of its conversion",
        machine: try Machine.named("sonic-waiting")),
      Variant(
        name: "43 ADCs",
        summary: "each of the ADCs that interleave 14 ns of conversion draws the 62 mW of one",
        machine: try sonic.setting([("devices.adc.power", "\(adcs) nW")], name: "sonic-adcs")),
      Variant(
        name: "fast memory", summary: "main memory keeps up with whatever reads it",
        machine: try base.with(.free).machine),
      Variant(
        name: "n x n",
        summary: "'an n x n dot product' as n vectors a step in a CONV VDU, and m in an FC VDU",
        machine: try sonic.setting(
          [("conv.rows", "\(n)"), ("fc.rows", "\(m)")], name: "sonic-rows")),
    ]
  }

  /// The default without one of the ideas of the paper, or with one more, to see what it is worth.
  static func parts() throws(Failure) -> [Variant] {
    let sonic = try Machine.named("sonic")
    let activation = sonic.devices.activationDAC
    let wide = [
      ("latency", "\(activation.latency.count) ps"),
      ("interval", "\(activation.interval.count) ps"),
      ("power", "\(activation.power.count) nW"),
    ].map { ("devices.weight-dac.\($0.0)", $0.1) }
    return [
      Variant(
        name: "no kernel compression",
        summary: "zeros of kernels are stored, held and streamed past like other weights",
        machine: sonic, isDense: true),
      Variant(
        name: "no activation compression",
        summary: "zero activations of patches are held on the rings like others",
        machine: try sonic.setting([("control.drops-zeros", "false")], name: "sonic-holding")),
      Variant(
        name: "no power gating", summary: "VCSELs shine at zeros, too",
        machine: try sonic.setting([("devices.gates-vcsel", "false")], name: "sonic-shining")),
      Variant(
        name: "16-bit weight DACs",
        summary:
          "weights have the DACs of activations, as without clustering; in memory they stay codes",
        machine: try sonic.setting(wide, name: "sonic-wide")),
      Variant(
        name: "rings held for free",
        summary: "what tuning of whole banks could save at the very most",
        machine: try sonic.setting([("devices.thermal-hold", "0 mW")], name: "sonic-held")),
      Variant(
        name: "DACs gated, too", summary: "where a VCSEL is dark, its DAC draws nothing either",
        machine: try sonic.setting([("devices.gates-dac", "true")], name: "sonic-gated")),
    ] + (try tunings(sonic))
  }

  /// Rings that warm each other, tuned in either way; none of a machine without optics.
  private static func tunings(_ sonic: Machine) throws(Failure) -> [Variant] {
    guard let optics = sonic.optics else { return [] }
    let hold = ThermalHold(sonic, optics)
    func variant(_ name: String, _ summary: String, _ power: Nanowatts) throws(Failure) -> Variant {
      let machine = try sonic.setting(
        [("devices.thermal-hold", "\(power.count) nW")], name: "sonic-tuned")
      let each = figure(power.watts * 1e3)
      return Variant(name: name, summary: "\(summary): \(each) mW a ring", machine: machine)
    }
    return [
      try variant("TED", "rings warm each other, and a bank is tuned as a whole", hold.together),
      try variant(
        "no TED", "rings warm each other, and each has a controller of its own", hold.ringByRing),
    ]
  }
}
