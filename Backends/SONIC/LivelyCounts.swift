import Kernels
import Plan

/// At how many positions of a run each element of a patch is not zero, by (tap, channel of all groups).
struct LivelyCounts {
  private let geometry: Geometry
  /// Digit by digit of all counts, from the lowest on.
  private var digits: [Int8]
  /// How many a count of the run may have.
  private var digitCount = 0

  private var elements: Int { geometry.groups * geometry.patch }
  private var channels: Int { geometry.groups * geometry.channels }

  init(_ geometry: Geometry) {
    self.geometry = geometry
    digits = [Int8](
      repeating: 0, count: Self.digits(geometry.positions) * geometry.groups * geometry.patch)
  }

  /// How many digits counts up to `most` have.
  private static func digits(_ most: Int) -> Int {
    let bits = Int(SONIC_DIGIT_BITS)
    return (Int.bitWidth - most.leadingZeroBitCount + bits - 1) / bits
  }

  /// Counts a run.
  ///
  /// - Parameters:
  ///   - positions: how many it has.
  ///   - write: writes the counts.
  mutating func set(positions: Int, _ write: (sonic_digits) -> Void) {
    digitCount = Self.digits(positions)
    let (count, pitch) = (digitCount, elements)
    unsafe digits.withUnsafeMutableBufferPointer { digits in
      unsafe write(sonic_digits(first: digits.baseAddress!, count: count, pitch: pitch))
    }
  }

  /// Adds for each part of some weights what weight times count is in sum.
  ///
  /// - Parameter weights: of a part, by (tap, channel of its groups).
  func add(_ weights: [UInt8], _ parts: [sonic_part], to sums: inout [Int]) {
    unsafe digits.withUnsafeBufferPointer { digits in
      // Only read.
      let first = unsafe UnsafeMutablePointer(mutating: digits.baseAddress!)
      let counts = unsafe sonic_digits(first: first, count: digitCount, pitch: elements)
      unsafe sonic_weigh(weights, parts, parts.count, geometry.slice, counts, channels, &sums)
    }
  }

  /// Calls `body` with numbers that are not zero where counts of a single position are not.
  func withFlags<Result>(_ body: (UnsafePointer<Int8>) -> Result) -> Result {
    unsafe digits.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
  }
}
