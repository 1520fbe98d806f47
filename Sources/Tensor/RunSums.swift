import Kernels

extension [Float] {
  /// The sum of each run of so many elements, in their order, in binary64.
  ///
  /// - Parameter size: a divisor of their count.
  public func sums(ofRuns size: Int) -> [Double] {
    unsafe [Double](unsafeUninitializedCapacity: count / size) { sums, filled in
      unsafe sonic_sum_runs(self, count / size, size, sums.baseAddress)
      filled = count / size
    }
  }
}
