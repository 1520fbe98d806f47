/// How a layer's vectors lie in its buffers: a grouped two-dimensional convolution, of which a fully
/// connected layer is the case of a one-by-one plane a row.
///
/// A *position* is an output pixel (image, y, x in row-major order); a *patch* is what a kernel sees
/// from there; an *element* of a patch or kernel is (channel of the group, kernel y, kernel x) in
/// row-major order. Elements that fall outside the input are zero.
public struct Geometry: Sendable, Hashable, Encodable {
  /// How activations lie in memory.
  public enum Layout: UInt8, Sendable, CaseIterable, Encodable {
    /// Image, channel, y, x: what convolutions use.
    case planes
    /// Group, row, channel: what matrix products use, of one image; rows are the y of a plane one
    /// wide.
    case rows

    /// By name.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(String(describing: self))
    }
  }

  public var layout: Layout
  public var images = 1
  public var groups = 1
  /// Input channels of a group.
  public var channels: Int
  /// Kernels of a group.
  public var kernels: Int
  public var inHeight = 1
  public var inWidth = 1
  public var kernelHeight = 1
  public var kernelWidth = 1
  public var strideY = 1
  public var strideX = 1
  public var dilationY = 1
  public var dilationX = 1
  public var padTop = 0
  public var padLeft = 0
  public var outHeight = 1
  public var outWidth = 1

  public init(layout: Layout, channels: Int, kernels: Int) {
    self.layout = layout
    self.channels = channels
    self.kernels = kernels
  }

  /// Whether all sizes are positive and no count of elements comes near to overflowing: below 2^40.
  public var isCountable: Bool {
    let products = [
      [images, groups, channels, inHeight, inWidth],
      [images, outHeight, outWidth, groups, kernels],
      [groups, kernels, channels, kernelHeight, kernelWidth], [strideY, strideX],
      [dilationY, dilationX],
    ]
    return products.allSatisfy { sizes in
      sizes.allSatisfy { $0 > 0 }
        && sizes.reduce(1.0) { $0 * Double($1) } < 0x1p40
    }
  }

  /// Kernels of all groups.
  public var allKernels: Int { groups * kernels }
  public var positions: Int { images * outHeight * outWidth }
  /// Elements of a patch.
  public var patch: Int { channels * kernelHeight * kernelWidth }
  /// Elements of a channel's slice of a kernel.
  public var slice: Int { kernelHeight * kernelWidth }
  public var inputCount: Int { images * groups * channels * inHeight * inWidth }
  public var outputCount: Int { positions * allKernels }

  /// Whether each position sees the pixel that is at its place, and no padding.
  public var isPointwise: Bool {
    layout == .planes && slice == 1 && strideY == 1 && strideX == 1 && padTop == 0 && padLeft == 0
      && inHeight == outHeight && inWidth == outWidth
  }

  /// The same numbers in fewer rows, where it makes no difference: a plane is as good as a row if the
  /// layer is pointwise.
  public var flattened: Geometry {
    guard isPointwise else { return self }
    var flat = self
    flat.inWidth *= inHeight
    flat.outWidth *= outHeight
    (flat.inHeight, flat.outHeight) = (1, 1)
    return flat
  }

  /// Where activation (channel of all groups, y, x) of an image lies in the input buffer.
  public func inputIndex(image: Int, channel: Int, y: Int, x: Int) -> Int {
    switch layout {
    case .planes: ((image * groups * channels + channel) * inHeight + y) * inWidth + x
    case .rows: (channel / channels * inHeight + y) * channels + channel % channels
    }
  }

  /// Where a kernel's result at a position lies in the output buffer.
  public func outputIndex(kernel: Int, position: Int) -> Int {
    switch layout {
    case .planes:
      let plane = outHeight * outWidth
      return (position / plane * allKernels + kernel) * plane + position % plane
    case .rows: return (kernel / kernels * outHeight + position) * kernels + kernel % kernels
    }
  }

  /// The index in the input buffer of `element` of the patch that `group` sees at `position`; nil in
  /// the padding.
  public func inputIndex(group: Int, position: Int, element: Int) -> Int? {
    let plane = outHeight * outWidth
    let (image, pixel) = position.quotientAndRemainder(dividingBy: plane)
    let (channel, tap) = element.quotientAndRemainder(dividingBy: slice)
    let y = pixel / outWidth * strideY + tap / kernelWidth * dilationY - padTop
    let x = pixel % outWidth * strideX + tap % kernelWidth * dilationX - padLeft
    guard y >= 0, y < inHeight, x >= 0, x < inWidth else { return nil }
    return inputIndex(image: image, channel: group * channels + channel, y: y, x: x)
  }

  /// What the input pixels under the patch at `position` add up to, of a number for each pixel of each
  /// image; padding adds nothing.
  public func total(at position: Int, of pixels: [Int32]) -> Int {
    let plane = outHeight * outWidth
    let (image, pixel) = position.quotientAndRemainder(dividingBy: plane)
    let top = pixel / outWidth * strideY - padTop
    let left = pixel % outWidth * strideX - padLeft
    var total = 0
    for tapY in 0..<kernelHeight {
      let y = top + tapY * dilationY
      guard y >= 0, y < inHeight else { continue }
      let row = (image * inHeight + y) * inWidth
      for tapX in 0..<kernelWidth {
        let x = left + tapX * dilationX
        if x >= 0, x < inWidth { total += Int(pixels[row + x]) }
      }
    }
    return total
  }

  /// The runs of `kernels` that lie in one group each.
  @inlinable
  public func groups(of kernels: Range<Int>) -> GroupRuns {
    GroupRuns(kernels, size: self.kernels)
  }

  /// Runs of kernels, group by group.
  public struct GroupRuns: Sequence, IteratorProtocol {
    @usableFromInline var left: Range<Int>
    @usableFromInline let size: Int

    /// - Parameter size: how many kernels a group has.
    @inlinable
    init(_ kernels: Range<Int>, size: Int) {
      (left, self.size) = (kernels, size)
    }

    @inlinable
    public mutating func next() -> (group: Int, kernels: Range<Int>)? {
      guard !left.isEmpty else { return nil }
      let group = left.lowerBound / size
      let end = Swift.min((group + 1) * size, left.upperBound)
      defer { left = end..<left.upperBound }
      return (group, left.lowerBound..<end)
    }
  }
}
