import Kernels
import Plan

/// At how many positions of a run each element of a patch is not zero, by (tap, channel of all groups), in
/// digits of 15 bits: multiplied by bytes, those are summed in the widest vectors that there are.
struct LivelyCounts {
  private let geometry: Geometry
  private var counts: [Int32]
  /// The lowest first.
  private(set) var digits: [[Int16]]

  private static let digit = 15

  private var channels: Int { geometry.groups * geometry.channels }

  init(_ geometry: Geometry) {
    self.geometry = geometry
    counts = [Int32](repeating: 0, count: geometry.groups * geometry.patch)
    digits = [[Int16](repeating: 0, count: counts.count)]
  }

  /// Counts a run.
  ///
  /// - Parameter add: adds its counts to zeros.
  mutating func set(_ add: (UnsafeMutablePointer<Int32>) -> Void) {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe counts.update(repeating: 0)
      unsafe add(counts.baseAddress!)
    }
    var (index, isMore) = (0, true)
    while isMore {
      if index == digits.count { digits.append([Int16](repeating: 0, count: counts.count)) }
      isMore =
        unsafe sonic_digits(
          counts, counts.count, Int32(Self.digit * index), &digits[index]) != 0
      index += 1
    }
    digits.removeSubrange(index...)
  }

  /// The sum over the elements of some groups of count times weight.
  ///
  /// - Parameter weights: by (tap, channel of those groups).
  func weighted(_ weights: [UInt8], groups: Range<Int>) -> Int {
    digits.reversed().reduce(0) { sum, digits in
      unsafe digits.withUnsafeBufferPointer { digits in
        let first = unsafe digits.baseAddress! + groups.lowerBound * geometry.channels
        let count = groups.count * geometry.channels
        return unsafe sum << Self.digit
          + Int(sonic_weigh(weights, geometry.slice, count, first, channels))
      }
    }
  }
}
