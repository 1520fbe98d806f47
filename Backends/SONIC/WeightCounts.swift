import Kernels
import Plan
import Support

/// How many of some kernels have a weight at an element of a patch.
struct WeightCounts: Sendable {
  /// Of at most ``mostKernels`` kernels together, so that a byte holds it: for each such part, by (tap,
  /// channel of the kernels' groups).
  private let counts: [UInt8]
  private let groups: Range<Int>
  /// Elements of a part.
  private let part: Int

  /// The most kernels that a byte counts.
  private static let mostKernels = Int(UInt8.max)

  /// Bytes that the counts take.
  static func size(_ kernels: Range<Int>, _ geometry: Geometry) -> Int {
    let parts = (kernels.count + mostKernels - 1) / mostKernels
    return parts * geometry.groups(meeting: kernels).count * geometry.patch
  }

  /// O(survivors).
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ kernels: Range<Int>) {
    let geometry = runnable.program.layers[layer].geometry
    let groups = geometry.groups(meeting: kernels)
    let places = geometry.places(channels: groups.count * geometry.channels)
    let part = groups.count * geometry.patch
    var counts = [UInt8](repeating: 0, count: Self.size(kernels, geometry))
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      for (index, kernel) in kernels.enumerated() {
        let group = kernel / geometry.kernels - groups.lowerBound
        let first = index / Self.mostKernels * part + group * geometry.channels
        let target = unsafe counts.baseAddress! + first
        unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
          unsafe sonic_count_elements(pairs, count, places, target)
        }
      }
    }
    (self.counts, self.groups, self.part) = (counts, groups, part)
  }

  /// How many weights the kernels have where activations are not zero, at all positions together.
  func met(_ lively: LivelyCounts) -> Int {
    unsafe counts.withUnsafeBufferPointer { counts in
      stride(from: 0, to: counts.count, by: part).reduce(0) {
        unsafe $0 + lively.weighted(counts.baseAddress! + $1, groups: groups)
      }
    }
  }
}

extension Geometry {
  /// The groups of some kernels.
  fileprivate func groups(meeting kernels: Range<Int>) -> Range<Int> {
    kernels.isEmpty
      ? 0..<0 : kernels.lowerBound / self.kernels..<(kernels.upperBound - 1) / self.kernels + 1
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
