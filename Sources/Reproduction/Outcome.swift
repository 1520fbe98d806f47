import Hardware
import SONICBackend

/// What an accelerator takes for one picture.
struct Outcome: Sendable {
  /// What an energy a bit divides by.
  enum Bits: Sendable, CaseIterable {
    /// For each multiplication that is done, the bits of one operand: of the one that streams past what is
    /// held, where one is held.
    case streamed
    /// For each multiplication that is done, the bits of both operands.
    case both
    /// The same number for all accelerators, as if they were the network's: 16 for each multiplication of the
    /// network before pruning.
    case network
  }

  let seconds: Double
  var joules: Double
  /// What of those keeps rings on their wavelengths.
  let holding: Double
  let bits: [Bits: Double]

  var framesPerSecond: Double { 1 / seconds }
  var watts: Double { joules / seconds }
  /// Frames a second for each watt: pictures a joule.
  var efficiency: Double { 1 / joules }

  /// With rings that stay on their wavelengths for nothing: the most that collective tuning could save.
  var heldForFree: Outcome {
    var outcome = self
    outcome.joules -= holding
    return outcome
  }

  /// In joules.
  func energyPerBit(_ kind: Bits) -> Double { joules / (bits[kind] ?? .nan) }
}

extension Outcome {
  /// - Parameter report: of a machine whose main memory takes no time where `memory` is free.
  init(_ report: Report, on machine: Machine, _ work: Workload, _ memory: MemoryCost) {
    seconds = Double(report.latencyPicoseconds) * 1e-12
    let femtojoules =
      memory == .free ? report.energyWithoutMemoryFemtojoules : report.energyFemtojoules
    joules = Double(femtojoules) * 1e-15
    let hold = report.components.first { $0.name == Component.thermalHold.name }
    holding = Double(hold?.energyFemtojoules ?? 0) * 1e-15
    let products = Double(report.steps.reduce(0) { $0 + $1.products })
    let operands = machine.devices.weightBits + machine.devices.activationBits
    bits = [
      .streamed: Double(report.bits), .both: products * Double(operands),
      .network: work.networkBits,
    ]
  }
}
