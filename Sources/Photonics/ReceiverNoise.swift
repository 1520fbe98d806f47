/// The variance of a photocurrent: thermal + shot x sum of currents + intensity x sum of their squares.
public struct ReceiverNoise: Hashable, Sendable {
  /// In A^2.
  public let thermal: Double
  /// In A^2 for an ampere.
  public let shot: Double
  /// In A^2 for the square of an ampere: a number.
  public let intensity: Double

  public init(thermal: Double, shot: Double, intensity: Double) {
    self.thermal = thermal
    self.shot = shot
    self.intensity = intensity
  }

  /// In A^2, of a photodetector on which these currents of independent lasers meet.
  public func variance(_ currents: [Amperes]) -> Double {
    variance(positive: currents, negative: currents.map { _ in .zero })
  }

  /// In A^2, of the difference of two photodetectors with one amplifier: balanced detection.
  ///
  /// Both arms have shot noise. A laser's intensity noise is the same in both, so that only the difference
  /// counts; a laser of one arm has zero in the other.
  ///
  /// - Parameters:
  ///   - positive: a current for each laser.
  ///   - negative: as many.
  public func variance(positive: [Amperes], negative: [Amperes]) -> Double {
    precondition(positive.count == negative.count)
    var (sum, squares) = (0.0, 0.0)
    for (plus, minus) in zip(positive, negative) {
      sum += plus.value + minus.value
      squares += (plus.value - minus.value) * (plus.value - minus.value)
    }
    return thermal + shot * sum + intensity * squares
  }
}
