/// The mean of independent trials, and where it lies at 95 % confidence by Student's t distribution.
public struct MeanInterval: Sendable, Hashable {
  public let mean: Double
  /// Half of the interval's width; infinite for a single trial.
  public let halfWidth: Double
  public let least: Double
  public let most: Double

  public var lower: Double { mean - halfWidth }
  public var upper: Double { mean + halfWidth }

  /// - Parameter trials: at least one.
  public init(_ trials: [Double]) {
    let count = Double(trials.count)
    mean = trials.reduce(0, +) / count
    (least, most) = (trials.min() ?? .nan, trials.max() ?? .nan)
    guard trials.count > 1 else {
      halfWidth = .infinity
      return
    }
    let mean = mean
    let squares = trials.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    halfWidth = Self.quantile(trials.count - 1) * (squares / (count - 1) / count).squareRoot()
  }

  /// The 97.5 % quantile of Student's t for degrees of freedom: tables to 30, then Fisher and Cornish's
  /// expansion about the normal quantile z (Abramowitz and Stegun 26.7.5), good to four digits there.
  static func quantile(_ freedom: Int) -> Double {
    if freedom <= table.count { return table[freedom - 1] }
    let (z, n) = (1.959_964, Double(freedom))
    let z2 = z * z
    let first = z * (z2 + 1) / 4
    let second = z * (5 * z2 * z2 + 16 * z2 + 3) / 96
    return z + first / n + second / (n * n)
  }

  private static let table = [
    12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010,
    2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739,
    2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
  ]
}
