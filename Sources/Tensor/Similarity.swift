import Foundation

/// How close numbers are to those that they stand in for. Sums over many arrays are one array's.
public struct Similarity: Sendable {
  /// The largest magnitude of what is expected.
  public private(set) var peak = 0.0
  /// The largest difference.
  public private(set) var error = 0.0
  private var signal = 0.0
  private var noise = 0.0

  /// The largest difference relative to the largest magnitude; zero where nothing differs.
  public var relativeError: Double { error == 0 ? 0 : error / peak }

  /// Signal-to-noise ratio in dB: 10 log10 (sum e^2 / sum (f - e)^2) for expected e and found f;
  /// infinite where nothing differs.
  public var decibels: Double { noise == 0 ? .infinity : 10 * log10(signal / noise) }

  public init() {}

  /// Compares tensors of one shape. Where both have the same infinity or both a NaN they agree.
  public mutating func add(_ found: Tensor, expected: Tensor) {
    for (found, expected) in zip(found.doubles, expected.doubles) {
      if found == expected || (found.isNaN && expected.isNaN) {
        if expected.isFinite { add(expected, difference: 0) }
      } else {
        add(expected, difference: (found - expected).magnitude)
      }
    }
  }

  private mutating func add(_ expected: Double, difference: Double) {
    peak = max(peak, expected.magnitude)
    error = difference.isNaN ? .infinity : max(error, difference)
    signal += expected * expected
    noise = difference.isNaN ? .infinity : noise + difference * difference
  }
}
