import Graph
import Tensor

/// The values that weights may take, and which of them a weight takes.
struct Codebook: Sendable {
  /// Ascending, none of them zero.
  private let values: [Float]
  /// The keys from which on a weight takes the next value: they lie above the midpoints between
  /// neighbours, which are exact in a `Double`.
  private let limits: [UInt32]

  init(_ values: [Float]) {
    self.values = values
    limits = zip(values, values.dropFirst()).map {
      FloatKey.first(above: (Double($0) + Double($1)) / 2)
    }
  }

  /// Each nonzero weight as the nearest value, the lower of two; zero stays zero. O(count).
  func encode(_ weights: DividedWeights, _ shape: Shape, threads: Int) -> Clustered {
    Clustered(
      codebook: values, codes: weights.encoded(limits: limits, threads: threads), shape: shape)
  }
}
