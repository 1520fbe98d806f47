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
    let ring = Microring(
      resonance: Nanometers(optics.wavelength), quality: Double(optics.quality),
      freeSpectralRange: Nanometers(optics.freeSpectralRange),
      extinction: Decibels(optics.extinction))
    self.ring = ring
    let range = min(Nanometers(optics.tuningRange), ring.freeSpectralRange / 2)
    imprint = WeightImprint(ring, range: range)
    tuning = HybridTuning(
      threshold: range,
      electroOpticLatency: Nanoseconds(machine.devices.tuning.latency.seconds * 1e9),
      electroOpticPower: Milliwatts(machine.devices.tuning.power) / range.value,
      thermoOpticLatency: OtherFigures.thermoOpticLatency,
      thermoOpticPower: OtherFigures.thermoOpticPower, freeSpectralRange: ring.freeSpectralRange)
    receiver = Receiver(
      responsivity: Double(optics.responsivity) * 1e-3, load: Double(optics.load) * 1e-3,
      temperature: Double(optics.temperature) * 1e-3,
      bandwidth: Hertz(1 / (2 * machine.timing(.conv, .kernel).pace.seconds)),
      intensityNoise: Decibels(optics.intensityNoise))
    light = Milliwatts(machine.devices.vcsel.power) * optics.efficiency.ratio
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
  /// A vector longer than a set of wavelengths is divided evenly over banks that use the same ones.
  fileprivate init(
    _ kind: VDUKind, elements: Int, _ ring: Microring, _ machine: Machine, _ optics: Optics
  ) {
    let banks = (elements + optics.channels - 1) / optics.channels
    let rings = (elements + banks - 1) / banks
    name = kind == .conv ? "CONV" : "FC"
    self.elements = elements
    bank = WDMBank(rings: rings, filling: ring)
    thermal = ThermalBank(
      rings: rings, pitch: Micrometers(optics.pitch), decay: Micrometers(optics.thermalDecay),
      freeSpectralRange: ring.freeSpectralRange, fullShiftPower: OtherFigures.thermoOpticPower)
    link = LinkBudget(
      losses: Losses(optics.losses), rings: rings, arms: machine.devices.arms,
      broadbandRings: OtherFigures.broadbandRings,
      length: OtherFigures.waveguide + Micrometers(optics.pitch) * Double(rings),
      tunedLength: ring.circumference(groupIndex: OtherFigures.groupIndex))
  }
}

// MARK: Units of machine files

extension Nanometers {
  init(_ length: Picometers) { self.init(length.nanometers) }
}

extension Micrometers {
  init(_ length: Picometers) { self.init(length.nanometers * 1e-3) }
}

extension Decibels {
  init(_ ratio: Millidecibels) { self.init(ratio.decibels) }
}

extension Milliwatts {
  init(_ power: Nanowatts) { self.init(power.watts * 1e3) }

  /// A level against one milliwatt.
  init(level: Millidecibels) { self.init(Decibels(level).ratio) }
}

extension Losses {
  fileprivate init(_ losses: Optics.Losses) {
    self.init(
      propagation: Decibels(losses.propagation), splitter: Decibels(losses.splitter),
      combiner: Decibels(losses.combiner), ringThrough: Decibels(losses.ringThrough),
      ringModulation: Decibels(losses.ringModulation),
      electroOptic: Decibels(losses.electroOptic), thermoOptic: Decibels(losses.thermoOptic))
  }
}
