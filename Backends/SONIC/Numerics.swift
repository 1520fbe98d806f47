import Plan

/// The arithmetic of a program, in integers; Docs/Numerics.md is this in words.
enum Numerics {
  /// The gain at which the heaviest vector that may be held just uses the range of the ADC.
  static let unityGain: Int32 = 65536
  /// The sum of |codebook values| that a vector may hold, so that its product with activations of
  /// 16 bits is below 2^31.
  static let largestVector = 65535
  /// The largest magnitude of a gain.
  static let largestGain = 1 << 24
  /// The largest magnitude of a multiplier.
  static let largestMultiplier = 1 << 24
  static let shifts = 1...40
  static let largestBias = 1 << 61
  /// The most vectors whose codes a partial sum of 32 bits takes.
  static let mostVectors = 65535

  /// The largest magnitude of a code of the ADC.
  static let largestCode = 32767

  /// What the ADC makes of a vector's product, below 2^31, at a gain in 1/65536: in units of 2^32, the
  /// nearest integer, ties to even, saturating. The product has 24 significant bits: it is rounded
  /// to binary32 before the gain, whose product with it is exact.
  static func convert(_ product: Int, gain: Int) -> Int {
    let code = (Double(Float(product)) * Double(gain) * 0x1p-32).rounded(.toNearestOrEven)
    return min(max(Int(code), -largestCode), largestCode)
  }

  /// What `collect` makes of the sum of a kernel's codes at a position.
  static func collect(_ sum: Int32, _ kernel: KernelRecord, _ layer: LayerRecord) -> Int16 {
    let half = 1 << (Int(kernel.shift) - 1)
    let scaled = (Int(sum) * Int(kernel.multiplier) + Int(kernel.bias) + half) >> Int(kernel.shift)
    return Int16(min(max(scaled, Int(layer.lower)), Int(layer.upper)))
  }

  /// What `collect` makes of the sums of a layer's codes, which are kernel by kernel, position by
  /// position: its output buffer.
  static func collect(
    _ sums: [Int32], _ kernels: some Collection<KernelRecord>, _ layer: LayerRecord
  ) -> [Int16] {
    let geometry = layer.geometry
    var codes = [Int16](repeating: 0, count: geometry.outputCount)
    for (kernel, parameter) in kernels.enumerated() {
      for position in 0..<geometry.positions {
        codes[geometry.outputIndex(kernel: kernel, position: position)] = collect(
          sums[kernel * geometry.positions + position], parameter, layer)
      }
    }
    return codes
  }

  /// The largest activation at which no vector with weights whose magnitudes add up to at most
  /// `heaviest` saturates the ADC. Rounding of the product moves a code by less than one.
  static func reach(heaviest: Int, gain: Int) -> Int {
    let steepness = heaviest * abs(gain)
    return steepness == 0 ? Int.max : (largestCode - 1) << 32 / steepness
  }
}
