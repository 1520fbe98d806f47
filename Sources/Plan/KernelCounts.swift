public import Support
import Tensor

/// What time and energy depend on of a layer's kernels once they are cut into vectors.
public struct KernelCounts: Sendable, Equatable {
  /// The vectors that a kernel is cut into.
  public let vectors: PrefixSums
  /// The weights that are not zero.
  public let survivors: PrefixSums
  /// The channel planes that vectors read, each counted for each vector that reads it.
  public let planes: PrefixSums

  public init(vectors: PrefixSums, survivors: PrefixSums, planes: PrefixSums) {
    self.vectors = vectors
    self.survivors = survivors
    self.planes = planes
  }

  /// Kernels of which all weights may survive, as they are not known yet; what stays on the rings are
  /// patches, so no planes are told.
  fileprivate init(unknown geometry: Geometry, length: Int) {
    let kernels = geometry.allKernels
    let vectors = (geometry.patch + length - 1) / length
    self.init(
      vectors: PrefixSums(repeatElement(vectors, count: kernels)),
      survivors: PrefixSums(repeatElement(geometry.patch, count: kernels)),
      planes: PrefixSums(repeatElement(0, count: kernels)))
  }
}

extension Layer {
  /// The counts of the kernels, cut into vectors of at most `length` survivors. O(kernels) where a plane
  /// is one element; O(survivors) else.
  public func counts(length: Int) -> KernelCounts {
    weightSource == nil
      ? kernels.counts(length: length, plane: geometry.slice, isSliced: slice > 0)
      : KernelCounts(unknown: geometry, length: length)
  }
}

extension Plan {
  /// Forgets the weights of all layers whose ``Layer/counts(length:)`` do without them. What is left can be
  /// tiled, placed and scheduled, but not compiled.
  public mutating func forgetPairs() {
    for id in layers.ids where layers[id].geometry.slice == 1 {
      layers[id].kernels = layers[id].kernels.withoutPairs
    }
  }
}

extension CompressedKernels {
  /// - Parameters:
  ///   - plane: elements of a channel's plane.
  ///   - isSliced: whether a vector ends where a plane does.
  fileprivate func counts(length: Int, plane: Int, isSliced: Bool) -> KernelCounts {
    guard plane > 1 else {
      // Each survivor has a plane of its own.
      let vectors = isSliced ? survivors : survivors.mapped { ($0 + length - 1) / length }
      return KernelCounts(vectors: vectors, survivors: survivors, planes: survivors)
    }
    let cut = WeightCodes.cut(entries, starts, length: length, plane: plane, isSliced: isSliced)
    return KernelCounts(
      vectors: PrefixSums(cut.map(\.vectors)), survivors: survivors,
      planes: PrefixSums(cut.map(\.planes)))
  }
}

extension PrefixSums {
  /// The sums of what `transform` makes of each number.
  fileprivate func mapped(_ transform: (Int) -> Int) -> PrefixSums {
    PrefixSums((0..<count).map { transform(self[$0]) })
  }
}
