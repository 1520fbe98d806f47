import Kernels

extension [Float] {
  /// What local response normalization divides by a power of: `bias + alpha * s` for each element, `s` the
  /// sum of squares at its place in neighbouring channels, in their order; all in binary32.
  ///
  /// - Parameters:
  ///   - channels: of planes that follow each other; images follow each other too.
  ///   - plane: elements of one.
  ///   - neighbours: how many channels before and after an element's own count, as far as there are such.
  ///   - alpha: what the sum of squares is multiplied by.
  ///   - bias: what is added to that.
  public func norms(
    channels: Int, plane: Int, neighbours: (before: Int, after: Int), alpha: Float, bias: Float
  ) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: count) { norms, filled in
      unsafe withUnsafeBufferPointer { values in
        for start in stride(from: 0, to: count, by: plane) {
          let channel = start / plane % channels
          let first = Swift.max(channel - neighbours.before, 0)
          let last = Swift.min(channel + neighbours.after, channels - 1)
          unsafe sonic_norms(
            values.baseAddress! + (start + (first - channel) * plane), last - first + 1, plane,
            plane, alpha, bias, norms.baseAddress! + start)
        }
      }
      filled = count
    }
  }

  /// Each element divided by the other's at its place.
  ///
  /// - Parameter other: as many.
  public func divided(by other: [Float]) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: count) { quotients, filled in
      unsafe sonic_divide(self, other, count, quotients.baseAddress)
      filled = count
    }
  }
}
