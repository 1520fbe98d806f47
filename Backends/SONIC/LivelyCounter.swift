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
  private let channels: Int
  /// Where activations are not zero, a bit for each, by (image, row, word of the row, channel). None where
  /// every output row has one position.
  private var bits: [UInt64] = []
  /// For each column of the kernel, the input columns that a row of outputs meets under it.
  private let masks: [[UInt64]]
  /// For each column of the kernel, by (image, row, channel): the activations that it meets in the row and in
  /// those that are a multiple of the stride above, that are not zero. Before an image's first row there is
  /// one of zeros. None where the column meets padding only.
  private var sums: [[Int32]]
  /// What an image's own counts lack to follow those of the image before.
  private var starts: [[Int32]]

  /// The bytes that each answer takes.
  let size: Int

  /// - Parameter input: the layer's activations, or anything that is zero where they are.
  init(_ geometry: Geometry, input: [Int16]) {
    self.geometry = geometry
    channels = geometry.groups * geometry.channels
    masks = (0..<geometry.kernelWidth).map { geometry.columns(under: $0) }
    sums = [[Int32]](repeating: [], count: geometry.kernelWidth)
    starts = [[Int32](repeating: 0, count: channels * geometry.slice)]
    size = starts[0].count * MemoryLayout<Int32>.size
    switch geometry.layout {
    case .planes:
      lay(input)
      for column in sums.indices where masks[column].contains(where: { $0 != 0 }) {
        sums[column] = unsafe summed { image, row, base, counts in
          unsafe count(
            image: image, row: row, under: column, columns: geometry.inWidth, base, counts)
        }
      }
    case .rows:
      sums[0] = unsafe summed { _, row, base, counts in
        unsafe input.withUnsafeBufferPointer { input in
          unsafe sonic_add_nonzero(
            input.baseAddress! + row * channels, channels, base, counts)
        }
      }
    }
    for image in 1..<geometry.images {
      let end = before(row: geometry.outHeight, 0, image - 1)
      starts.append(zip(end, within(row: 0, 0, image)).map { $0 &- $1 })
    }
  }

  /// For each element, the positions before one, up to that behind the last, at which it is not zero, and as
  /// many more before every position. O(elements * width / 64).
  func before(_ position: Int) -> [Int32] {
    let (row, column) = position.quotientAndRemainder(dividingBy: geometry.outWidth)
    let image = min(row / geometry.outHeight, geometry.images - 1)
    return before(row: row - image * geometry.outHeight, column, image)
  }

  private func before(row: Int, _ column: Int, _ image: Int) -> [Int32] {
    let counts = within(row: row, column, image)
    return image == 0 ? counts : zip(starts[image], counts).map { $0 &+ $1 }
  }

  private var rowWords: Int { (geometry.inWidth + 63) / 64 }

  /// Fills in the bits.
  private mutating func lay(_ input: [Int16]) {
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let row = rowWords * channels
    let rows = geometry.images * height
    bits = unsafe [UInt64](unsafeUninitializedCapacity: rows * row) { bits, count in
      unsafe input.withUnsafeBufferPointer { input in
        for index in 0..<rows {
          let (image, y) = index.quotientAndRemainder(dividingBy: height)
          unsafe sonic_nonzero_bits(
            input.baseAddress! + (image * channels * height + y) * width, channels,
            height * width, width, bits.baseAddress! + index * row)
        }
      }
      count = rows * row
    }
  }

  /// Running sums over the rows of every image; `add` puts a row on top of another's sums.
  private func summed(
    _ add: (
      _ image: Int, _ row: Int, _ base: UnsafePointer<Int32>, _ sums: UnsafeMutablePointer<Int32>
    ) -> Void
  ) -> [Int32] {
    let rows = geometry.inHeight + 1
    let size = geometry.images * rows * channels
    return unsafe [Int32](unsafeUninitializedCapacity: size) { sums, count in
      for image in 0..<geometry.images {
        let zeros = unsafe sums.baseAddress! + image * rows * channels
        unsafe zeros.update(repeating: 0, count: channels)
        for row in 0..<geometry.inHeight {
          let above = max(row + 1 - geometry.strideY, 0)
          unsafe add(image, row, zeros + above * channels, zeros + (row + 1) * channels)
        }
      }
      count = size
    }
  }

  /// Adds up, for every channel, the first columns of a row that are met under a column of the kernel.
  private func count(
    image: Int, row: Int, under column: Int, columns: Int, _ base: UnsafePointer<Int32>,
    _ counts: UnsafeMutablePointer<Int32>
  ) {
    let start = (image * geometry.inHeight + row) * rowWords * channels
    unsafe bits.withUnsafeBufferPointer { bits in
      unsafe sonic_count_columns(
        bits.baseAddress! + start, channels, masks[column], columns, base, counts)
    }
  }

  /// What comes before an output in its image.
  private func within(row: Int, _ column: Int, _ image: Int) -> [Int32] {
    var counts = starts[0]
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for tap in 0..<geometry.slice where !sums[tap % geometry.kernelWidth].isEmpty {
        unsafe count(row: row, column, image, under: tap, counts.baseAddress! + tap * channels)
      }
    }
    return counts
  }

  /// What comes before an output in its image, of the elements of a tap.
  private func count(
    row: Int, _ column: Int, _ image: Int, under tap: Int, _ counts: UnsafeMutablePointer<Int32>
  ) {
    let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    let (height, stride) = (geometry.inHeight, geometry.strideY)
    let own = row * stride + tapY * geometry.dilationY - geometry.padTop
    let end = column * geometry.strideX + tapX * geometry.dilationX - geometry.padLeft
    var above = own - stride
    if above >= height { above -= ((above - height) / stride + 1) * stride }
    let start = (image * (height + 1) + max(above, -1) + 1) * channels
    unsafe sums[tapX].withUnsafeBufferPointer { sums in
      let base = unsafe sums.baseAddress! + start
      if column > 0, end > 0, own >= 0, own < height {
        let columns = min(end, geometry.inWidth)
        unsafe self.count(image: image, row: own, under: tapX, columns: columns, base, counts)
      } else {
        unsafe counts.update(from: base, count: channels)
      }
    }
  }
}

extension Geometry {
  /// The columns of the input that outputs meet under a column of the kernel, a bit for each.
  fileprivate func columns(under column: Int) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: (inWidth + 63) / 64)
    let shift = column * dilationX - padLeft
    let first = shift >= 0 ? 0 : (strideX - 1 - shift) / strideX
    for output in first..<max(first, outWidth) {
      let x = output * strideX + shift
      guard x < inWidth else { break }
      words[x / 64] |= 1 << UInt64(x % 64)
    }
    return words
  }
}
