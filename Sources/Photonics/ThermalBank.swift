import Foundation

/// Rings in a row whose heaters warm their neighbours too.
///
/// The resonance of ring i moves by the sum over j of K(i,j) h(j): h(j) is the shift that heater j gives its own
/// ring, and K(i,j) = exp(-|i - j| pitch / decay), as phase crosstalk falls exponentially with distance
/// (CrossLight, arXiv 2102.06960). Heaters cannot cool: every h is at least zero.
///
/// Shifts s that are wanted of all rings at once need K h = s. M. Milanizadeh et al., "Canceling Thermal
/// Cross-Talk Effects in Photonic Integrated Circuits", Journal of Lightwave Technology 37 (2019), solve it in
/// eigenvectors of K: thermal eigenmode decomposition (TED).
public struct ThermalBank: Hashable, Sendable {
  public let rings: Int
  /// Between neighbours' centers.
  public let pitch: Micrometers
  /// The distance over which crosstalk falls to 1/e.
  public let decay: Micrometers
  /// What a resonance may be moved by before the next one is in its place.
  public let freeSpectralRange: Nanometers
  /// What moves a ring by a free spectral range.
  public let fullShiftPower: Milliwatts
  /// Of ``crosstalkMatrix``.
  public let modes: EigenDecomposition

  /// - Precondition: there is a ring; pitch and decay are positive.
  public init(
    rings: Int, pitch: Micrometers, decay: Micrometers, freeSpectralRange: Nanometers,
    fullShiftPower: Milliwatts
  ) {
    precondition(rings > 0 && pitch > .zero && decay > .zero)
    self.rings = rings
    self.pitch = pitch
    self.decay = decay
    self.freeSpectralRange = freeSpectralRange
    self.fullShiftPower = fullShiftPower
    modes = EigenDecomposition(Self.matrix(rings, pitch / decay))
  }

  /// K, a row a ring. It is positive definite, and its inverse has nothing positive off the diagonal.
  public var crosstalkMatrix: [[Double]] { Self.matrix(rings, pitch / decay) }

  private static func matrix(_ rings: Int, _ step: Double) -> [[Double]] {
    (0..<rings).map { i in (0..<rings).map { j in exp(-Double(abs(i - j)) * step) } }
  }

  /// The power of heaters that give their own rings these shifts.
  func power(_ heats: [Nanometers]) -> Milliwatts {
    fullShiftPower * (heats.reduce(.zero, +) / freeSpectralRange)
  }
}
