public import Hardware

/// A share of a layer for one VDU: a run of kernels at a run of positions.
public struct Tile: Sendable, Hashable {
  /// Which of the layer's kind of VDU; given by `place`.
  public var unit: Int
  public var kernels: Range<Int>
  public var positions: Range<Int>

  public init(unit: Int, kernels: Range<Int>, positions: Range<Int>) {
    self.unit = unit
    self.kernels = kernels
    self.positions = positions
  }
}

/// One way to spread a layer over its VDUs. The kernels go in waves whose parameters fit half of the
/// parameter memory, so that one wave is loaded while the other is used.
public struct Tiling: Sendable, Hashable {
  public var dataflow: Dataflow
  public var waves: [[Tile]]
  /// The time that this tiling is predicted to take on a machine that does nothing else, from when
  /// the layer's input is there until its last tile is done. What comes before and after takes as
  /// long with any tiling.
  public var predicted: Picoseconds

  public init(dataflow: Dataflow, waves: [[Tile]], predicted: Picoseconds) {
    self.dataflow = dataflow
    self.waves = waves
    self.predicted = predicted
  }
}
