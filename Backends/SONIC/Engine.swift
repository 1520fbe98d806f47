import Plan
import Support

/// Computes layers of vector dot products, for some samples side by side. Engines differ in how, never in
/// what: the reference engine is the definition and the fast one gives the same bits.
protocol Engine {
  /// Makes ready what does not depend on values.
  mutating func prepare(_ workers: Workers)

  /// Says how many samples of a run came before those that follow.
  mutating func start(after samples: Int)

  /// Starts a layer on these activations, one for each sample.
  ///
  /// - Parameter instructions: those since the layer before: all that the layer's VDUs do is among them.
  /// - Returns: for each sample, what its tiles make VDUs do.
  mutating func begin(
    _ layer: ID<LayerRecord>, _ instructions: Range<Int>, inputs: [Contents], _ workers: Workers
  ) -> [any FiringSource]

  /// The activations that `collect` makes of the layer's partial sums, for each sample.
  mutating func collect(_ workers: Workers) -> [Contents]
}

extension Engine {
  /// Few engines tell samples apart.
  mutating func start(after samples: Int) {}

  mutating func prepare(_ workers: Workers) {}
}

/// Says of the tiles of a layer, in the program's order, what they make VDUs do for a sample.
protocol FiringSource: Sendable {
  mutating func fire(_ tile: Tile) -> Firing

  /// The same, but only how many VCSELs are lit: where kernels are known and stay, the rest is known.
  mutating func lit(_ tile: Tile) -> Int
}

extension FiringSource {
  mutating func lit(_ tile: Tile) -> Int { fire(tile).lit }
}
