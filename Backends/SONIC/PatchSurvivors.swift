import Kernels
import Plan

/// How many activations of each patch are not zero: what it takes to hold patches on the rings.
struct PatchSurvivors {
  private let geometry: Geometry
  private let source: Source

  private enum Source {
    /// Those of some samples by group, then by position, counted through all samples.
    case counts([Int32], samples: Int, sample: Int)
    /// The activations, or anything that is zero where they are.
    case activations([Int16])
  }

  /// For each group whose activations were asked for: by input pixel, how many channels are not zero.
  private var pixels: [Int: [Int32]] = [:]

  /// - Parameters:
  ///   - counts: by group, then by position, counted through all samples.
  ///   - samples: how many there are.
  ///   - sample: which of them is wanted.
  init(_ layer: Geometry, _ counts: [Int32], samples: Int, sample: Int) {
    geometry = layer
    source = .counts(counts, samples: samples, sample: sample)
  }

  /// - Parameter input: the layer's activations, or anything that is zero where they are.
  init(_ layer: Geometry, input: [Int16]) {
    geometry = layer.flattened
    source = .activations(input)
  }

  /// For each position of the run, how many activations of a group's patch are not zero.
  mutating func byPosition(_ positions: Range<Int>, group: Int) -> [Int] {
    switch source {
    case .counts(let counts, let samples, let sample):
      let first = (group * samples + sample) * geometry.positions
      return positions.map { Int(counts[first + $0]) }
    case .activations(let input):
      let counts = pixels[group] ?? pixelCounts(input, group: group)
      pixels[group] = counts
      return positions.map { geometry.total(at: $0, of: counts) }
    }
  }

  /// For each input pixel, how many of a group's channels are not zero.
  private func pixelCounts(_ input: [Int16], group: Int) -> [Int32] {
    let plane = geometry.inHeight * geometry.inWidth
    let channels = group * geometry.channels..<(group + 1) * geometry.channels
    var counts = [Int32](repeating: 0, count: geometry.images * plane)
    unsafe input.withUnsafeBufferPointer { input in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        switch geometry.layout {
        case .planes:
          for image in 0..<geometry.images {
            let to = unsafe counts.baseAddress! + image * plane
            for channel in channels {
              let start = geometry.inputIndex(image: image, channel: channel, y: 0, x: 0)
              unsafe sonic_add_nonzero(input.baseAddress! + start, plane, to)
            }
          }
        case .rows:
          for row in 0..<plane {
            let start = (group * plane + row) * geometry.channels
            let values = input.extracting(start..<start + geometry.channels)
            unsafe counts[row] = values.reduce(0) { $1 == 0 ? $0 : $0 &+ 1 }
          }
        }
      }
    }
    return counts
  }
}
