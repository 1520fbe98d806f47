/// How `GridSample` makes a value from its neighbours.
enum GridMode: String, CaseIterable {
  case linear, nearest, cubic

  /// Neighbours that take part along an axis.
  var width: Int {
    switch self {
    case .nearest: 1
    case .linear: 2
    case .cubic: 4
    }
  }
}

/// What `GridSample` finds beyond its input.
enum GridPadding: String, CaseIterable {
  case zeros, border, reflection
}

/// An axis that `GridSample` samples.
struct GridAxis {
  let length: Int
  /// Whether -1 and 1 are the centres of the outermost elements, instead of their outer edges.
  let isAligned: Bool
  let padding: GridPadding

  /// The elements that make up the value at a position, which is from -1 to 1 inside the axis. A
  /// NaN is taken as -1.
  func taps(_ position: Float, _ mode: GridMode) -> [Tap] {
    let bound: Float = 0x1p30
    let position = position.isNaN ? -1 : min(max(position, -bound), bound)
    // In 32 bits, so that ties of the nearest element are those of ONNX's reference.
    let x =
      isAligned
      ? (position + 1) / 2 * Float(length - 1) : ((position + 1) * Float(length) - 1) / 2
    return taps(at: Double(mode == .nearest ? x.rounded(.toNearestOrEven) : x), mode)
  }

  /// The same at a coordinate in elements; a NaN, or what no index can be, is far beyond zeros.
  func taps(at x: Double, _ mode: GridMode) -> [Tap] {
    guard x.magnitude < 0x1p60 else { return [] }
    let coordinate = inside(x)
    let base = coordinate.rounded(.down)
    let fraction = coordinate - base
    let weights =
      switch mode {
      case .nearest: [1.0]
      case .linear: Sampling.linear(fraction)
      case .cubic: Sampling.cubic(fraction, coefficient: -0.75)
      }
    let first = Int(base) - (mode == .nearest ? 0 : mode.width / 2 - 1)
    return weights.enumerated().compactMap { tap(first + $0, $1) }
  }

  /// A coordinate beyond the axis, clamped to it or reflected into it.
  private func inside(_ x: Double) -> Double {
    let edge = isAligned ? 0 : 0.5
    let (lower, upper) = (-edge, Double(length - 1) + edge)
    if padding == .zeros || x >= lower && x <= upper { return x }
    if padding == .border { return min(max(x, 0), Double(length - 1)) }
    let span = upper - lower
    guard span > 0 else { return lower }
    let beyond = (x < lower ? lower - x : x - lower).truncatingRemainder(dividingBy: 2 * span)
    return lower + (beyond <= span ? beyond : 2 * span - beyond)
  }

  /// The element at an index, or what stands for it beyond the axis; nil for zero.
  private func tap(_ index: Int, _ weight: Double) -> Tap? {
    if padding == .zeros && !(0..<length).contains(index) { return nil }
    let inner = min(max(Int(inside(Double(index))), 0), length - 1)
    return Tap(index: inner, weight: Float(weight))
  }
}
