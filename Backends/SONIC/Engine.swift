import Plan
import Support

/// Computes layers of vector dot products, for some samples side by side. Engines differ in how, never in
/// what: the reference engine is the definition and the fast one gives the same bits.
protocol Engine {
  /// Makes ready what does not depend on values.
  mutating func prepare(_ workers: Workers)

  /// Says how many samples of a run came before those that follow.
  mutating func start(after samples: Int)

  /// Computes a layer, for each sample.
  ///
  /// - Returns: the activations that `collect` makes of the layer's partial sums, and what its tiles
  ///   make VDUs do.
  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource])

  /// The same with the entries of a table, by code as an unsigned number, in place of the activations, unless
  /// it is nil.
  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], table: LookedCodes?, _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource])
}

extension Engine {
  /// Few engines tell samples apart.
  mutating func start(after samples: Int) {}

  mutating func prepare(_ workers: Workers) {}

  mutating func compute(
    _ layer: ID<LayerRecord>, inputs: [Contents], table: LookedCodes?, _ workers: Workers
  ) -> (outputs: [Contents], firings: [any FiringSource]) {
    var (outputs, firings) = compute(layer, inputs: inputs, workers)
    if let table { outputs = outputs.map { $0.looked(table.entries) } }
    return (outputs, firings)
  }
}

/// Says what the tiles of a layer make VDUs do for a sample.
protocol FiringSource: Sendable {
  /// - Parameter tiles: all of the layer's, in the order of the program.
  func firings(of tiles: ArraySlice<Tile>) -> [Firing]

  /// The same, but only how many VCSELs are lit: where kernels are known and stay, the rest is known.
  func lit(of tiles: ArraySlice<Tile>) -> [Int]
}

extension FiringSource {
  func lit(of tiles: ArraySlice<Tile>) -> [Int] { firings(of: tiles).map(\.lit) }
}
