import Kernels
import Plan
import Support

/// At which elements of a patch each kernel of a layer has a weight, a bit for each.
struct WeightBits: Sendable {
  /// Kernel by kernel, of each group's patch by (tap, channel).
  private let bits: [UInt64]
  private let pitch: Int
  private let geometry: Geometry

  private static func words(_ geometry: Geometry) -> Int { (geometry.patch + 63) / 64 }

  /// Bytes that a layer's bits take.
  static func size(_ geometry: Geometry) -> Int {
    geometry.allKernels * words(geometry) * MemoryLayout<UInt64>.size
  }

  /// O(survivors).
  init(_ runnable: Runnable, _ layer: ID<LayerRecord>, _ workers: Workers) {
    let geometry = runnable.program.layers[layer].geometry
    let places = geometry.places(channels: geometry.channels)
    let pitch = Self.words(geometry)
    var bits = [UInt64](repeating: 0, count: geometry.allKernels * pitch)
    unsafe bits.withUnsafeMutableBufferPointer { bits in
      nonisolated(unsafe) let bits = unsafe bits
      workers.forEach(count: geometry.allKernels) { kernel in
        let target = unsafe bits.baseAddress! + kernel * pitch
        unsafe runnable.withPairs(of: layer, kernel: kernel) { pairs, count in
          unsafe sonic_mark_elements(pairs, count, places, target)
        }
      }
    }
    (self.bits, self.pitch, self.geometry) = (bits, pitch, geometry)
  }

  /// Which activations are not zero, by group, of its patch by (tap, channel), in as many words as a kernel
  /// has.
  ///
  /// - Parameter lively: of one position.
  func laid(_ lively: LivelyCounts) -> [UInt64] {
    let channels = geometry.channels
    return unsafe [UInt64](unsafeUninitializedCapacity: geometry.groups * pitch) { words, count in
      var patch = [Int16](repeating: 0, count: geometry.patch)
      unsafe lively.withFlags { flags in
        for group in 0..<geometry.groups {
          for tap in 0..<geometry.slice {
            let from = (tap * geometry.groups + group) * channels
            for channel in 0..<channels {
              patch[tap * channels + channel] = unsafe Int16(flags[from + channel])
            }
          }
          _ = unsafe sonic_scan(
            patch, 1, patch.count, patch.count, patch.count, 1, words.baseAddress! + group * pitch)
        }
      }
      count = geometry.groups * pitch
    }
  }

  /// How many weights some kernels have where activations are not zero.
  ///
  /// - Parameter lively: which, as ``laid(_:)`` gives them.
  func common(with lively: [UInt64], kernels: Range<Int>) -> Int {
    unsafe bits.withUnsafeBufferPointer { bits in
      unsafe lively.withUnsafeBufferPointer { lively in
        geometry.groups(of: kernels).reduce(0) { sum, part in
          unsafe sum
            + Int(
              sonic_count_common(
                bits.baseAddress! + part.kernels.lowerBound * pitch, part.kernels.count,
                lively.baseAddress! + part.group * pitch, pitch))
        }
      }
    }
  }
}
