import Support
import Tensor

extension Graph {
  /// What a node makes of constants where that is a tensor times a factor for each slice along an axis,
  /// as integers become weights: the two are kept apart, so that the integers are still there to be a
  /// codebook. Its elements are those that the operator gives, bit for bit. Nil for another node.
  func withGains(_ node: Node) throws(OperatorError) -> Constant? {
    guard node.clamp == nil else { return nil }
    let constants = node.inputs.map { $0.flatMap { values[$0].constant } }
    switch node.op.name {
    case "DequantizeLinear":
      guard let scale = constants[1]?.tensor, scale.type == .float,
        node.attributes.int("block_size") == 0, let shape = constants[0]?.type.shape
      else { return nil }
      let axis = node.attributes.int("axis")
      guard let gains = shape.gains(scale.floats, axis: axis < 0 ? axis + shape.rank : axis) else {
        return nil
      }
      let ones = Tensor(scale.shape, floats: scale.floats.map { _ in 1 })
      var inputs = constants.map { $0?.tensor }
      inputs[1] = ones
      return Constant(.dense(try node.evaluate(inputs)[0]), gains: gains)
    case "Mul":
      guard let a = constants[0]?.plain, let b = constants[1]?.plain else { return nil }
      let (tensor, factors) = a.count < b.count ? (b, a) : (a, b)
      guard tensor.type == .float, factors.type == .float, tensor.isIntegral,
        factors.shape.broadcast(with: tensor.shape) == tensor.shape
      else { return nil }
      let added = tensor.shape.rank - factors.shape.rank
      let axes = factors.shape.sizes.indices.filter { factors.shape[$0] != 1 }
      guard axes.count <= 1,
        let gains = tensor.shape.gains(factors.floats, axis: axes.first.map { $0 + added } ?? 0)
      else { return nil }
      return Constant(.dense(tensor), gains: gains)
    case "Transpose":
      guard let constant = constants[0], case .dense(let tensor) = constant.base,
        var gains = constant.gains
      else { return nil }
      let order = node.attributes.ints("perm") ?? tensor.shape.sizes.indices.reversed()
      let base = try node.evaluate([tensor])[0]
      guard let axis = order.firstIndex(of: gains.axis) else { return nil }
      gains.axis = axis
      return Constant(.dense(base), gains: gains)
    default: return nil
    }
  }
}

extension Shape {
  /// The gains that factors are, one for all or one for each slice along an axis; nil where they are
  /// not, where one is not finite, or where nothing is gained as each would have one element only.
  fileprivate func gains(_ factors: [Float], axis: Int) -> Constant.Gains? {
    guard sizes.count(where: { $0 > 1 }) > 1, factors.allSatisfy(\.isFinite),
      sizes.indices.contains(axis)
    else { return nil }
    if factors.count == sizes[axis] { return Constant.Gains(axis: axis, values: factors) }
    return factors.count == 1 ? Constant.Gains(repeating: factors[0], axis: axis, of: self) : nil
  }
}
