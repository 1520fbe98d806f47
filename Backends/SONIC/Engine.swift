import Support

/// Computes layers of vector dot products. Engines differ in how, never in what: the reference
/// engine is the definition and the fast one gives the same bits.
protocol Engine {
  /// Starts a layer on these activations.
  mutating func begin(_ layer: ID<LayerRecord>, input: Contents?)

  /// Does a tile of the layer that was started last; what that makes its VDU do.
  mutating func fire(kernels: Range<Int>, positions: Range<Int>) -> Firing

  /// The activations that `collect` makes of the layer's partial sums, once all its tiles have fired;
  /// nil from an engine that computes no values.
  mutating func collect() -> Contents?
}
