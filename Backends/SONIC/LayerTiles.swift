import Hardware
import OrderedCollections
import Plan
import Support

/// A layer's tiles, and what is known of them before any activation: where the kernels of each have
/// weights. Shared by all samples.
final class LayerTiles: Sendable {
  let shape: LayerShape
  let planes: LanePlanes
  /// In the order of the program.
  let tiles: [Tile]
  /// Tiles that have their positions in common.
  let runs: [Run]
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  /// By tile, what of ``counts`` is its own; nil where its weights are counted in ``bits``.
  private let kernels: [Int?]
  /// By run of kernels; none of the last runs where those would take too many bytes.
  private let counts: WeightCounts
  /// Nil if no tile needs them.
  private let bits: WeightBits?

  /// Some positions, and the indices of the tiles that have them.
  struct Run {
    let positions: Range<Int>
    fileprivate(set) var tiles: [Int] = []
  }

  /// Up to so many kernels are quicker to count one by one, in bits, than together, in bytes.
  private static let fewKernels = 8
  /// The most bytes of counts kept, and of bits: a program may have as many tiles as it likes.
  private static let mostBytes = 1 << 27

  /// For an engine that has no planes of its own, and one sample.
  convenience init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    let geometry = runnable.program.layers[layer].geometry
    self.init(runnable, layer, LanePlanes(geometry, samples: 1))
  }

  /// O(instructions of the layer + survivors of each run of kernels).
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ planes: LanePlanes) {
    self.runnable = runnable
    self.layer = layer
    self.planes = planes
    let shape = LayerShape(runnable.outline, layer)
    self.shape = shape
    let tiles = runnable.tiles(of: layer)
    self.tiles = tiles
    var runs: [Run] = []
    var positions: OrderedSet<Range<Int>> = []
    for (index, tile) in tiles.enumerated() {
      let (isNew, run) = positions.append(tile.positions)
      if isNew { runs.append(Run(positions: tile.positions)) }
      runs[run].tiles.append(index)
    }
    self.runs = runs
    guard shape.gates else {
      (kernels, bits) = (tiles.map { _ in nil }, nil)
      counts = WeightCounts(runnable, layer, [])
      return
    }
    let areBitsFew = WeightBits.size(shape.geometry) <= Self.mostBytes
    var kernels: [Int?] = []
    var counted: OrderedSet<Range<Int>> = []
    for tile in tiles {
      guard !(areBitsFew && tile.positions.count == 1 && tile.kernels.count <= Self.fewKernels)
      else {
        kernels.append(nil)
        continue
      }
      kernels.append(counted.append(tile.kernels).index)
    }
    var bytes = 0
    let few = counted.prefix {
      bytes += WeightCounts.size($0, shape.geometry)
      return bytes <= Self.mostBytes
    }
    counts = WeightCounts(runnable, layer, few)
    bits = kernels.contains(nil) ? WeightBits(runnable, layer) : nil
    self.kernels = kernels
  }

  /// Which activations of a position are not zero, as ``WeightBits`` lie; nil if no tile of the run needs it.
  func laid(_ lively: LivelyCounts, _ run: Run) -> [UInt64]? {
    run.positions.count == 1 ? bits?.laid(lively) : nil
  }

  /// The products of a survivor of a tile and an activation that is not zero.
  ///
  /// - Parameters:
  ///   - lively: what is counted of its positions.
  ///   - laid: the same as ``laid(_:_:)`` gives it.
  func lit(_ index: Int, _ lively: LivelyCounts, _ laid: [UInt64]?) -> Int {
    guard let run = kernels[index] else {
      return bits!.common(with: laid!, kernels: tiles[index].kernels)
    }
    guard run < counts.runs else {
      return WeightCounts(runnable, layer, [tiles[index].kernels]).met(lively, run: 0)
    }
    return counts.met(lively, run: run)
  }
}

extension LayerShape {
  /// Whether VCSELs are lit where activations are not zero; if not, wherever there are weights.
  var gates: Bool { record.dataflow == .kernel || dropsZeros }
}
