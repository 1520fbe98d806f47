import Hardware
import Kernels
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
  /// By run of kernels; none of the last runs where those would take too many bytes.
  private let counts: WeightCounts
  /// Nil if no tile needs them.
  private let bits: WeightBits?

  /// Some positions, and the indices of the tiles that have them.
  struct Run {
    let positions: Range<Int>
    fileprivate(set) var tiles: [Int] = []
    /// What of ``counts`` belongs to those tiles.
    fileprivate var parts: [sonic_part] = []
    /// Tiles whose weights are counted in ``bits``.
    fileprivate var marked: [Int] = []
    /// Tiles whose weights are counted whenever they are needed.
    fileprivate var uncounted: [Int] = []
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
  init(
    _ runnable: Runnable, _ layer: ID<LayerRecord>, _ planes: LanePlanes,
    _ workers: Workers = .alone
  ) {
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
    guard shape.gates else {
      self.runs = runs
      counts = WeightCounts(runnable, layer, [])
      bits = nil
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
    bits = kernels.contains(nil) ? WeightBits(runnable, layer, workers) : nil
    for run in runs.indices {
      for tile in runs[run].tiles {
        switch kernels[tile] {
        case nil: runs[run].marked.append(tile)
        case let some? where some < counts.runs:
          runs[run].parts += counts.parts(ofRun: some, sum: tile)
        default: runs[run].uncounted.append(tile)
        }
      }
    }
    self.runs = runs
  }

  /// Adds the products of a survivor and an activation that is not zero to the numbers of a run's tiles.
  ///
  /// - Parameters:
  ///   - run: which of ``runs``.
  ///   - lively: what is counted of its positions.
  ///   - lit: by tile.
  func add(run: Int, _ lively: LivelyCounts, to lit: inout [Int]) {
    lively.add(counts.counts, runs[run].parts, to: &lit)
    if let bits, !runs[run].marked.isEmpty {
      let laid = bits.laid(lively)
      for tile in runs[run].marked {
        lit[tile] += bits.common(with: laid, kernels: tiles[tile].kernels)
      }
    }
    for tile in runs[run].uncounted {
      let counts = WeightCounts(runnable, layer, [tiles[tile].kernels])
      lively.add(counts.counts, counts.parts(ofRun: 0, sum: tile), to: &lit)
    }
  }
}

extension LayerShape {
  /// Whether VCSELs are lit where activations are not zero; if not, wherever there are weights.
  var gates: Bool { record.dataflow == .kernel || dropsZeros }
}
