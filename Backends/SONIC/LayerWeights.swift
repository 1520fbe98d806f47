import Kernels
import Plan
import Support
import Synchronization

/// What is known of a layer's weights before any activation: its shape, where kernels have weights, and
/// for each run of kernels how many of them have one at each element of a patch. Shared by all samples.
final class LayerWeights: Sendable {
  let shape: LayerShape
  private let runnable: Runnable
  private let layer: ID<LayerRecord>
  private let known: Mutex<Known>
  /// Made when they are first wanted.
  private let made = Mutex<WeightBits?>(nil)

  /// How many of some kernels have a weight at an element of a patch, at most ``mostKernels`` of them
  /// together, so that a byte holds it: for each such part, by (tap, channel of the kernels' groups).
  struct Counts: Sendable {
    let kernels: Range<Int>
    let parts: [[UInt8]]
  }

  /// The runs of kernels met so far, by their first kernel.
  private struct Known {
    var runs: [Counts?]
    var bytes = 0
  }

  /// The most kernels that a byte counts.
  private static let mostKernels = Int(UInt8.max)
  /// The most bytes of counts kept: a program may name as many runs as it likes.
  private static let mostBytes = 1 << 27

  init(_ runnable: Runnable, _ layer: ID<LayerRecord>) {
    self.runnable = runnable
    self.layer = layer
    shape = LayerShape(runnable.outline, layer)
    known = Mutex(Known(runs: [Counts?](repeating: nil, count: shape.geometry.allKernels)))
  }

  /// Where kernels have weights; nil if that would take too many bytes.
  var bits: WeightBits? {
    made.withLock { bits in
      guard bits == nil, WeightBits.size(shape.geometry) <= Self.mostBytes else { return bits }
      bits = WeightBits(runnable, layer)
      return bits
    }
  }

  /// What is counted of some kernels; `groups` are theirs.
  func counts(of kernels: Range<Int>, groups: Range<Int>) -> Counts {
    known.withLock { known in
      let last = known.runs[kernels.lowerBound]
      if let last, last.kernels == kernels { return last }
      let found = counted(kernels, groups)
      known.bytes += found.size - (last?.size ?? 0)
      if known.bytes <= Self.mostBytes {
        known.runs[kernels.lowerBound] = found
      } else {
        known.bytes -= found.size - (last?.size ?? 0)
      }
      return found
    }
  }

  private func counted(_ kernels: Range<Int>, _ groups: Range<Int>) -> Counts {
    let geometry = shape.geometry
    let places = geometry.places(channels: groups.count * geometry.channels)
    let starts = stride(from: kernels.lowerBound, to: kernels.upperBound, by: Self.mostKernels)
    let parts = starts.map { start in
      var counts = [UInt8](repeating: 0, count: groups.count * geometry.patch)
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        for kernel in start..<min(start + Self.mostKernels, kernels.upperBound) {
          let group = kernel / geometry.kernels - groups.lowerBound
          let target = unsafe counts.baseAddress! + group * geometry.channels
          unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
            unsafe sonic_count_elements(pairs, count, places, target)
          }
        }
      }
      return counts
    }
    return Counts(kernels: kernels, parts: parts)
  }
}

extension LayerWeights.Counts {
  fileprivate var size: Int { parts.reduce(0) { $0 + $1.count } }
}

extension Geometry {
  /// Where each element of a group's patch is among those of some channels by (tap, channel), from the
  /// group's first channel on.
  func places(channels: Int) -> [UInt32] {
    (0..<patch).map { element in
      let (channel, tap) = element.quotientAndRemainder(dividingBy: slice)
      return UInt32(tap * channels + channel)
    }
  }
}
