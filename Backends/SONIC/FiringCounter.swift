import Hardware
import Plan
import Support

/// Counts what a layer's tiles make VDUs do for a sample, from where its activations are zero.
///
/// The lit VCSELs of a tile are its products of a survivor and an activation that is not zero, or that is
/// held in spite of being zero. They add up over the elements of a patch, as how many of the tile's kernels
/// have a weight there, which no sample changes, times how many of its positions have an activation there.
struct FiringCounter: FiringSource {
  private let tiles: LayerTiles
  /// The activations, or anything that is zero where they are; none where bits are given.
  private let mask: [Int16]
  private let bits: LaneBits?
  /// Which of the samples in the bits.
  private let sample: Int
  private let survivors: PatchSurvivors?

  /// - Parameters:
  ///   - mask: the activations, or anything that is zero where they are.
  ///   - survivors: how many of a patch are not zero, if they have been counted.
  init(_ tiles: LayerTiles, mask: [Int16], _ survivors: PatchSurvivors? = nil) {
    (self.tiles, self.mask, bits, sample) = (tiles, mask, nil, 0)
    self.survivors = survivors
  }

  /// Of a layer whose kernels stay on the rings.
  ///
  /// - Parameters:
  ///   - bits: of all samples.
  ///   - sample: which of them.
  init(_ tiles: LayerTiles, _ bits: LaneBits, sample: Int) {
    (self.tiles, mask, self.bits, self.sample) = (tiles, [], bits, sample)
    survivors = nil
  }

  /// Asked for on the thread of the account.
  func firings(of tiles: ArraySlice<Tile>) -> [Firing] {
    let shape = self.tiles.shape
    var firings =
      shape.record.dataflow == .patch
      ? countPatches()
      : tiles.map { shape.kernelFiring(kernels: $0.kernels, positions: $0.positions.count) }
    for (index, lit) in lit(of: tiles).enumerated() { firings[index].lit = lit }
    return firings
  }

  func lit(of tiles: ArraySlice<Tile>) -> [Int] {
    let shape = self.tiles.shape
    guard shape.gates else {
      return tiles.map { shape.survivors[$0.kernels] * $0.positions.count }
    }
    precondition(tiles.count == self.tiles.tiles.count)
    let bits = bits ?? LaneBits(self.tiles.planes, of: mask)
    var lit = [Int](repeating: 0, count: tiles.count)
    var lively = LivelyCounts(shape.geometry)
    let runs = self.tiles.runs
    for run in runs.indices {
      bits.count(runs[run].positions, of: sample, into: &lively)
      self.tiles.add(run: run, lively, to: &lit)
    }
    return lit
  }

  private func countPatches() -> [Firing] {
    let shape = tiles.shape
    let geometry = shape.geometry
    var survivors = survivors ?? PatchSurvivors(geometry, input: mask)
    var firings = [Firing](repeating: Firing(), count: tiles.tiles.count)
    for run in tiles.runs {
      var held = [[Int]?](repeating: nil, count: geometry.groups)
      for index in run.tiles {
        for (group, kernels) in geometry.groups(of: tiles.tiles[index].kernels) {
          let patches =
            held[group]
            ?? (shape.dropsZeros
              ? survivors.byPosition(run.positions, group: group)
              : run.positions.map { _ in geometry.patch })
          held[group] = patches
          firings[index] += shape.patchFiring(kernels: kernels.count, patches: patches)
        }
      }
    }
    return firings
  }
}
