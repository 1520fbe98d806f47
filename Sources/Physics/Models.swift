import Foundation
import Hardware
import Photonics
import Support

/// A machine's devices, as the models take them.
struct Models {
  let machine: Machine
  let optics: Optics
  let ring: Microring
  let imprint: WeightImprint
  let tuning: HybridTuning
  let receiver: Receiver
  /// The light of a VCSEL.
  let light: Milliwatts
  /// The CONV VDU's, then the FC VDU's.
  let kinds: [Kind]

  /// A VDU's bank, seen as optics.
  struct Kind {
    let name: String
    /// Elements of a vector: wavelengths that meet on a photodetector.
    let elements: Int
    let bank: WDMBank
    let thermal: ThermalBank
    let link: LinkBudget
  }

  init(_ machine: Machine, _ optics: Optics) {
    self.machine = machine
    self.optics = optics
    let ring = machine.ring(optics)
    self.ring = ring
    let range = machine.largestShift(optics)
    imprint = WeightImprint(ring, range: range)
    tuning = HybridTuning(
      threshold: range,
      electroOpticLatency: Nanoseconds(machine.devices.tuning.latency.seconds * 1e9),
      electroOpticPower: Milliwatts(machine.devices.tuning.power) / range.value,
      thermoOpticLatency: Nanoseconds(optics.thermoOpticLatency.seconds * 1e9),
      thermoOpticPower: Milliwatts(optics.thermoOpticPower),
      freeSpectralRange: ring.freeSpectralRange)
    receiver = machine.receiver(.conv, .kernel, optics)
    light = machine.light(optics)
    kinds = VDUKind.allCases.map { kind in
      Kind(kind, elements: machine.array(kind).length, ring, machine, optics)
    }
  }

  /// The most rings of a bank, and the furthest that heat reaches, in pitches: beyond, thermal tuning takes
  /// long to compute, and says nothing new.
  private static let (mostRings, mostPitches) = (64, 10)

  /// Checks that the models have something to say of the machine.
  ///
  /// - Throws: 65 with what they have not.
  static func check(_ machine: Machine, _ optics: Optics) throws(Failure) {
    let rings = min(max(machine.conv.length, machine.fc.length), optics.channels)
    let checks: [(isMet: Bool, what: String)] = [
      (optics.tuningRange > Picometers(0), "tuning-range: expected more than 0"),
      (
        2 * optics.variation.count <= optics.freeSpectralRange.count,
        "variation: expected at most half of free-spectral-range"
      ),
      (
        optics.thermalDecay.count <= mostPitches * optics.pitch.count,
        "thermal-decay: expected at most \(mostPitches) times pitch"
      ),
      (
        rings <= mostRings,
        "channels: found \(rings) rings in a bank, expected at most \(mostRings)"
      ),
    ]
    var diagnostics = Diagnostics()
    for check in checks where !check.isMet {
      diagnostics.error(at: Place(file: machine.name), "optics." + check.what)
    }
    try diagnostics.check()
  }

  /// What a photodetector gets of one wavelength at full scale.
  func arriving(_ kind: Kind) -> Milliwatts { light.after(kind.link.total) }

  /// The currents of all wavelengths of a vector at full scale.
  func fullScale(_ kind: Kind) -> [Amperes] {
    [Amperes](repeating: receiver.current(arriving(kind)), count: kind.elements)
  }
}

extension Models.Kind {
  fileprivate init(
    _ kind: VDUKind, elements: Int, _ ring: Microring, _ machine: Machine, _ optics: Optics
  ) {
    name = kind == .conv ? "CONV" : "FC"
    self.elements = elements
    bank = machine.bank(kind, optics)
    thermal = ThermalBank(
      rings: bank.rings, pitch: Micrometers(optics.pitch), decay: Micrometers(optics.thermalDecay),
      freeSpectralRange: ring.freeSpectralRange,
      fullShiftPower: Milliwatts(optics.thermoOpticPower))
    link = machine.link(kind, optics)
  }
}
