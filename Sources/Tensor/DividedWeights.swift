import Kernels

/// The weights of a layer, each divided by its kernel's size: what clustering looks at, without an
/// array of the quotients. An island of unsafe code: see Kernels/include/sonic_cluster.h.
///
/// A weight's *key* is an unsigned number in the order of the floats; see ``FloatKey``.
public struct DividedWeights: Sendable {
  private let values: [Float]
  /// One for each kernel; empty where nothing is divided.
  private let divisors: [Float]
  private let inner: Int

  /// - Parameters:
  ///   - values: the weights.
  ///   - divisors: one for each kernel, none of them zero; empty to divide nothing.
  ///   - inner: elements of one kernel that lie side by side; then come those of the next, round and
  ///     round.
  public init(_ values: [Float], divisors: [Float] = [], inner: Int = 1) {
    self.values = values
    self.divisors = divisors
    self.inner = inner
  }

  public var count: Int { values.count }

  /// The keys of those in `range` that are not zero, in their order.
  public func keys(_ range: Range<Int>) -> [UInt32] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe [UInt32](unsafeUninitializedCapacity: range.count + 1) { keys, count in
      count = unsafe withWeights {
        unsafe sonic_keys($0, range.lowerBound, range.upperBound, keys.baseAddress!)
      }
    }
  }

  /// Adds those in `range` that are not zero to `counts`, by the upper halves of their keys.
  public func countKeys(_ range: Range<Int>, into counts: inout [UInt32]) {
    precondition(counts.count == FloatKey.halves && range.upperBound <= count)
    unsafe counts.withUnsafeMutableBufferPointer { counts in
      unsafe withWeights {
        unsafe sonic_count_keys($0, range.lowerBound, range.upperBound, counts.baseAddress!)
      }
    }
  }

  /// Counts those in `range` that are not zero in bins; see `sonic_tally`.
  ///
  /// - Parameters:
  ///   - range: of the weights.
  ///   - layout: for each upper half of a key, its bins.
  ///   - bins: how many there are.
  /// - Precondition: the layout's bins are within them; at most 2^23 weights.
  public func tally(_ range: Range<Int>, layout: [UInt32], bins: Int) -> [UInt64] {
    precondition(layout.count == FloatKey.halves && range.count <= 1 << 23)
    precondition(range.upperBound <= count)
    var tallies = [UInt64](repeating: 0, count: bins)
    unsafe tallies.withUnsafeMutableBufferPointer { tallies in
      unsafe withWeights {
        unsafe sonic_tally(
          $0, range.lowerBound, range.upperBound, layout, tallies.baseAddress!)
      }
    }
    return tallies
  }

  /// The codes of all weights: 0 for zero, else 1 plus the number of `limits` that the weight's key
  /// is not below. O(count), on up to `threads` threads.
  ///
  /// - Precondition: `limits` ascend, and there are at most 254.
  public func encoded(limits: [UInt32], threads: Int) -> [UInt8] {
    precondition(limits.count <= 254)
    var first = [UInt8](repeating: 0, count: FloatKey.halves)
    var passed = 0
    for half in first.indices {
      while passed < limits.count, limits[passed] <= UInt32(half) << 16 { passed += 1 }
      first[half] = UInt8(passed)
    }
    let table = first
    let padded = limits + [UInt32.max]
    return unsafe filledInParallel(count: count, threads: threads) { range, codes in
      unsafe withWeights {
        unsafe sonic_encode_weights(
          $0, range.lowerBound, range.upperBound, table, padded, codes.baseAddress!)
      }
    }
  }

  private func withWeights<Result>(
    _ body: (UnsafePointer<sonic_weights>) -> Result
  ) -> Result {
    unsafe values.withUnsafeBufferPointer { values in
      unsafe divisors.withUnsafeBufferPointer { divisors in
        var weights = unsafe sonic_weights(
          values: values.baseAddress, divisors: divisors.isEmpty ? nil : divisors.baseAddress,
          kernels: divisors.count, inner: inner)
        return unsafe withUnsafePointer(to: &weights) { unsafe body($0) }
      }
    }
  }
}

/// Sums that clustering needs of weights as they are.
public enum WeightSums {
  /// The sum of squares of a run of floats, in eight lanes that are added up at the end, and how
  /// many are not zero.
  public static func squares(_ values: [Float], _ range: Range<Int>) -> (sum: Double, nonzeros: Int)
  {
    precondition(range.lowerBound >= 0 && range.upperBound <= values.count)
    return unsafe values.withUnsafeBufferPointer { values in
      var nonzeros = 0
      guard let base = values.baseAddress else { return (0, 0) }
      let sum = unsafe sonic_sum_squares(base + range.lowerBound, range.count, &nonzeros)
      return (sum, nonzeros)
    }
  }

  /// The same of each of `columns` columns of the matrix that `values` is, over a run of its rows.
  public static func columnSquares(
    _ values: [Float], columns: Int, rows: Range<Int>
  ) -> (sums: [Double], nonzeros: [UInt32]) {
    precondition(rows.lowerBound >= 0 && rows.upperBound * columns <= values.count)
    var sums = [Double](repeating: 0, count: columns)
    var nonzeros = [UInt32](repeating: 0, count: columns)
    unsafe values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      unsafe sonic_sum_columns(
        base + rows.lowerBound * columns, rows.count, columns, &sums, &nonzeros)
    }
    return (sums, nonzeros)
  }

  /// The distinct floats that are not zero, ascending; nil if there are more than `limit`.
  ///
  /// - Precondition: at most 255, and none is NaN.
  public static func distinct(_ values: [Float], limit: Int) -> [Float]? {
    precondition((0...255).contains(limit))
    var distinct = [Float](repeating: 0, count: limit + 1)
    let found = unsafe sonic_distinct(values, values.count, limit, &distinct)
    return found > limit ? nil : distinct[..<found].sorted()
  }
}
