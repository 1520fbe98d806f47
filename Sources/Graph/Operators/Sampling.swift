/// An element of the input that an element of the result is a weighted sum of, along one axis.
struct Tap {
  let index: Int
  let weight: Float

  /// Stands for what lies beyond the input.
  static let outside = Tap(index: -1, weight: 0)

  var isOutside: Bool { index < 0 }

  /// The elements of a row-major tensor that taps along each of its axes are together.
  static func crossed(_ axes: [[Tap]], sizes: [Int]) -> [Tap] {
    zip(axes, sizes).reduce([Tap(index: 0, weight: 1)]) { taps, axis in
      taps.flatMap { outer in
        axis.0.map { inner in
          Tap(index: outer.index * axis.1 + inner.index, weight: outer.weight * inner.weight)
        }
      }
    }
  }
}

extension [Tap] {
  /// The weighted sum of elements, whose indices count from `start`.
  func sum(of elements: [Float], from start: Int) -> Float {
    reduce(0) { $0 + $1.weight * elements[start + $1.index] }
  }
}

/// How `Resize` samples between the elements of an axis.
struct Sampling {
  let coordinates: CoordinateMode
  /// The value beyond the input.
  let extrapolation: Float
  /// How far elements that take part are from a coordinate at most.
  private let reach: Int
  private let isCubic: Bool
  private let nearestMode: String
  private let cubicCoefficient: Double
  private let excludesOutside: Bool
  /// Whether the reach grows as an axis shrinks.
  private let isAntialiased: Bool

  init(_ attributes: Attributes) {
    coordinates = CoordinateMode(
      rawValue: attributes.string("coordinate_transformation_mode"))!
    extrapolation = attributes.float("extrapolation_value")
    reach = ["nearest": 0, "linear": 1, "cubic": 2][attributes.string("mode")]!
    isCubic = reach == 2
    nearestMode = attributes.string("nearest_mode")
    cubicCoefficient = Double(attributes.float("cubic_coeff_a"))
    excludesOutside = attributes.bool("exclude_outside")
    isAntialiased = attributes.bool("antialias")
  }

  /// Whether each element of the result is one of the input.
  var isNearest: Bool { reach == 0 }

  /// Whether the result has no other elements than the input.
  var isMoving: Bool { isNearest && coordinates != .cropAndResize }

  /// The elements that take part along an axis on either side of a coordinate.
  ///
  /// - Precondition: the result has elements along the axis.
  func side(_ axis: ResizedAxis) -> Int {
    isAntialiased ? Int((Double(reach) / min(axis.scale, 1)).rounded(.up)) : reach
  }

  /// The index nearest to a coordinate.
  func nearestIndex(_ x: Double, length: Int) -> Int {
    let rounded =
      switch nearestMode {
      case "floor": x.rounded(.down)
      case "ceil": x.rounded(.up)
      case "round_prefer_ceil": (x + 0.5).rounded(.down)
      default: (x - 0.5).rounded(.up)
      }
    return Int(min(max(rounded, 0), Double(length - 1)))
  }

  /// The elements whose weighted sum is the result at `index`, twice ``side(_:)`` of them. Where
  /// they lie behind an end of the axis, its last element is repeated, or weighs nothing and the
  /// others more.
  func taps(_ index: Int, along axis: ResizedAxis) -> [Tap] {
    let side = side(axis)
    guard let x = axis.source(of: index, coordinates) else {
      return [Tap](repeating: .outside, count: 2 * side)
    }
    let base = x.rounded(.down)
    let first = base - Double(side - 1)
    let last = Double(axis.length - 1)
    let positions = (0..<(2 * side)).map { first + Double($0) }
    var weights = weights(x - base, side, axis)
    if excludesOutside {
      for (i, position) in positions.enumerated() where position < 0 || position > last {
        weights[i] = 0
      }
      weights = normalized(weights)
    }
    return zip(positions, weights).map { position, weight in
      Tap(index: Int(min(max(position, 0), last)), weight: Float(weight))
    }
  }

  /// The weights of as many elements as `side` says on both sides of `fraction`.
  private func weights(_ fraction: Double, _ side: Int, _ axis: ResizedAxis) -> [Double] {
    let isWidened = isAntialiased && axis.scale < 1
    guard isWidened else {
      return isCubic
        ? Self.cubic(fraction, coefficient: cubicCoefficient) : Self.linear(fraction)
    }
    // The same curve, stretched to the elements that become one.
    return normalized(
      (0..<(2 * side)).map { index in
        let distance = (Double(index - side + 1) - fraction).magnitude * axis.scale
        if !isCubic { return max(1 - distance, 0) }
        return distance < 2 ? Self.cubicWeight(distance, cubicCoefficient) : 0
      })
  }

  private func normalized(_ weights: [Double]) -> [Double] {
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// The weights of the two elements around `fraction`.
  static func linear(_ fraction: Double) -> [Double] { [1 - fraction, fraction] }

  /// Cubic convolution (Keys, IEEE Transactions on Acoustics, Speech, and Signal Processing, 1981)
  /// at the four elements around `fraction`.
  static func cubic(_ fraction: Double, coefficient a: Double) -> [Double] {
    [1 + fraction, fraction, 1 - fraction, 2 - fraction].map { cubicWeight($0, a) }
  }

  /// Of an element at a distance of at most 2.
  private static func cubicWeight(_ t: Double, _ a: Double) -> Double {
    t <= 1
      ? ((a + 2) * t - (a + 3)) * t * t + 1
      : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
  }
}
