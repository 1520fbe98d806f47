import Support

/// Computes layers of vector dot products, for some samples side by side. Engines differ in how, never in
/// what: the reference engine is the definition and the fast one gives the same bits.
protocol Engine {
  /// Makes ready what does not depend on values.
  mutating func prepare()

  /// Starts a layer on these activations, one for each sample; none for an engine without values.
  mutating func begin(_ layer: ID<LayerRecord>, inputs: [Contents])

  /// Does a tile of the layer that was started last; what that makes its VDU do, for each sample.
  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> [Firing]

  /// The activations that `collect` makes of the layer's partial sums, once all its tiles have fired,
  /// for each sample; none from an engine that computes no values.
  mutating func collect() -> [Contents]
}

extension Engine {
  mutating func prepare() {}
}
