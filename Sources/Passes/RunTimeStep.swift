import Plan

/// What the second operand of a product was seen to be, for the step in which to quantize it.
struct RunTimeStep {
  /// How often each magnitude was seen, by the upper half of its bits: 8 significant ones.
  private var counts = [Int](repeating: 0, count: 1 << 15)

  /// Adds a sample; what is not finite is passed over.
  mutating func add(_ numbers: [Float]) {
    for number in numbers where number.isFinite {
      counts[Int(number.magnitude.bitPattern >> 16)] += 1
    }
  }

  /// The step with the least squared error on what was seen, of those that make the largest weight the
  /// peak, 63/64 of it, and so on to half of it: beyond, operands are cut off, which costs less than
  /// coarse steps where few are that large. 1 where all was zero.
  var best: Float {
    let seen = counts.indices.filter { counts[$0] > 0 }.map {
      (magnitude: Self.magnitude($0), count: counts[$0])
    }
    guard let peak = seen.last?.magnitude, peak > 0 else { return 1 }
    let most = Float(RunTimeCodes.largest)
    let steps = (0...32).map { peak * Float(64 - $0) / (64 * most) }
    let errors = steps.map { step in
      seen.reduce(0.0) { error, seen in
        let weight = min((seen.magnitude / step).rounded(.toNearestOrEven), most) * step
        let difference = Double(seen.magnitude - weight)
        return error + difference * difference * Double(seen.count)
      }
    }
    return steps[errors.indices.min { errors[$0] < errors[$1] }!]
  }

  /// The middle of the magnitudes that are counted together.
  private static func magnitude(_ index: Int) -> Float {
    index == 0 ? 0 : Float(bitPattern: UInt32(index) << 16 | 1 << 15)
  }
}
