import Tensor

/// The discrete Fourier transform of one length, without the division of the inverse: split by each
/// prime factor of the length (Cooley and Tukey, Mathematics of Computation, 1965), and plain for a
/// prime.
struct Fourier {
  /// `e^(-2 pi i k / length)`, or its conjugate for the inverse.
  private let roots: [SIMD2<Double>]

  init(length: Int, isInverse: Bool) {
    roots = (0..<length).map {
      Elementary.rootOfUnity($0, of: length) * SIMD2(1, isInverse ? 1 : -1)
    }
  }

  /// - Parameter signal: as many complex numbers as the length.
  func callAsFunction(_ signal: [SIMD2<Double>]) -> [SIMD2<Double>] {
    transform(signal, first: 0, step: 1)
  }

  /// The transform of every `step`-th number from the first on.
  private func transform(
    _ signal: [SIMD2<Double>], first: Int, step: Int
  ) -> [SIMD2<Double>] {
    let count = signal.count / step
    if count == 1 { return [signal[first]] }
    let factor = Self.smallestFactor(of: count)
    let parts = (0..<factor).map {
      transform(signal, first: first + $0 * step, step: step * factor)
    }
    return (0..<count).map { k in
      var sum = SIMD2<Double>.zero
      for (index, part) in parts.enumerated() {
        let (value, root) = (part[k % part.count], roots[index * k % count * step])
        sum += SIMD2(
          value[0] * root[0] - value[1] * root[1], value[0] * root[1] + value[1] * root[0])
      }
      return sum
    }
  }

  /// - Parameter count: 2 or more.
  private static func smallestFactor(of count: Int) -> Int {
    var factor = 2
    while factor * factor <= count {
      if count % factor == 0 { return factor }
      factor += 1
    }
    return count
  }
}
