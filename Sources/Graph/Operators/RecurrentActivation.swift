import Tensor

/// A function of a recurrent cell, by its ONNX name, with the parameters that it takes.
struct RecurrentActivation: Sendable {
  let apply: @Sendable (Float) -> Float

  /// Of a function: whether it takes alpha and beta, with their defaults.
  private struct Kind: Sendable {
    var alpha: Float?
    var beta: Float?
    var make: @Sendable (_ alpha: Float, _ beta: Float) -> @Sendable (Float) -> Float
  }

  private static let kinds: [String: Kind] = [
    "relu": Kind { _, _ in { max($0, 0) } },
    "tanh": Kind { _, _ in { Elementary.tanh($0) } },
    "sigmoid": Kind { _, _ in { Elementary.sigmoid($0) } },
    "softsign": Kind { _, _ in { $0 / (1 + $0.magnitude) } },
    "softplus": Kind { _, _ in { Elementary.softplus($0) } },
    "affine": Kind(alpha: 1, beta: 0) { a, b in { a * $0 + b } },
    "leakyrelu": Kind(alpha: 0.01) { a, _ in { $0 < 0 ? a * $0 : $0 } },
    "thresholdedrelu": Kind(alpha: 1) { a, _ in { $0 > a ? $0 : 0 } },
    "scaledtanh": Kind(alpha: 1, beta: 1) { a, b in { a * Elementary.tanh(b * $0) } },
    "hardsigmoid": Kind(alpha: 0.2, beta: 0.5) { a, b in { max(0, min(1, a * $0 + b)) } },
    "elu": Kind(alpha: 1) { a, _ in { $0 < 0 ? a * Elementary.expm1($0) : $0 } },
  ]

  /// The functions that attributes name, or else `defaults`, for each direction in turn. The numbers of
  /// `activation_alpha` and `activation_beta` go to those functions that take one, in their order.
  static func all(
    _ attributes: Attributes, defaults: [String], directions: Int
  ) throws(OperatorError) -> [[Self]] {
    var names = attributes.strings("activations") ?? []
    if names.isEmpty { names = (0..<directions).flatMap { _ in defaults } }
    guard names.count == directions * defaults.count else {
      throw OperatorError(
        "attribute activations: found \(names.count) functions, expected "
          + "\(directions * defaults.count)")
    }
    var alphas = (attributes.floats("activation_alpha") ?? [])[...]
    var betas = (attributes.floats("activation_beta") ?? [])[...]
    var found: [Self] = []
    for name in names {
      guard let kind = kinds[name.lowercased()] else {
        throw OperatorError(
          "attribute activations: found \"\(name)\", expected one of "
            + kinds.keys.sorted().joined(separator: ", "))
      }
      let alpha = kind.alpha.map { alphas.popFirst() ?? $0 } ?? 0
      let beta = kind.beta.map { betas.popFirst() ?? $0 } ?? 0
      found.append(Self(apply: kind.make(alpha, beta)))
    }
    return (0..<directions).map { direction in
      Array(found[direction * defaults.count..<(direction + 1) * defaults.count])
    }
  }
}
