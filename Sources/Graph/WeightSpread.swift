/// What a layer's weights were before they got few values.
public struct WeightSpread: Sendable, Hashable {
  /// Parts of equal width that weights are counted in.
  public static let bins = 64

  /// How many weights that are not zero lay in each part of -``reach`` to ``reach``; empty where weights
  /// have the values that they had before.
  public var counts: [UInt32]
  /// The largest magnitude, in magnitudes of the codebook's largest value.
  public var reach: Float
  /// The energy of what they lost or gained over that of the weights themselves; both of weights at gain 1.
  public var noise: Float

  /// Weights that kept their values.
  public init() {
    self.init(counts: [], reach: 1, noise: 0)
  }

  public init(counts: [UInt32], reach: Float, noise: Float) {
    self.counts = counts
    self.reach = reach
    self.noise = noise
  }
}
