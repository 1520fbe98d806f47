import Foundation

/// A converter, analog to digital or back, by what it draws and how often it converts.
public struct Converter: Hashable, Sendable {
  public var power: Milliwatts
  public var rate: Hertz
  /// Effective number of bits.
  public var bits: Double

  public init(power: Milliwatts, rate: Hertz, bits: Double) {
    self.power = power
    self.rate = rate
    self.bits = bits
  }

  /// The energy of a conversion: power / rate.
  public var energy: Picojoules { Picojoules(power.value / rate.value * 1e9) }

  /// Walden's figure of merit, power / (2^bits x rate), for a step (R. H. Walden, "Analog-to-digital converter
  /// survey and analysis", IEEE Journal on Selected Areas in Communications 17 (1999)). Less is better.
  public var waldenFigure: Picojoules { energy / pow(2, bits) }

  /// Schreier's figure of merit, SNDR + 10 log10(rate / 2 / power), with power in watts and SNDR = 6.02 bits +
  /// 1.76 dB (R. Schreier and G. C. Temes, Understanding Delta-Sigma Data Converters, 2005). More is better.
  ///
  /// It charges four times the energy for a bit, as thermal noise does, where Walden's charges twice; so it is
  /// the fairer one from some ten bits on.
  public var schreierFigure: Decibels {
    Self.signalToNoise(bits: bits) + Decibels(ratio: rate.value / 2 / (power.value * 1e-3))
  }

  /// The energy of a conversion at Walden's figure of merit: figure x 2^bits.
  public static func energy(bits: Double, walden figure: Picojoules) -> Picojoules {
    figure * pow(2, bits)
  }

  /// The energy of a conversion at Schreier's figure of merit: 10^((SNDR - figure) / 10) / 2.
  public static func energy(bits: Double, schreier figure: Decibels) -> Picojoules {
    Picojoules((signalToNoise(bits: bits) - figure).ratio / 2 * 1e12)
  }

  /// That of a full-scale sine over the quantization noise of so many bits: 1.5 x 4^bits.
  private static func signalToNoise(bits: Double) -> Decibels {
    Decibels(ratio: 1.5 * pow(4, bits))
  }
}
