import Kernels
import Plan

/// At how many positions each element of a patch is not zero, by (tap, channel of all groups), in digits of
/// 15 bits: multiplied by bytes, those are summed in the widest vectors that there are.
struct LivelyCounts {
  /// The lowest first, as many as there are.
  let digits: [[Int16]]
  private let taps: Int
  /// Of a group, and of all.
  private let channels: (group: Int, all: Int)

  private static let digit = 15

  /// - Parameter counts: by (tap, channel of all groups).
  init(_ counts: [Int32], _ geometry: Geometry) {
    taps = geometry.slice
    channels = (geometry.channels, geometry.groups * geometry.channels)
    var (digits, shift, isLast) = ([[Int16]](), 0, false)
    while !isLast {
      let digit = unsafe [Int16](unsafeUninitializedCapacity: counts.count) { digit, count in
        isLast = unsafe sonic_digits(counts, counts.count, Int32(shift), digit.baseAddress) == 0
        count = counts.count
      }
      digits.append(digit)
      shift += Self.digit
    }
    self.digits = digits
  }

  /// The sum over the elements of some groups of count times weight.
  ///
  /// - Parameter weights: by (tap, channel of those groups).
  func weighted(_ weights: [UInt8], groups: Range<Int>) -> Int {
    digits.reversed().reduce(0) { sum, digits in
      unsafe digits.withUnsafeBufferPointer { digits in
        let first = unsafe digits.baseAddress! + groups.lowerBound * channels.group
        let count = groups.count * channels.group
        return unsafe sum << Self.digit
          + Int(sonic_weigh(weights, taps, count, first, channels.all))
      }
    }
  }
}
