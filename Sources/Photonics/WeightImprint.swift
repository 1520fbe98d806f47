import Foundation

/// How a weight in 0...1 stands on the through port of a ring that can be shifted by so much at most.
///
/// Zero is the resonance, one the largest shift: between them the weight is the transmission, scaled. What a
/// ring passes at zero, its ``Microring/minimum``, is the same for all weights, so two arms cancel it.
public struct WeightImprint: Hashable, Sendable {
  public let ring: Microring
  /// The largest shift, at most half a free spectral range.
  public let range: Nanometers

  /// - Precondition: the range is positive and at most half a free spectral range.
  public init(_ ring: Microring, range: Nanometers) {
    precondition(range > .zero && range <= ring.freeSpectralRange / 2)
    self.ring = ring
    self.range = range
  }

  /// What is not a Lorentzian's at the largest shift: the scale of weights.
  private var span: Double { 1 - ring.lorentzian(at: range) }

  /// The weight that a detuning imprints: (1 - Lorentzian) over that at the largest shift.
  public func weight(at detuning: Nanometers) -> Double {
    (1 - ring.lorentzian(at: detuning)) / span
  }

  /// The detuning that imprints a weight: with s its share of light that is not on resonance,
  /// width / 2 x sqrt(s / (1 - s)). The inverse of ``weight(at:)``.
  ///
  /// - Precondition: the weight is in 0...1.
  public func detuning(of weight: Double) -> Nanometers {
    ring.width / 2 * halfWidths(of: weight)
  }

  /// The derivative of the weight by the detuning, in 1/nm: how much of a detuning's error reaches the
  /// weight.
  public func slope(at weight: Double) -> Double { slope(halfWidths: halfWidths(of: weight)) }

  /// The largest slope over all weights, in 1/nm. It is where the Lorentzian turns, sqrt(1/3) half widths
  /// from the resonance, unless the range ends before.
  public var largestSlope: Double {
    slope(halfWidths: min(ring.halfWidths(range), (1.0 / 3).squareRoot()))
  }

  /// The root of the mean square of the slope over weights uniform in 0...1, in 1/nm.
  ///
  /// The mean is the integral of slope^2 over weights, which is that of slope^3 over detunings: with x in half
  /// widths and u = 1 + x^2 of 8 x^3 / u^6, which is 1/5 - 1/u^4 + 4/(5 u^5) from the resonance to x.
  public var rmsSlope: Double {
    let x = ring.halfWidths(range)
    let u = 1 + x * x
    let integral = 0.2 - pow(u, -4) + 0.8 * pow(u, -5)
    return (integral / span).squareRoot() / span * 2 / ring.width.value
  }

  /// Errors of weights where a linear DAC sets the detuning in 2^bits equal steps over the range, so that
  /// it is wrong by half a step at most and by a step over sqrt(12) in the mean square. To first order in
  /// the step.
  public func quantizationError(bits: Int) -> ImprintError {
    let step = range.value / (pow(2, Double(bits)) - 1)
    return ImprintError(worst: largestSlope * step / 2, rms: rmsSlope * step / 12.0.squareRoot())
  }

  /// Errors of weights where the detuning is off by `drift`, a standard deviation. To first order in it;
  /// the worst is that of the weight that suffers most, also a standard deviation.
  public func driftError(_ drift: Nanometers) -> ImprintError {
    ImprintError(worst: largestSlope * drift.value, rms: rmsSlope * drift.value)
  }

  private func slope(halfWidths x: Double) -> Double {
    let bell = 1 / (1 + x * x)
    return 2 * x * bell * bell * 2 / ring.width.value / span
  }

  private func halfWidths(of weight: Double) -> Double {
    precondition((0...1).contains(weight))
    let share = weight * span
    return (share / (1 - share)).squareRoot()
  }
}

/// By how much weights, of which the largest is one, are wrong.
public struct ImprintError: Hashable, Sendable {
  /// For the weight that suffers most.
  public let worst: Double
  /// Over weights uniform in 0...1.
  public let rms: Double

  public init(worst: Double, rms: Double) {
    self.worst = worst
    self.rms = rms
  }

  /// The bits of an even quantizer with the same mean square, which is that of a step over sqrt(12).
  public var effectiveBits: Double { -log2(rms * 12.0.squareRoot()) }
}
