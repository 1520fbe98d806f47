import Kernels
import Plan
import Support

/// Activations laid out so that all channels of a pixel, or those of a group, are neighbours: what patches
/// are taken from.
struct PixelRows {
  let geometry: Geometry
  /// Sample by sample: image by image, pixel by pixel, channel by channel; or as rows lie.
  private let samples: [[Int16]]
  /// From a pixel to the next, and from a group's channels to the next group's.
  private let pixelPitch: Int
  private let groupPitch: Int

  /// Pixels that a thread turns at a time.
  private static let piece = 1 << 10

  init(_ geometry: Geometry, _ inputs: [[Int16]], _ workers: Workers) {
    self.geometry = geometry
    let plane = geometry.inHeight * geometry.inWidth
    let channels = geometry.groups * geometry.channels
    let isRows = geometry.layout == .rows
    pixelPitch = isRows ? geometry.channels : channels
    groupPitch = isRows ? geometry.channels * plane : geometry.channels
    guard !isRows, plane > 1 else {
      samples = inputs
      return
    }
    let pieces = (plane + Self.piece - 1) / Self.piece
    samples = inputs.map { input in
      unsafe [Int16](unsafeUninitializedCapacity: input.count) { rows, count in
        nonisolated(unsafe) let rows = rows.baseAddress!
        workers.forEach(count: geometry.images * pieces) { task in
          let (image, piece) = task.quotientAndRemainder(dividingBy: pieces)
          let first = piece * Self.piece
          let pixels = min(Self.piece, plane - first)
          let start = image * channels * plane
          unsafe input.withUnsafeBufferPointer { input in
            unsafe sonic_transpose(
              input.baseAddress! + start + first, channels, pixels, plane,
              rows + start + first * channels, channels)
          }
        }
        count = input.count
      }
    }
  }

  /// Calls `body` with the patch of a group at a position, counted through all samples, zeros
  /// included: where it lies, or in `room`, which has place for it.
  func withPatch<Result>(
    at counted: Int, group: Int, room: UnsafeMutablePointer<Int16>,
    _ body: (UnsafePointer<Int16>) -> Result
  ) -> Result {
    let (sample, position) = counted.quotientAndRemainder(dividingBy: geometry.positions)
    let plane = geometry.outHeight * geometry.outWidth
    let (image, pixel) = position.quotientAndRemainder(dividingBy: plane)
    let top = pixel / geometry.outWidth * geometry.strideY - geometry.padTop
    let left = pixel % geometry.outWidth * geometry.strideX - geometry.padLeft
    return unsafe samples[sample].withUnsafeBufferPointer { rows in
      for tap in 0..<geometry.slice {
        let y = top + tap / geometry.kernelWidth * geometry.dilationY
        let x = left + tap % geometry.kernelWidth * geometry.dilationX
        var to = unsafe room + tap
        guard y >= 0, y < geometry.inHeight, x >= 0, x < geometry.inWidth else {
          for _ in 0..<geometry.channels {
            unsafe to.pointee = 0
            unsafe to += geometry.slice
          }
          continue
        }
        let row = (image * geometry.inHeight + y) * geometry.inWidth + x
        let from = unsafe rows.baseAddress! + (row * pixelPitch + group * groupPitch)
        if geometry.slice == 1 { return unsafe body(from) }
        for channel in 0..<geometry.channels {
          unsafe to.pointee = unsafe from[channel]
          unsafe to += geometry.slice
        }
      }
      return unsafe body(room)
    }
  }
}
