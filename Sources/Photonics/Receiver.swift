import Foundation

/// A photodetector and what amplifies its current.
public struct Receiver: Hashable, Sendable {
  /// Current for power, in A/W.
  public var responsivity: Double
  /// The resistance whose thermal noise the current is measured against, in ohms.
  public var load: Double
  /// In kelvins.
  public var temperature: Double
  public var bandwidth: Hertz
  /// Relative intensity noise of the light: the density of its relative variance, in dB/Hz.
  public var intensityNoise: Decibels

  public init(
    responsivity: Double, load: Double, temperature: Double, bandwidth: Hertz,
    intensityNoise: Decibels
  ) {
    self.responsivity = responsivity
    self.load = load
    self.temperature = temperature
    self.bandwidth = bandwidth
    self.intensityNoise = intensityNoise
  }

  /// Elementary charge, in coulombs: exact in the SI of 2019.
  public static let charge = 1.602176634e-19
  /// Boltzmann's constant, in J/K: exact in the SI of 2019.
  public static let boltzmann = 1.380649e-23

  /// The current that light makes.
  public func current(_ power: Milliwatts) -> Amperes {
    Amperes(responsivity * power.value * 1e-3)
  }

  /// How the noise depends on the currents of the wavelengths: thermal noise 4 k T B / R, shot noise 2 q B I,
  /// intensity noise RIN B I^2 of each laser (G. P. Agrawal, Fiber-Optic Communication Systems, section 4.4).
  public var noise: ReceiverNoise {
    ReceiverNoise(
      thermal: 4 * Self.boltzmann * temperature * bandwidth.value / load,
      shot: 2 * Self.charge * bandwidth.value, intensity: intensityNoise.ratio * bandwidth.value)
  }

  /// Full scale over noise, as a ratio of powers: I^2 / variance, at full scale.
  public func signalToNoise(fullScale currents: [Amperes]) -> Decibels {
    let sum = currents.reduce(.zero, +).value
    return Decibels(ratio: sum * sum / noise.variance(currents))
  }

  /// The bits of an ideal converter over the same range with the same mean square error, which is that of a
  /// step over sqrt(12): log2(range / sqrt(12 variance)), with the noise at full scale. It is the effective
  /// number of bits (SINAD - 1.76 dB) / 6.02 dB of a full-scale sine.
  ///
  /// - Parameters:
  ///   - currents: of every wavelength at full scale.
  ///   - arms: two for balanced detection, which goes from minus to plus full scale, a bit more at
  ///     the same noise: at full scale one arm has all the light.
  public func effectiveBits(fullScale currents: [Amperes], arms: Int = 1) -> Double {
    let range = Double(arms) * currents.reduce(.zero, +).value
    return log2(range / (12 * noise.variance(currents)).squareRoot())
  }

  /// The least power of each wavelength, at full scale, that gives so many effective bits; nil where intensity
  /// noise, which grows with the light, forbids them at any power.
  ///
  /// With I the current of all `channels` wavelengths and c = 12 x 4^bits / arms^2, it is the root of
  /// I^2 = c (thermal + shot I + intensity I^2 / channels).
  public func leastPower(bits: Double, channels: Int, arms: Int = 1) -> Milliwatts? {
    let c = 12 * pow(4, bits) / Double(arms * arms)
    let noise = noise
    let square = 1 - c * noise.intensity / Double(channels)
    guard square > 0 else { return nil }
    let (linear, constant) = (c * noise.shot, c * noise.thermal)
    let root = (linear * linear + 4 * square * constant).squareRoot()
    let current = (linear + root) / (2 * square)
    return Milliwatts(current / Double(channels) / responsivity * 1e3)
  }

  /// The effective bits that no power exceeds: those where intensity noise is all there is.
  public func mostBits(channels: Int, arms: Int = 1) -> Double {
    log2(Double(arms) * (Double(channels) / (12 * noise.intensity)).squareRoot())
  }
}
