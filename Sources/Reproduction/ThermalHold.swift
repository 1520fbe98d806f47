import Hardware
import Photonics
import Support

/// What keeping rings on their wavelengths takes where heaters warm their neighbours.
///
/// A machine's `thermal-hold` is of rings that do not warm each other. Here they lie in banks as the machine's
/// optics have them, and each wants a shift drawn evenly from zero to twice the variation: on average, what
/// `thermal-hold` pays for (O; the papers give no distribution).
struct ThermalHold {
  private let hold: Nanowatts
  private let bank: ThermalBank
  private let shifts: [[Nanometers]]

  private static let banks = 1000

  /// - Parameter optics: of the machine.
  init(_ machine: Machine, _ optics: Optics) {
    hold = machine.devices.thermalHold
    bank = ThermalBank(
      rings: optics.channels, pitch: Micrometers(optics.pitch.nanometers * 1e-3),
      decay: Micrometers(optics.thermalDecay.nanometers * 1e-3),
      freeSpectralRange: Nanometers(optics.freeSpectralRange.nanometers),
      // Of ratios of powers, it cancels.
      fullShiftPower: Milliwatts(1))
    var random = SeededRandom(seed: 1)
    shifts = (0..<Self.banks).map { _ in
      (0..<optics.channels).map { _ in
        Nanometers(2 * optics.variation.nanometers * Double(random.nextFloat()))
      }
    }
  }

  /// A ring's mean power where all rings of a bank are tuned together (TED), in whole microwatts.
  var together: Nanowatts { mean { bank.collective($0) } }

  /// The same where each has a controller that knows nothing of the others.
  var ringByRing: Nanowatts { mean { bank.ringByRing($0) } }

  private func mean(_ tuning: ([Nanometers]) -> BankTuning) -> Nanowatts {
    func total(_ tuning: ([Nanometers]) -> BankTuning) -> Milliwatts {
      shifts.reduce(.zero) { $0 + tuning($1).power }
    }
    let ratio = total(tuning) / total { bank.isolated($0) }
    return Nanowatts(Int((Double(hold.count) * ratio / 1000).rounded()) * 1000)
  }
}
