import Kernels
import Plan

/// Counts, by element of the patch, at how many positions the activation is not zero: all that
/// gating needs to know of the data. For a tile the lit VCSELs are then a sum over its kernels'
/// survivors, instead of over their products with positions.
struct ZeroCounter {
  private let geometry: Geometry
  /// Activations, or anything that is zero where they are.
  private let input: [Int16]

  init(_ geometry: Geometry, input: [Int16]) {
    self.geometry = geometry
    self.input = input
  }

  /// For each element of the patches of all groups, the positions of the run at which it is not zero.
  func byElement(_ positions: Range<Int>) -> [Int] {
    var counts = [Int](repeating: 0, count: geometry.groups * geometry.patch)
    let plane = geometry.outHeight * geometry.outWidth
    unsafe input.withUnsafeBufferPointer { input in
      for channel in 0..<geometry.groups * geometry.channels {
        for tap in 0..<geometry.slice {
          var count = 0
          for image in positions.lowerBound / plane...(positions.upperBound - 1) / plane {
            let run = positions.clamped(to: image * plane..<(image + 1) * plane)
            count += unsafe self.count(
              image: image, channel: channel, tap: tap,
              run.lowerBound - image * plane..<run.upperBound - image * plane, in: input)
          }
          counts[channel * geometry.slice + tap] = count
        }
      }
    }
    return counts
  }

  /// The pixels of a run at which one channel is not zero under one tap.
  private func count(
    image: Int, channel: Int, tap: Int, _ pixels: Range<Int>,
    in input: UnsafeBufferPointer<Int16>
  ) -> Int {
    let (tapY, tapX) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    let shiftX = tapX * geometry.dilationX - geometry.padLeft
    var count = 0
    let firstRow = pixels.lowerBound / geometry.outWidth
    let lastRow = (pixels.upperBound - 1) / geometry.outWidth
    for row in firstRow...lastRow {
      let y = row * geometry.strideY + tapY * geometry.dilationY - geometry.padTop
      guard y >= 0, y < geometry.inHeight else { continue }
      let start = row == firstRow ? pixels.lowerBound - row * geometry.outWidth : 0
      let end = row == lastRow ? pixels.upperBound - row * geometry.outWidth : geometry.outWidth
      // Columns of the run that fall inside the input: 0 <= x * stride + shift < width.
      let stride = geometry.strideX
      let first = max(start, shiftX >= 0 ? 0 : (-shiftX + stride - 1) / stride)
      let last = min(
        end, shiftX >= geometry.inWidth ? 0 : (geometry.inWidth - 1 - shiftX) / stride + 1)
      guard first < last else { continue }
      let base = geometry.inputIndex(image: image, channel: channel, y: y, x: 0) + shiftX
      if stride == 1, geometry.layout == .planes {
        count += unsafe Int(
          sonic_count_nonzero(
            input.baseAddress! + base + first, 1, last - first, 0))
      } else {
        for column in first..<last where unsafe input[base + column * stride] != 0 { count += 1 }
      }
    }
    return count
  }

  /// For each position of the run, how many activations of a group's patch are not zero, from
  /// the group's ``planeSums(group:)``.
  func byPosition(_ positions: Range<Int>, planeSums sums: [Int32]) -> [Int] {
    let plane = geometry.outHeight * geometry.outWidth
    return positions.map { position in
      let (image, pixel) = position.quotientAndRemainder(dividingBy: plane)
      var count = 0
      for tap in 0..<geometry.slice {
        let y =
          pixel / geometry.outWidth * geometry.strideY
          + tap / geometry.kernelWidth * geometry.dilationY - geometry.padTop
        let x =
          pixel % geometry.outWidth * geometry.strideX
          + tap % geometry.kernelWidth * geometry.dilationX - geometry.padLeft
        guard y >= 0, y < geometry.inHeight, x >= 0, x < geometry.inWidth else { continue }
        count += Int(sums[(image * geometry.inHeight + y) * geometry.inWidth + x])
      }
      return count
    }
  }

  /// For each input pixel, how many of a group's channels are not zero.
  func planeSums(group: Int) -> [Int32] {
    let plane = geometry.inHeight * geometry.inWidth
    var sums = [Int32](repeating: 0, count: geometry.images * plane)
    for image in 0..<geometry.images {
      for channel in group * geometry.channels..<(group + 1) * geometry.channels {
        for y in 0..<geometry.inHeight {
          let base = geometry.inputIndex(image: image, channel: channel, y: y, x: 0)
          let row = (image * geometry.inHeight + y) * geometry.inWidth
          for x in 0..<geometry.inWidth where input[base + x] != 0 { sums[row + x] += 1 }
        }
      }
    }
    return sums
  }
}
