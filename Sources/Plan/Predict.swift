public import Hardware

extension Geometry {
  /// How many elements of the patch at a position are expected not to be zero, if `density` of the
  /// input's are not: none of the padding.
  public func expectedNonzeros(at position: Int, density: Float) -> Int {
    let top = position / outWidth % outHeight * strideY - padTop
    let left = position % outWidth * strideX - padLeft
    let rows = Self.inside(inHeight, from: top, step: dilationY, count: kernelHeight)
    let columns = Self.inside(inWidth, from: left, step: dilationX, count: kernelWidth)
    return Int((Double(channels * rows * columns) * Double(density)).rounded())
  }

  /// How many of `count` places, `step` apart, lie in `0..<size`.
  private static func inside(_ size: Int, from start: Int, step: Int, count: Int) -> Int {
    let first = start < 0 ? (step - 1 - start) / step : 0
    let end = start < size ? (size - 1 - start) / step + 1 : 0
    return max(min(end, count) - first, 0)
  }
}

/// The vectors that a layer's patches are expected to be cut into, once their zeros are dropped if the
/// machine does so.
public struct PatchImprints: Sendable {
  /// The vectors before each patch, group by group, position by position.
  private let before: [Int]
  /// From a group's patches to the next one's in `before`; zero where groups are taken as alike.
  private let stride: Int

  /// - Parameters:
  ///   - layer: whose kernels and patches are cut into vectors.
  ///   - density: the fraction of the input's elements that is not zero, for a layer of which
  ///     nonzeros were not counted patch by patch.
  ///   - machine: whose VDUs take them.
  public init(_ layer: Layer, density: Float, _ machine: Machine) {
    let length = machine.array(layer.kind).length
    let geometry = layer.geometry
    let isCounted = machine.control.dropsZeros && !layer.nonzeros.isEmpty
    stride = isCounted ? geometry.positions : 0
    let held =
      isCounted
      ? layer.nonzeros.map { Int($0) }
      : (0..<geometry.positions).map { position in
        machine.control.dropsZeros
          ? geometry.expectedNonzeros(at: position, density: density) : geometry.patch
      }
    before = held.reduce(into: [0]) { $0.append($0.last! + ($1 + length - 1) / length) }
  }

  /// The vectors of the patches that a group sees at a run of positions. O(1).
  public func total(group: Int, positions: Range<Int>) -> Int {
    let first = group * stride
    return before[first + positions.upperBound] - before[first + positions.lowerBound]
  }
}
