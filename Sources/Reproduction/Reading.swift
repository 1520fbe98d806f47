public import Compiler
public import Hardware
public import Support

/// One way to read what the paper leaves open about the machine and its compiler.
public struct Reading: Sendable {
  public let name: String
  public let summary: String
  public let machine: Machine
  public let pack: Options.Pack

  /// All that are set beside each other, the default first.
  public static func all() throws(Failure) -> [Reading] {
    let sonic = try Machine.named("sonic")
    let (n, m) = (sonic.conv.length, sonic.fc.length)
    let adc = sonic.devices.adc
    let adcs =
      (adc.latency.count + adc.interval.count - 1) / adc.interval.count * adc.power.count
    return [
      Reading(
        name: "default",
        summary:
          "conversion pipelined behind interleaved ADCs, one vector a step in a VDU, survivors "
          + "packed across whole kernels", machine: sonic, pack: .kernel),
      Reading(
        name: "slices",
        summary:
          "survivors packed within each channel's slice of a kernel, as the paper describes it",
        machine: sonic, pack: .slice),
      Reading(
        name: "waiting", summary: "every vector waits for the 14 ns of its conversion",
        machine: try Machine.named("sonic-waiting"), pack: .kernel),
      Reading(
        name: "43 ADCs",
        summary: "each of the ADCs that interleave 14 ns of conversion draws the 62 mW of one",
        machine: try sonic.setting([("devices.adc.power", "\(adcs) nW")], name: "sonic-adcs"),
        pack: .kernel),
      Reading(
        name: "fast memory", summary: "main memory keeps up with whatever reads it",
        machine: try sonic.setting(
          [("memory.dram.bandwidth", "0 GB/s")], name: "sonic-fast-memory"),
        pack: .kernel),
      Reading(
        name: "n x n",
        summary: "'an n x n dot product' as n vectors a step in a CONV VDU, and m in an FC VDU",
        machine: try sonic.setting(
          [("conv.rows", "\(n)"), ("fc.rows", "\(m)")], name: "sonic-rows"),
        pack: .kernel),
    ]
  }
}
