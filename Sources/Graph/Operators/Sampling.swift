/// An element of the input that an element of the result is a weighted sum of, along one axis.
struct Tap {
  let index: Int
  let weight: Float

  /// Stands for what lies beyond the input.
  static let outside = Tap(index: -1, weight: 0)

  var isOutside: Bool { index < 0 }
}

/// How `Resize` samples between the elements of an axis.
struct Sampling {
  let coordinates: CoordinateMode
  /// The value beyond the input.
  let extrapolation: Float
  /// Elements that take part along an axis: 1, 2 or 4.
  let width: Int
  private let nearestMode: String
  private let cubicCoefficient: Double
  private let excludesOutside: Bool

  init(_ attributes: Attributes) {
    coordinates = CoordinateMode(
      rawValue: attributes.string("coordinate_transformation_mode"))!
    extrapolation = attributes.float("extrapolation_value")
    width = ["nearest": 1, "linear": 2, "cubic": 4][attributes.string("mode")]!
    nearestMode = attributes.string("nearest_mode")
    cubicCoefficient = Double(attributes.float("cubic_coeff_a"))
    excludesOutside = attributes.bool("exclude_outside")
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

  /// The elements, ``width`` of them, whose weighted sum is the result at `index`. Where they lie
  /// behind an end of the axis, its last element is repeated, or weighs nothing and the others more.
  func taps(_ index: Int, along axis: ResizedAxis) -> [Tap] {
    guard let x = axis.source(of: index, coordinates) else {
      return [Tap](repeating: .outside, count: width)
    }
    let base = x.rounded(.down)
    var weights = width == 2 ? linear(x - base) : cubic(x - base)
    let first = base - Double(width / 2 - 1)
    let last = Double(axis.length - 1)
    let positions = weights.indices.map { first + Double($0) }
    if excludesOutside {
      for (i, position) in positions.enumerated() where position < 0 || position > last {
        weights[i] = 0
      }
      let total = weights.reduce(0, +)
      for i in weights.indices { weights[i] /= total }
    }
    return zip(positions, weights).map { position, weight in
      Tap(index: Int(min(max(position, 0), last)), weight: Float(weight))
    }
  }

  private func linear(_ fraction: Double) -> [Double] { [1 - fraction, fraction] }

  /// Cubic convolution (Keys, IEEE Transactions on Acoustics, Speech, and Signal Processing, 1981)
  /// at the four elements around `fraction`.
  private func cubic(_ fraction: Double) -> [Double] {
    let a = cubicCoefficient
    return [1 + fraction, fraction, 1 - fraction, 2 - fraction].map { t in
      t <= 1
        ? ((a + 2) * t - (a + 3)) * t * t + 1
        : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a
    }
  }
}
