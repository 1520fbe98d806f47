/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): the one source of random numbers, seeded, the
/// same on every machine.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  @usableFromInline
  var state: UInt64

  @inlinable
  public init(seed: UInt64) {
    state = seed
  }

  @inlinable
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1), with 24 random bits: exact in a `Float`.
  public mutating func nextFloat() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// Uniform in 0 ..< `bound`; `bound` must be positive.
  public mutating func next(below bound: Int) -> Int {
    Int(next(upperBound: UInt64(bound)))
  }

  /// Close to normal (0, 1): the sum of twelve uniforms less six. Uses only exact operations, so
  /// the numbers do not depend on a mathematical library.
  public mutating func nextNormal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += nextFloat() }
    return sum
  }

  /// The same, in three draws: for each, four uniforms of 16 bits. Exact in a `Double`.
  @inlinable
  public mutating func nextQuickNormal() -> Double {
    var sum = 0
    for _ in 0..<3 {
      let bits = next()
      for shift in stride(from: UInt64(0), to: 64, by: 16) { sum += Int(bits >> shift & 0xFFFF) }
    }
    return Double(sum - 6 * 0xFFFF) * 0x1p-16
  }

  /// A sequence of its own for each path below a seed: a sample of a layer, a ring of a unit.
  public init(seed: UInt64, path: UInt64...) {
    state = seed
    for step in path {
      let mixed = next()
      state = mixed ^ (step &* 0xD1B5_4A32_D192_ED03)
    }
  }
}
