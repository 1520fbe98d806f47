import Plan

/// Counts how many elements of a layer's patches are not zero, over samples.
///
/// Where patches stay on the rings, this is what the layer's time depends on: a patch takes an
/// imprint for every vector of elements that are not zero.
struct PatchCounter: Sendable {
  private let geometry: Geometry
  /// By group and position.
  private var sums: [Int]
  private var samples = 0

  /// The most patches counted, those of a plane of 256x256, so that what a plan keeps is bounded.
  private static let most = 1 << 16

  /// Nil for a layer of more patches than are counted.
  init?(_ geometry: Geometry) {
    guard geometry.groups * geometry.positions <= Self.most else { return nil }
    self.geometry = geometry
    sums = [Int](repeating: 0, count: geometry.groups * geometry.positions)
  }

  /// Adds a sample of the layer's input, in which magnitudes up to `zero` count as zero.
  mutating func add(_ input: [Float], zero: Float) {
    samples += 1
    for group in 0..<geometry.groups {
      let pixels = pixels(of: group, input, zero: zero)
      for position in 0..<geometry.positions {
        sums[group * geometry.positions + position] += geometry.total(at: position, of: pixels)
      }
    }
  }

  /// The mean over samples, to the nearest integer. Empty if there were none.
  var means: [UInt32] {
    samples == 0 ? [] : sums.map { UInt32(($0 + samples / 2) / samples) }
  }

  /// For each input pixel of each image, how many channels of a group are not zero.
  private func pixels(of group: Int, _ input: [Float], zero: Float) -> [Int32] {
    let plane = geometry.inHeight * geometry.inWidth
    var counts = [Int32](repeating: 0, count: geometry.images * plane)
    let step = geometry.layout == .planes ? 1 : geometry.channels
    for image in 0..<geometry.images {
      for channel in group * geometry.channels..<(group + 1) * geometry.channels {
        let first = geometry.inputIndex(image: image, channel: channel, y: 0, x: 0)
        for pixel in 0..<plane where input[first + pixel * step].magnitude > zero {
          counts[image * plane + pixel] += 1
        }
      }
    }
    return counts
  }
}
