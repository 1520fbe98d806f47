import Hardware
import Kernels
import Photonics
import Support

/// How far a machine's VDUs are from perfect: what their rings hold instead of what they are told to, and
/// what their receivers add. Docs/Numerics.md is this in words, Sources/Photonics its physics.
///
/// Drawn from a seed: rings stay as they are, as long as the machine does. What differs from vector to
/// vector is drawn by ``NoisyEngine``.
struct NoiseModel: Sendable {
  let seed: UInt64
  /// By kind of VDU.
  private let arrays: [Array]
  /// Bits of a code of 16 that are too fine for a DAC.
  private let (coarseWeight, coarseActivation): (Int, Int)

  /// What is alike in all VDUs of a kind.
  private struct Array: Sendable {
    let shape: VDUArray
    /// A full shift opens a ring so far, where 1 is all of its range.
    let most: Double
    /// How far each ring stays off, in half widths at half maximum; see ``detuning``.
    let detunings: [Double]
    /// Rings that share a set of wavelengths.
    let channels: Int
    /// By ring, then by channel: the share of a channel's light that a ring at another one takes for its own.
    let crosstalk: [[Double]]
    /// By dataflow: the noise of a receiver where a current of one is what a channel fully open makes.
    let noise: [ReceiverNoise]

    /// Two arms of a ring.
    func detuning(unit: Int, bank: Int, row: Int, place: Int) -> (Double, Double) {
      let ring = ((unit * shape.banks + bank) * shape.rows + row) * shape.length + place
      return (detunings[2 * ring], detunings[2 * ring + 1])
    }
  }

  /// - Precondition: the machine has optics.
  init(_ machine: Machine, seed: UInt64) {
    guard let optics = machine.optics else { preconditionFailure("checked by RunOptions") }
    self.seed = seed
    arrays = VDUKind.allCases.map { kind in
      let (array, bank) = (machine.array(kind), machine.bank(kind, optics))
      let ring = bank.ring
      let drift = Double(2 * optics.drift.nanometers / ring.width.value).single
      let count = array.units * array.banks * array.rows * array.length * 2
      var random = SeededRandom(seed: seed, path: 1, UInt64(kind.rawValue))
      let arriving = machine.light(optics).after(machine.link(kind, optics).total)
      return Array(
        shape: array,
        // Never quite open, as rounding might have it.
        most: min(
          Self.opening(2 * optics.tuningRange.nanometers / ring.width.value).single,
          Double(Float(1).nextDown)),
        detunings: (0..<count).map { _ in drift * random.nextQuickNormal() },
        channels: bank.rings,
        crosstalk: bank.crosstalkMatrix.enumerated().map { ring, row in
          row.enumerated().map { channel, share in
            channel == ring ? 0 : (share * optics.crosstalkLeft.ratio).single
          }
        },
        noise: Dataflow.allCases.map { dataflow in
          let receiver = machine.receiver(kind, dataflow, optics)
          let (noise, full) = (receiver.noise, receiver.current(arriving).value)
          return ReceiverNoise(
            thermal: (noise.thermal / (full * full)).single,
            shot: optics.hasShotNoise ? (noise.shot / full).single : 0,
            intensity: noise.intensity.single)
        })
    }
    (coarseWeight, coarseActivation) = (16 - optics.weightBits, 16 - optics.activationBits)
  }

  /// Whether light arrives at the receivers, and rings open at all, so that there is something to compute.
  static func isPossible(_ machine: Machine) -> Bool {
    NoiseModel(machine, seed: 0).arrays.allSatisfy { array in
      let coefficients = array.noise.flatMap { [$0.thermal, $0.shot, $0.intensity] }
      return array.most > 0 && coefficients.allSatisfy(\.isFinite)
    }
  }

  /// The through port's Lorentzian, from 0 on resonance, by detuning in half widths.
  private static func opening(_ detuning: Double) -> Double {
    let square = detuning * detuning
    return square / (1 + square)
  }

  /// What a DAC makes of a weight or an activation.
  func weight(_ code: Int16) -> Double { Self.rounded(code, coarse: coarseWeight) }
  func activation(_ code: Int16) -> Double { Self.rounded(code, coarse: coarseActivation) }

  /// The nearest multiple of `2^coarse`, halves away from zero.
  private static func rounded(_ code: Int16, coarse: Int) -> Double {
    let step = 1 << coarse
    let magnitude = (Int(code.magnitude) + step / 2) / step * step
    return Double(code < 0 ? -magnitude : magnitude)
  }

  /// What streams past a vector meets instead of what the rings were told to hold.
  ///
  /// A number is on the ring of its sign's arm; the other arm's ring is shut. Each is off by its own detuning,
  /// and takes some of its neighbours' light.
  ///
  /// - Parameters:
  ///   - wanted: at most as many numbers as a vector has.
  ///   - full: what a ring holds that is fully open.
  func imprint(
    _ wanted: [Double], full: Double, _ kind: VDUKind, unit: Int, bank: Int, row: Int
  ) -> [Double] {
    let array = arrays[Int(kind.rawValue)]
    let scale = full / array.most
    let held = wanted.enumerated().map { place, number in
      let (positive, negative) = array.detuning(unit: unit, bank: bank, row: row, place: place)
      let (own, other) = number < 0 ? (negative, positive) : (positive, negative)
      let share = min(number.magnitude / scale, array.most)
      let detuning = (share / (1 - share)).squareRoot()
      let error =
        Self.opening(detuning + own) - Self.opening(detuning) - Self.opening(other)
      return number + (number < 0 ? -scale : scale) * error
    }
    return held.indices.map { place in
      let (arm, channel) = place.quotientAndRemainder(dividingBy: array.channels)
      let first = arm * array.channels
      var sum = held[place]
      for other in 0..<min(array.channels, held.count - first) {
        sum += array.crosstalk[other][channel] * held[first + other]
      }
      return sum
    }
  }

  /// What a receiver adds, in units of the product.
  ///
  /// - Parameter full: the product of one channel fully open at full power.
  func receiver(_ kind: VDUKind, _ dataflow: Dataflow, full: Double) -> sonic_receiver {
    let noise = arrays[Int(kind.rawValue)].noise[Int(dataflow.rawValue)]
    return sonic_receiver(
      thermal: noise.thermal * full * full, shot: noise.shot * full, intensity: noise.intensity)
  }
}

extension Double {
  /// To the precision of a float: so that results do not hang on the last bit of a mathematical library.
  fileprivate var single: Double { Double(Float(self)) }
}
