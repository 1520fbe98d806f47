import Foundation

/// An add-drop microring with two equal couplers, near one of its resonances.
///
/// The exact response is periodic, an Airy function of the round-trip phase; near a resonance it is a
/// Lorentzian. Both are here; where nothing else is said, formulas are those of section 2 of W. Bogaerts et
/// al., "Silicon microring resonators", Laser & Photonics Reviews 6 (2012) 47-73. Detunings are wavelengths
/// of light less the resonance, folded into one free spectral range.
public struct Microring: Hashable, Sendable {
  /// The wavelength of the resonance.
  public var resonance: Nanometers
  /// Loaded quality factor: the resonance over the width at half maximum.
  public var quality: Double
  /// From one resonance to the next.
  public var freeSpectralRange: Nanometers
  /// What the through port passes far from the resonance over what it passes there.
  public var extinction: Decibels

  public init(
    resonance: Nanometers, quality: Double, freeSpectralRange: Nanometers, extinction: Decibels
  ) {
    self.resonance = resonance
    self.quality = quality
    self.freeSpectralRange = freeSpectralRange
    self.extinction = extinction
  }

  /// Full width at half maximum: resonance / Q.
  public var width: Nanometers { resonance / quality }

  /// Free spectral range over width.
  public var finesse: Double { freeSpectralRange / width }

  /// The least transmission of the through port, on resonance: 1 / extinction.
  public var minimum: Double { 1 / extinction.ratio }

  /// The most transmission of the drop port, on resonance: (1 - sqrt(minimum))^2.
  ///
  /// With rates of coupling k of each of two equal couplers and of loss a, sqrt(minimum) is a / (2k + a)
  /// and the root of this 2k / (2k + a): the add-drop ring at high finesse.
  public var dropMaximum: Double {
    let rest = 1 - minimum.squareRoot()
    return rest * rest
  }

  /// Of silicon wires at 1550 nm, usually; recalled, mark R.
  public static let groupIndex = 4.2

  /// The length of the ring's waveguide: resonance^2 / (group index x free spectral range).
  public func circumference(groupIndex: Double) -> Micrometers {
    let wavelength = resonance.value
    return Micrometers(wavelength * wavelength / (groupIndex * freeSpectralRange.value) * 1e-3)
  }

  /// The detuning from the nearest resonance, within half a free spectral range of it.
  public func folded(_ detuning: Nanometers) -> Nanometers {
    Nanometers(remainder(detuning.value, freeSpectralRange.value))
  }

  /// The Lorentzian 1 / (1 + (2 detuning / width)^2): one on resonance, a half at half the width.
  ///
  /// It is the Airy function with the sine replaced by its argument, so it holds where the detuning is
  /// small against the free spectral range. Halfway between resonances it is (pi / 2)^2 = 2.5 times too
  /// small, of what is then about 1 / finesse^2.
  public func lorentzian(at detuning: Nanometers) -> Double {
    let x = halfWidths(folded(detuning))
    return 1 / (1 + x * x)
  }

  /// The Airy function 1 / (1 + (2 finesse / pi)^2 sin^2(pi detuning / free spectral range)): exact for
  /// waveguides without dispersion and for a finesse well above one.
  public func airy(at detuning: Nanometers) -> Double {
    let x = 2 * finesse / .pi * sin(.pi * (detuning / freeSpectralRange))
    return 1 / (1 + x * x)
  }

  /// The share of the power that goes on through the waveguide: 1 - (1 - minimum) x Lorentzian.
  public func through(at detuning: Nanometers) -> Double {
    1 - (1 - minimum) * lorentzian(at: detuning)
  }

  /// The share of the power that comes out of the drop port; what neither port has is lost in the ring.
  public func drop(at detuning: Nanometers) -> Double {
    dropMaximum * lorentzian(at: detuning)
  }

  /// The derivative of ``through(at:)`` by the detuning, in 1/nm.
  public func throughSlope(at detuning: Nanometers) -> Double {
    let x = halfWidths(folded(detuning))
    let bell = 1 / (1 + x * x)
    return (1 - minimum) * 2 * x * bell * bell * 2 / width.value
  }

  /// A detuning in half widths at half maximum.
  func halfWidths(_ detuning: Nanometers) -> Double { 2 * (detuning / width) }
}
