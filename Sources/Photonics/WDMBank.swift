import Foundation

/// Rings that share a waveguide, one a wavelength, and what each catches of the others' light.
///
/// The equations are 8 to 10 of F. Sunny et al., "CrossLight", arXiv 2102.06960. Distances between
/// wavelengths are taken within a free spectral range, as a ring does; the middle ring of an even grid, which
/// has most noise, sees the same either way.
public struct WDMBank: Hashable, Sendable {
  public let rings: Int
  /// From one wavelength to the next.
  public let spacing: Nanometers
  /// Of the rings; ``Microring/resonance`` is the middle of the grid.
  public let ring: Microring

  /// - Precondition: there is a ring, and the grid fits into a free spectral range.
  public init(rings: Int, spacing: Nanometers, ring: Microring) {
    precondition(rings > 0 && spacing * Double(rings) <= ring.freeSpectralRange * (1 + 1e-12))
    self.rings = rings
    self.spacing = spacing
    self.ring = ring
  }

  /// A grid that fills the free spectral range evenly.
  public init(rings: Int, filling ring: Microring) {
    self.init(rings: rings, spacing: ring.freeSpectralRange / Double(rings), ring: ring)
  }

  /// The wavelength of a ring, counted from zero.
  public func wavelength(_ index: Int) -> Nanometers {
    ring.resonance + spacing * (Double(index) - Double(rings - 1) / 2)
  }

  /// The share of wavelength j's power that ring i catches: d^2 / ((l_i - l_j)^2 + d^2) with
  /// d = l_i / 2Q (CrossLight, equation 8): the Lorentzian of ring i.
  public func crosstalk(_ i: Int, _ j: Int) -> Double {
    let half = wavelength(i) / (2 * ring.quality)
    let x = ring.folded(wavelength(i) - wavelength(j)) / half
    return 1 / (1 + x * x)
  }

  /// ``crosstalk(_:_:)`` of every ring, a row each, and every wavelength; ones on the diagonal.
  public var crosstalkMatrix: [[Double]] {
    (0..<rings).map { i in (0..<rings).map { j in crosstalk(i, j) } }
  }

  /// The noise of each ring: the sum over the other wavelengths of crosstalk times power (CrossLight,
  /// equation 9).
  ///
  /// - Parameter powers: of each wavelength, in any one unit.
  public func noise(powers: [Double]) -> [Double] {
    precondition(powers.count == rings)
    return (0..<rings).map { i in
      (0..<rings).reduce(0) { $0 + ($1 == i ? 0 : crosstalk(i, $1) * powers[$1]) }
    }
  }

  /// The largest noise of a ring where all wavelengths have power one.
  public var worstNoise: Double { noise(powers: [Double](repeating: 1, count: rings)).max() ?? 0 }

  /// Levels that can be told apart: 1 / the largest noise (CrossLight, equation 10). Infinite for one ring.
  ///
  /// - Parameter uncertainty: one for the equation as it stands. Crosstalk is linear and fixed, so a bank whose
  ///   matrix is known can be given powers, or weights, that make up for it. If each element off the diagonal is
  ///   known up to a relative error of `uncertainty`, what remains is that share of it: inverting
  ///   (I + (1 + u) X) instead of I + X leaves -u X and terms of order u X^2. All errors are taken to have one
  ///   sign, which is the worst.
  public func resolution(uncertainty: Double = 1) -> Double { 1 / (uncertainty * worstNoise) }

  /// The binary logarithm of ``resolution(uncertainty:)``.
  public func bits(uncertainty: Double = 1) -> Double {
    log2(resolution(uncertainty: uncertainty))
  }

  /// The quality factor at which this grid resolves so many bits without calibration, to six digits; there
  /// must be two rings.
  public func quality(bits: Double) -> Double {
    precondition(rings > 1)
    var (low, high) = (1.0, 1e12)
    while high / low > 1 + 1e-7 {
      let middle = (low * high).squareRoot()
      var bank = self.ring
      bank.quality = middle
      let isEnough = WDMBank(rings: rings, spacing: spacing, ring: bank).bits() >= bits
      if isEnough { high = middle } else { low = middle }
    }
    return high
  }
}
