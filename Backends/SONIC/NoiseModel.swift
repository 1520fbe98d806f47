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
    /// The largest shift opens a ring so far, where 1 is all of its range.
    let most: Double
    /// How far rings stay off, in half widths at half maximum: the standard deviation.
    let drift: Double
    /// Where the random numbers of rings start.
    let rings: UInt64
    /// By ring, then by channel: the share of a channel's light that a ring at another one takes for its own.
    let crosstalk: [[Double]]
    /// By dataflow: the noise of a receiver where a current of one is what a channel makes whose ring is as open
    /// as the largest shift makes it.
    let noise: [ReceiverNoise]

    /// Rings that share a set of wavelengths.
    var channels: Int { crosstalk.count }

    /// How far a ring stays off. Each has a place of its own among the random numbers, so that there need be no
    /// table of them.
    func detuning(unit: Int, bank: Int, row: Int, place: Int, arm: Int) -> Double {
      var ring = (unit * shape.banks + bank) * shape.rows + row
      ring = 2 * (ring * shape.length + place) + arm
      var random = SeededRandom(seed: rings &+ UInt64(ring) &* UInt64(SONIC_NOISE_STEP))
      return drift * random.nextQuickNormal()
    }
  }

  /// - Precondition: the machine has optics.
  init(_ machine: Machine, seed: UInt64) {
    guard let optics = machine.optics else { preconditionFailure("checked by RunOptions") }
    self.seed = seed
    arrays = VDUKind.allCases.map { kind in
      let bank = machine.bank(kind, optics)
      let width = bank.ring.width
      let arriving = machine.light(optics).after(machine.link(kind, optics).total)
      // Never quite open, as rounding might have it.
      let most = min(
        Self.opening(2 * (machine.largestShift(optics) / width)).single,
        Double(Float(1).nextDown))
      var random = SeededRandom(seed: seed, path: 1, UInt64(kind.rawValue))
      return Array(
        shape: machine.array(kind), most: most,
        drift: (2 * (Nanometers(optics.drift) / width)).single, rings: random.next(),
        crosstalk: bank.crosstalkMatrix.enumerated().map { ring, row in
          row.enumerated().map { channel, share in
            channel == ring ? 0 : (share * optics.crosstalkLeft.ratio).single
          }
        },
        noise: Dataflow.allCases.map { dataflow in
          let receiver = machine.receiver(kind, dataflow, optics)
          let (noise, full) = (receiver.noise, receiver.current(arriving).value * most)
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

  /// What a DAC makes of a weight.
  ///
  /// - Parameter full: the largest magnitude of its layer.
  func weight(_ code: Int16, full: Double) -> Double {
    Self.rounded(code, coarse: coarseWeight, full: full)
  }

  /// What a DAC makes of an activation.
  func activation(_ code: Int16) -> Double {
    Self.rounded(code, coarse: coarseActivation, full: Double(Numerics.largestCode))
  }

  /// The nearest multiple of `2^coarse`, halves away from zero, but no more than `full`.
  private static func rounded(_ code: Int16, coarse: Int, full: Double) -> Double {
    let step = 1 << coarse
    let magnitude = min(Double((Int(code.magnitude) + step / 2) / step * step), full)
    return code < 0 ? -magnitude : magnitude
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
      let arms = (0..<2).map {
        array.detuning(unit: unit, bank: bank, row: row, place: place, arm: $0)
      }
      let (own, other) = number < 0 ? (arms[1], arms[0]) : (arms[0], arms[1])
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
  /// - Parameter full: the product of a channel at full power through a ring as open as can be.
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
