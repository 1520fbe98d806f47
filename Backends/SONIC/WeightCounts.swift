import Kernels
import Plan
import Support

/// How many of some kernels have a weight at an element of a patch.
struct WeightCounts: Sendable {
  /// Of few enough kernels, of few enough groups, that a byte holds it.
  private struct Part {
    let groups: Range<Int>
    /// Where its counts start: by (tap, channel of the part's groups).
    let start: Int
  }

  private let parts: [Part]
  private let counts: [UInt8]

  /// The most kernels that a byte counts.
  private static let mostKernels = Int(UInt8.max)

  /// Bytes that the counts take.
  static func size(_ kernels: Range<Int>, _ geometry: Geometry) -> Int {
    runs(kernels).reduce(0) { $0 + geometry.groups(meeting: $1).count * geometry.patch }
  }

  /// The kernels of each part.
  private static func runs(_ kernels: Range<Int>) -> [Range<Int>] {
    stride(from: kernels.lowerBound, to: kernels.upperBound, by: mostKernels).map {
      $0..<min($0 + mostKernels, kernels.upperBound)
    }
  }

  /// O(survivors + size).
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ kernels: Range<Int>) {
    let geometry = runnable.program.layers[layer].geometry
    var parts: [Part] = []
    var counts = [UInt8](repeating: 0, count: Self.size(kernels, geometry))
    var start = 0
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for run in Self.runs(kernels) {
        let groups = geometry.groups(meeting: run)
        let places = geometry.places(channels: groups.count * geometry.channels)
        for kernel in run {
          let group = kernel / geometry.kernels - groups.lowerBound
          let target = unsafe counts.baseAddress! + start + group * geometry.channels
          unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
            unsafe sonic_count_elements(pairs, count, places, target)
          }
        }
        parts.append(Part(groups: groups, start: start))
        start += groups.count * geometry.patch
      }
    }
    (self.parts, self.counts) = (parts, counts)
  }

  /// How many weights the kernels have where activations are not zero, at all positions together.
  func met(_ lively: LivelyCounts) -> Int {
    unsafe counts.withUnsafeBufferPointer { counts in
      parts.reduce(0) {
        unsafe $0 + lively.weighted(counts.baseAddress! + $1.start, groups: $1.groups)
      }
    }
  }
}

extension Geometry {
  /// The groups of some kernels, of which there is one at least.
  fileprivate func groups(meeting kernels: Range<Int>) -> Range<Int> {
    kernels.lowerBound / self.kernels..<(kernels.upperBound - 1) / self.kernels + 1
  }

  /// Where each element of a group's patch is among those of some channels by (tap, channel), from the
  /// group's first channel on.
  func places(channels: Int) -> [UInt32] {
    (0..<patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: slice)
      return UInt32(tap * channels + channel)
    }
  }
}
