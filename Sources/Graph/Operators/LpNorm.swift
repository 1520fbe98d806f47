import Tensor

/// The p-norm: the p-th root of the sum of the p-th powers of magnitudes. Computed in double
/// precision and rounded once.
struct LpNorm {
  private let p: Int

  /// Reads the attribute `p`.
  init(_ attributes: Attributes) throws(OperatorError) {
    p = attributes.int("p")
    try check([p], "attribute p", in: 1...Window.limit)
  }

  /// What the norm sums of each element.
  func power(_ x: Float) -> Double {
    let x = Double(x).magnitude
    return switch p {
    case 1: x
    case 2: x * x
    default: Elementary.exp(Double(p) * Elementary.log(x))
    }
  }

  func root(_ sum: Double) -> Float {
    switch p {
    case 1: Float(sum)
    case 2: Float(sum.squareRoot())
    default: Float(Elementary.exp(Elementary.log(sum) / Double(p)))
    }
  }

  var powerWork: Work { p == 1 ? .compare : p == 2 ? .multiply : .function }
  var rootWork: Work { p == 1 ? .none : p == 2 ? .divide : .function }
}
