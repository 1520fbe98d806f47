import Kernels
import Plan

/// Where a layer's activations are not zero, a bit for each, so that those of a row that outputs meet under a
/// tap are counted at once, for all channels.
struct NonzeroBits {
  private let geometry: Geometry
  private let channels: Int
  /// Words of a row, of all channels.
  private let pitch: Int
  /// By (image, row, word of the row, channel).
  private let words: [UInt64]
  /// For each column of the kernel, the input columns that a row of outputs meets under it.
  private let masks: [[UInt64]]

  /// - Parameter input: the activations of a layer of planes.
  init(_ geometry: Geometry, input: [Int16]) {
    self.geometry = geometry
    masks = (0..<geometry.kernelWidth).map { geometry.columns(under: $0) }
    let (height, width) = (geometry.inHeight, geometry.inWidth)
    let channels = geometry.groups * geometry.channels
    self.channels = channels
    let pitch = (width + 63) / 64 * channels
    self.pitch = pitch
    let rows = geometry.images * height
    words = unsafe [UInt64](unsafeUninitializedCapacity: rows * pitch) { words, count in
      unsafe input.withUnsafeBufferPointer { input in
        for index in 0..<rows {
          let (image, y) = index.quotientAndRemainder(dividingBy: height)
          unsafe sonic_nonzero_bits(
            input.baseAddress! + (image * channels * height + y) * width, channels,
            height * width, width, words.baseAddress! + index * pitch)
        }
      }
      count = rows * pitch
    }
  }

  /// Whether outputs meet nothing but padding under a column of the kernel.
  func isBlind(under column: Int) -> Bool { masks[column].allSatisfy { $0 == 0 } }

  /// Adds up, for every channel, what is not zero among the first columns of a row that are met under a
  /// column of the kernel. O(channels * columns / 64).
  func count(
    image: Int, row: Int, under column: Int, columns: Int, _ base: UnsafePointer<Int32>,
    _ counts: UnsafeMutablePointer<Int32>
  ) {
    let row = image * geometry.inHeight + row
    unsafe words.withUnsafeBufferPointer { words in
      unsafe sonic_count_columns(
        words.baseAddress! + row * pitch, channels, masks[column], columns, base, counts)
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
