import Kernels
import Plan

/// At how many positions of a run each element of a patch is not zero, by (tap, channel of all groups), in
/// digits of 7 bits: multiplied by bytes, those are summed four at a time.
struct LivelyCounts {
  private let geometry: Geometry
  private var counts: [Int32]
  /// The lowest of all counts, then the next, and so on.
  private var digits: [Int8]
  private var digitCount = 0

  private static let digit = 7

  private var channels: Int { geometry.groups * geometry.channels }

  init(_ geometry: Geometry) {
    self.geometry = geometry
    counts = [Int32](repeating: 0, count: geometry.groups * geometry.patch)
    // As many as the largest count has.
    let most = Int.bitWidth - geometry.positions.leadingZeroBitCount
    digits = [Int8](repeating: 0, count: (most + Self.digit - 1) / Self.digit * counts.count)
  }

  /// Counts a run.
  ///
  /// - Parameter add: adds its counts to zeros.
  mutating func set(_ add: (UnsafeMutablePointer<Int32>) -> Void) {
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe counts.update(repeating: 0)
      unsafe add(counts.baseAddress!)
    }
    digitCount = 0
    unsafe digits.withUnsafeMutableBufferPointer { digits in
      var isMore = true
      while isMore {
        let target = unsafe digits.baseAddress! + digitCount * counts.count
        isMore =
          unsafe sonic_digits(counts, counts.count, Int32(Self.digit * digitCount), target) != 0
        digitCount += 1
      }
    }
  }

  /// The sum over the elements of some groups of count times weight.
  ///
  /// - Parameter weights: by (tap, channel of those groups).
  func weighted(_ weights: UnsafePointer<UInt8>, groups: Range<Int>) -> Int {
    unsafe digits.withUnsafeBufferPointer { digits in
      (0..<digitCount).reversed().reduce(0) { sum, index in
        let first = index * counts.count + groups.lowerBound * geometry.channels
        let count = groups.count * geometry.channels
        return unsafe sum << Self.digit
          + Int(
            sonic_weigh(weights, geometry.slice, count, digits.baseAddress! + first, channels))
      }
    }
  }

  /// Calls `body` with numbers that are not zero where counts of a single position are not.
  func withFlags<Result>(_ body: (UnsafePointer<Int8>) -> Result) -> Result {
    unsafe digits.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}
