import Kernels
import Plan

/// Counts at how many positions of a sample each element of a patch is not zero: all that gating needs to
/// know of the data.
///
/// A run of positions has what comes before its end, less what comes before its start. Before a position
/// come whole rows of outputs, known from running sums over the rows of the input, and the start of its
/// own row, of which bits are counted. An element is counted for all channels at once: elements are in
/// the order (tap, channel of all groups).
struct LivelyCounter {
  private let geometry: Geometry
  /// None where every row of outputs has one position.
  private let bits: NonzeroBits?
  /// For each column of the kernel, by (image, row, channel): the activations that outputs meet under it
  /// in the row and in those that are a multiple of the stride above, that are not zero. Before an
  /// image's first row there is one of zeros. None where they meet padding only.
  private let sums: [[Int32]]
  /// Where the last run ended, and what comes before: the next run often starts there.
  private var end: (image: Int, position: Int, counts: [Int32])?

  private var channels: Int { geometry.groups * geometry.channels }

  /// - Parameter input: the layer's activations, or anything that is zero where they are.
  init(_ layer: Geometry, input: [Int16]) {
    let geometry = layer.widened(to: Self.widest)
    self.geometry = geometry
    switch geometry.layout {
    case .planes:
      let bits = NonzeroBits(geometry, input: input)
      self.bits = bits
      sums = (0..<geometry.kernelWidth).map { column in
        guard !bits.isBlind(under: column) else { return [] }
        return unsafe geometry.sums { image, row, base, sums in
          unsafe bits.count(
            image: image, row: row, under: column, columns: geometry.inWidth, base, sums)
        }
      }
    case .rows:
      bits = nil
      let channels = geometry.channels
      sums = [
        unsafe geometry.sums { _, row, base, sums in
          unsafe input.withUnsafeBufferPointer { input in
            for group in 0..<geometry.groups {
              let (from, to) = ((group * geometry.inHeight + row) * channels, group * channels)
              unsafe sonic_add_nonzero(
                input.baseAddress! + from, channels, base + to, sums + to)
            }
          }
        }
      ]
    }
  }

  /// Columns of the rows that planes of pointwise layers are taken in: whole words of bits, and few enough
  /// that a row's start is counted at once.
  private static let widest = 512

  /// For each element, the positions of a run, counted through all images, at which it is not zero.
  /// O(elements * width / 64) for each image.
  mutating func counts(at run: Range<Int>) -> LivelyCounts {
    let plane = geometry.outHeight * geometry.outWidth
    var (starts, ends) = ([Int32](), [Int32]())
    for image in run.lowerBound / plane...(run.upperBound - 1) / plane {
      let first = image * plane
      let part = run.clamped(to: first..<first + plane)
      let (lower, upper) = (part.lowerBound - first, part.upperBound - first)
      starts.add(known(lower, image) ?? before(lower, image: image))
      let end = before(upper, image: image)
      self.end = (image, upper, end)
      ends.add(end)
    }
    return LivelyCounts(from: starts, to: ends, geometry)
  }

  private func known(_ position: Int, _ image: Int) -> [Int32]? {
    end.flatMap { $0.image == image && $0.position == position ? $0.counts : nil }
  }

  /// For each element, the positions of an image before one, up to that behind the last, at which it is
  /// not zero, and as many more before every position of the image.
  private func before(_ position: Int, image: Int) -> [Int32] {
    let (row, column) = position.quotientAndRemainder(dividingBy: geometry.outWidth)
    let (channels, count) = (channels, channels * geometry.slice)
    return unsafe [Int32](unsafeUninitializedCapacity: count) { counts, initialized in
      for tap in 0..<geometry.slice {
        unsafe self.count(
          image, row, column, under: tap, counts.baseAddress! + tap * channels)
      }
      initialized = count
    }
  }

  /// What comes before an output, of the elements of a tap.
  private func count(
    _ image: Int, _ row: Int, _ column: Int, under tap: Int,
    _ counts: UnsafeMutablePointer<Int32>
  ) {
    let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    let (height, stride) = (geometry.inHeight, geometry.strideY)
    let own = row * stride + tapY * geometry.dilationY - geometry.padTop
    let end = column * geometry.strideX + tapX * geometry.dilationX - geometry.padLeft
    var above = own - stride
    if above >= height { above -= ((above - height) / stride + 1) * stride }
    guard !sums[tapX].isEmpty else {
      return unsafe counts.update(repeating: 0, count: channels)
    }
    unsafe sums[tapX].withUnsafeBufferPointer { sums in
      let start = (image * (height + 1) + max(above, -1) + 1) * channels
      let base = unsafe sums.baseAddress! + start
      if let bits, column > 0, end > 0, own >= 0, own < height {
        let columns = min(end, geometry.inWidth)
        unsafe bits.count(image: image, row: own, under: tapX, columns: columns, base, counts)
      } else {
        unsafe counts.update(from: base, count: channels)
      }
    }
  }
}

extension [Int32] {
  /// Adds other numbers, to none as to zeros.
  fileprivate mutating func add(_ other: [Int32]) {
    guard !isEmpty else {
      self = other
      return
    }
    for index in indices { self[index] &+= other[index] }
  }
}

extension Geometry {
  /// The same numbers in fewer rows of a pointwise layer's planes, at most so wide if they were not wider.
  fileprivate func widened(to width: Int) -> Geometry {
    guard isPointwise, layout == .planes else { return self }
    let rows = (1...max(inHeight, 1)).last {
      inHeight % $0 == 0 && ($0 == 1 || $0 * inWidth <= width)
    }
    var wide = self
    wide.inHeight /= rows!
    wide.outHeight /= rows!
    wide.inWidth *= rows!
    wide.outWidth *= rows!
    return wide
  }

  /// Running sums over the rows of every image, those a stride apart, of all channels; `add` puts a row on
  /// top of another's sums.
  fileprivate func sums(
    _ add: (
      _ image: Int, _ row: Int, _ base: UnsafePointer<Int32>, _ sums: UnsafeMutablePointer<Int32>
    ) -> Void
  ) -> [Int32] {
    let channels = groups * channels
    let image = (inHeight + 1) * channels
    return unsafe [Int32](unsafeUninitializedCapacity: images * image) { sums, count in
      for index in 0..<images {
        let zeros = unsafe sums.baseAddress! + index * image
        unsafe zeros.update(repeating: 0, count: channels)
        for row in 0..<inHeight {
          let above = max(row + 1 - strideY, 0)
          unsafe add(index, row, zeros + above * channels, zeros + (row + 1) * channels)
        }
      }
      count = images * image
    }
  }
}
