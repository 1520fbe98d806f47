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
        name: "n x n",
        summary: "'an n x n dot product' as n vectors a step in a CONV VDU, and m in an FC VDU",
        machine: try sonic.setting(
          [("conv.rows", "\(n)"), ("fc.rows", "\(m)")], name: "sonic-rows"),
        pack: .kernel),
    ]
  }
}
