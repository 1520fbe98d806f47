import Plan

/// A layer's activations with their padding, in planes, so that where an element of a patch lies is the sum
/// of a place for the element and one for the position.
struct PaddedInput {
  /// Image by image, channel by channel of all groups.
  let codes: [Int16]
  /// What becomes of the codes.
  let values: [Double]
  private let geometry: Geometry
  private let height: Int
  private let width: Int

  /// O(padded elements), which the verifier bounds.
  ///
  /// - Parameter transform: what becomes of a code; nothing of zero.
  init(_ geometry: Geometry, _ input: [Int16], _ transform: (Int16) -> Double) {
    self.geometry = geometry
    height =
      (geometry.outHeight - 1) * geometry.strideY + (geometry.kernelHeight - 1) * geometry.dilationY
      + 1
    width =
      (geometry.outWidth - 1) * geometry.strideX + (geometry.kernelWidth - 1) * geometry.dilationX
      + 1
    let channels = geometry.groups * geometry.channels
    var codes = [Int16](repeating: 0, count: geometry.images * channels * height * width)
    let rows = max(0, min(geometry.inHeight, height - geometry.padTop))
    let columns = max(0, min(geometry.inWidth, width - geometry.padLeft))
    for image in 0..<geometry.images {
      for channel in 0..<channels {
        let plane = (image * channels + channel) * height + geometry.padTop
        for y in 0..<rows {
          let target = (plane + y) * width + geometry.padLeft
          for x in 0..<columns {
            codes[target + x] =
              input[geometry.inputIndex(image: image, channel: channel, y: y, x: x)]
          }
        }
      }
    }
    self.codes = codes
    values = codes.map(transform)
  }

  func place(of position: Int) -> Int {
    let (image, pixel) = position.quotientAndRemainder(
      dividingBy: geometry.outHeight * geometry.outWidth)
    let (y, x) = pixel.quotientAndRemainder(dividingBy: geometry.outWidth)
    return image * geometry.groups * geometry.channels * height * width
      + y * geometry.strideY * width + x * geometry.strideX
  }

  func place(of element: Int, in group: Int) -> Int {
    let (channel, tap) = element.quotientAndRemainder(dividingBy: geometry.slice)
    let (y, x) = tap.quotientAndRemainder(dividingBy: geometry.kernelWidth)
    return (group * geometry.channels + channel) * height * width
      + y * geometry.dilationY * width + x * geometry.dilationX
  }
}
