import Graph

extension Clamp {
  /// This clamp, then another one of what it gives.
  func then(_ next: Clamp?) -> Clamp {
    guard let next else { return self }
    return Clamp(
      lower: min(max(lower, next.lower), next.upper),
      upper: min(max(upper, next.lower), next.upper))
  }

  /// The clamp that does to `scale * x + shift` what this one does to x, if that is to be multiplied
  /// and shifted after it.
  ///
  /// - Parameter scale: not zero.
  func mapped(scale: Double, shift: Double) -> Clamp {
    let bounds = [lower, upper].map { Float(Double($0) * scale + shift) }
    return Clamp(lower: min(bounds[0], bounds[1]), upper: max(bounds[0], bounds[1]))
  }
}
