import Kernels
import Plan

/// Where the activations of some samples are not zero, a bit for each lane of ``LanePlanes``: all that
/// gating needs to know of the data.
struct LaneBits: Sendable {
  private let planes: LanePlanes
  /// By (word of 64 lanes, phase, channel of all groups).
  private let words: [UInt64]

  /// - Parameters:
  ///   - samples: how many there are.
  ///   - areAllFilled: whether `fill` writes all words; if not, the rest is zeros.
  ///   - fill: writes words.
  init(
    _ planes: LanePlanes, samples: Int, areAllFilled: Bool = true,
    _ fill: (UnsafeMutablePointer<UInt64>) -> Void
  ) {
    self.planes = planes
    let count = planes.words(samples: samples)
    words = unsafe [UInt64](unsafeUninitializedCapacity: count) { words, filled in
      if !areAllFilled { unsafe words.initialize(repeating: 0) }
      unsafe fill(words.baseAddress!)
      filled = count
    }
  }

  /// Of one sample that nobody has packed.
  ///
  /// - Parameter input: its activations, or anything that is zero where they are.
  init(_ planes: LanePlanes, of input: [Int16]) {
    unsafe self.init(planes, samples: 1) { words in
      guard !planes.isInput else {
        let lanes = planes.lanes(samples: 1)
        _ = unsafe sonic_scan(
          input, planes.channels, lanes, lanes, lanes, planes.channels, words)
        return
      }
      unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: planes.groupPitch) { packed in
        let packed = packed.baseAddress!
        for block in 0..<planes.blocks(samples: 1) {
          for group in 0..<planes.geometry.groups {
            let first = group * planes.geometry.channels
            let channels = first..<first + planes.geometry.channels
            unsafe planes.pack([input], block: block, channels: channels, into: packed)
            _ = unsafe planes.scan(
              packed, block: block, channels: channels, samples: 1, into: words)
          }
        }
      }
    }
  }

  /// Counts at how many positions of a sample each element of a patch is not zero.
  /// O(elements * positions / 64).
  func count(_ run: Range<Int>, of sample: Int, into lively: inout LivelyCounts) {
    let start = sample * planes.geometry.positions
    let first = planes.lane(of: start + run.lowerBound)
    let end = planes.lane(of: start + run.upperBound - 1) + 1
    let (channels, step) = (planes.channels, planes.phases * planes.channels)
    unsafe lively.set(positions: run.count) { counts in
      unsafe words.withUnsafeBufferPointer { words in
        unsafe planes.valid.withUnsafeBufferPointer { valid in
          var counts = unsafe counts
          for tap in planes.taps {
            unsafe sonic_count_lanes(
              words.baseAddress! + tap.phase * channels, step, channels, valid.baseAddress! + 1,
              first, end, tap.lanes, counts)
            unsafe counts.first += channels
          }
        }
      }
    }
  }
}

extension LanePlanes {
  /// Words of bits that samples take.
  fileprivate func words(samples: Int) -> Int {
    (lanes(samples: samples) + reach + 63) / 64 * phases * channels
  }

  /// Whether each channel's lanes are what the input has of it.
  fileprivate var isInput: Bool {
    geometry.images == 1
      && (geometry.isPointwise || geometry.layout == .rows && geometry.inHeight == 1)
  }

  /// Finds where some channels of a block are not zero.
  ///
  /// - Parameter packed: where the first of them lies.
  /// - Returns: their largest magnitude.
  func scan(
    _ packed: UnsafePointer<Int16>, block index: Int, channels: Range<Int>, samples: Int,
    into words: UnsafeMutablePointer<UInt64>
  ) -> Int {
    let (first, lanes) = (index * block, lanes(samples: samples))
    let width = min(lanes - first, block) + reach
    // What the next block begins with is marked there.
    let marked = first + block < lanes ? block : width
    let step = phases * self.channels
    return (0..<phases).reduce(0) { peak, phase in
      let from = unsafe packed + phase * blockPitch
      let to = unsafe words + (first / 64 * step + phase * self.channels + channels.lowerBound)
      return max(
        peak,
        Int(
          unsafe sonic_scan(from, channels.count, channelPitch, width, marked, step, to)))
    }
  }
}
