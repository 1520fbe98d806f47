import Graph
import Support
import Tensor

/// `scale[c] * x + shift[c]` for every channel c of a value, perhaps clamped: what batch
/// normalization does, what Mul and Add by a constant for each channel do, and HardSigmoid.
struct ChannelAffine {
  /// What it is applied to.
  let input: ID<Value>
  /// One for each channel, or nil where there is nothing to multiply by.
  let scale: [Double]?
  let shift: [Double]?
  /// What the sum is clamped to.
  let clamp: Clamp?

  /// What `node` does, if it does that along `axis` of its output; all numbers are finite.
  init?(_ node: Node, axis: Int, in graph: Graph) {
    guard let output = node.outputs.first ?? nil, let type = graph.values[output].type,
      type.element == .float, axis < type.shape.rank
    else { return nil }
    switch node.op.name {
    case "BatchNormalization" where axis == 1 && node.outputs.count == 1:
      guard let input = node.inputs[0], let (scale, shift) = graph.normalization(node) else {
        return nil
      }
      self.init(input, scale: scale, shift: shift, clamp: node.clamp)
    case "HardSigmoid":
      guard let input = node.inputs[0] else { return nil }
      func repeated(_ name: String) -> [Double] {
        [Double](repeating: Double(node.attributes.float(name)), count: type.shape[axis])
      }
      self.init(
        input, scale: repeated("alpha"), shift: repeated("beta"),
        clamp: Clamp(lower: 0, upper: 1).then(node.clamp))
    case "Mul", "Add", "Sub", "Div":
      guard let (input, numbers) = graph.operands(node, type.shape, axis: axis) else { return nil }
      switch node.op.name {
      case "Mul": self.init(input, scale: numbers, clamp: node.clamp)
      case "Div": self.init(input, scale: numbers.map { 1 / $0 }, clamp: node.clamp)
      case "Add": self.init(input, shift: numbers, clamp: node.clamp)
      default: self.init(input, shift: numbers.map { -$0 }, clamp: node.clamp)
      }
    default: return nil
    }
  }

  /// The one scale and the one shift that all channels have; nil where they differ.
  var uniform: (scale: Double, shift: Double)? {
    let (scale, shift) = (scale?.first ?? 1, shift?.first ?? 0)
    let isUniform =
      (self.scale ?? []).allSatisfy { $0 == scale } && (self.shift ?? []).allSatisfy { $0 == shift }
    return isUniform ? (scale, shift) : nil
  }

  private init?(
    _ input: ID<Value>, scale: [Double]? = nil, shift: [Double]? = nil, clamp: Clamp?
  ) {
    guard (scale ?? []).allSatisfy({ Float($0).isFinite }),
      (shift ?? []).allSatisfy({ Float($0).isFinite })
    else { return nil }
    self.input = input
    self.scale = scale
    self.shift = shift
    self.clamp = clamp
  }
}

extension Graph {
  /// With gamma, beta, mean and variance of a BatchNormalization: scale = gamma / sqrt(variance +
  /// epsilon), shift = beta - mean * scale (Ioffe and Szegedy, arXiv 1502.03167, algorithm 2).
  fileprivate func normalization(_ node: Node) -> (scale: [Double], shift: [Double])? {
    let parameters = node.inputs.dropFirst().compactMap { constant($0)?.tensor }
    guard parameters.count == 4, parameters.allSatisfy({ $0.type.isFloatingPoint }) else {
      return nil
    }
    let epsilon = Double(node.attributes.float("epsilon"))
    let numbers = parameters.map { $0.floats.map(Double.init) }
    let scale = zip(numbers[0], numbers[3]).map { $0 / ($1 + epsilon).squareRoot() }
    let shift = numbers[1].indices.map { numbers[1][$0] - numbers[2][$0] * scale[$0] }
    return (scale, shift)
  }

  /// The operand of an element-wise node that is not constant, and for each channel the number that
  /// the other one has; nil if that differs within a channel, or if the order of operands matters.
  fileprivate func operands(
    _ node: Node, _ shape: Shape, axis: Int
  ) -> (input: ID<Value>, numbers: [Double])? {
    guard let left = node.inputs[0], let right = node.inputs[1] else { return nil }
    let isSwapped = values[left].constant != nil
    let commutes = node.op.name == "Mul" || node.op.name == "Add"
    let (input, other) = isSwapped ? (right, left) : (left, right)
    guard commutes || !isSwapped, values[input].constant == nil, values[input].shape == shape,
      let numbers = constant(other)?.tensor.alongChannels(of: shape, axis: axis)
    else { return nil }
    return (input, numbers.map(Double.init))
  }
}

extension Tensor {
  /// A number for each channel along `axis` of values of `rank`, which broadcasts to them.
  init(channels numbers: [Float], axis: Int, rank: Int) {
    let ones = [Int](repeating: 1, count: rank - axis - 1)
    self.init(Shape([numbers.count] + ones), floats: numbers)
  }

  /// The element for each channel along `axis` of a shape that this tensor broadcasts to; nil if it
  /// differs within a channel.
  func alongChannels(of shape: Shape, axis: Int) -> [Float]? {
    let aligned = axis - shape.rank + self.shape.rank
    let others = self.shape.sizes.indices.filter { $0 != aligned }
    guard type == .float, others.allSatisfy({ self.shape[$0] == 1 }), self.shape.rank <= shape.rank
    else { return nil }
    if count == shape[axis] { return floats }
    return count == 1 ? [Float](repeating: floats[0], count: shape[axis]) : nil
  }
}
