import Tensor

/// Circular and hyperbolic functions of each element, and their inverses.
extension Operator {
  static let trigonometry: [Operator] = [
    function("Sin", "sine") { Elementary.sin($0) },
    function("Cos", "cosine") { Elementary.cos($0) },
    function("Tan", "tangent") { Elementary.tan($0) },
    function("Asin", "inverse sine") { Elementary.asin($0) },
    function("Acos", "inverse cosine") { Elementary.acos($0) },
    function("Atan", "inverse tangent") { Elementary.atan($0) },
    function("Sinh", "hyperbolic sine") { Elementary.sinh($0) },
    function("Cosh", "hyperbolic cosine") { Elementary.cosh($0) },
    function("Asinh", "inverse hyperbolic sine") { Elementary.asinh($0) },
    function("Acosh", "inverse hyperbolic cosine") { Elementary.acosh($0) },
    function("Atanh", "inverse hyperbolic tangent") { Elementary.atanh($0) },
  ]

  @inline(__always)
  private static func function(
    _ name: String, _ summary: String, _ function: @escaping @Sendable (Float) -> Float
  ) -> Operator {
    unary(name, summary, .function) { mapped($0, floats: function) }
  }
}
