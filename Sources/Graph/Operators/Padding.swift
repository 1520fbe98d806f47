import Tensor

/// Elements added before and behind, or taken away.
extension Operator {
  static let padding: [Operator] = [pad, centerCropPad]

  private static let pad = Operator(
    "Pad", "the input with elements added around it", inputs: 2...4,
    attributes: [.choice("mode", ["constant", "reflect", "edge", "wrap"])], work: .move,
    infer: { types throws(OperatorError) in
      if let value = types.optional(2) {
        try types.commonElement([0, 2])
        guard value.shape.count == 1 else {
          throw OperatorError("the value input: found shape \(value.shape), expected one element")
        }
      }
      let sizes = try spans(types).map { $0.upper - $0.lower }
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let mode = call.attributes.string("mode")
      return [
        try padded(call.tensor(0), spans(call.types), mode: mode, fill: call.optional(2))
      ]
    })

  private static let centerCropPad = Operator(
    "CenterCropPad", "the middle of the input, or the input amid zeros, for each axis",
    inputs: 2...2, attributes: [.optional("axes", .ints)], work: .move,
    infer: { types throws(OperatorError) in
      let sizes = try centeredSpans(types).map { $0.upper - $0.lower }
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, _ throws(OperatorError) in
      [try padded(call.tensor(0), centeredSpans(call.types), mode: "constant", fill: nil)]
    })

  private static func centeredSpans(_ types: Types) throws(OperatorError) -> [Span] {
    let shape = types.shape(0)
    let axes = try normalized(
      types.attributes.ints("axes") ?? Array(0..<shape.rank), rank: shape.rank)
    let wanted = try types.ints(1, "shape")!
    guard wanted.count == axes.count else {
      throw OperatorError("the shape input: found \(wanted.count) sizes, expected \(axes.count)")
    }
    try check(wanted, "the shape input", in: 0...maximumElements)
    var spans: [Span] = shape.sizes.map { (0, $0) }
    for (axis, size) in zip(axes, wanted) {
      // Of an odd difference the smaller half is before.
      let lower = (shape[axis] - size) / 2
      spans[axis] = (lower, lower + size)
    }
    return spans
  }

  private static func padded(
    _ tensor: Tensor, _ spans: [Span], mode: String, fill: Tensor?
  ) throws(OperatorError) -> Tensor {
    var indices: [[Int]] = []
    for (size, span) in zip(tensor.shape.sizes, spans) {
      indices.append(try sources(span, size: size, mode: mode))
    }
    return Rearrangement(indices, of: tensor.shape)(tensor, fill: fill)
  }

  /// Where an axis of the result begins and ends, in indices of the input.
  private typealias Span = (lower: Int, upper: Int)

  private static func spans(_ types: Types) throws(OperatorError) -> [Span] {
    let shape = types.shape(0)
    let pads = try types.ints(1, "pads")!
    let axes = try normalized(types.ints(3, "axes") ?? Array(0..<shape.rank), rank: shape.rank)
    guard pads.count == 2 * axes.count else {
      throw OperatorError("found \(pads.count) pads, expected \(2 * axes.count)")
    }
    for pad in pads where pad.magnitude > UInt(maximumElements) {
      throw OperatorError("found a pad of \(pad), expected at most \(maximumElements)")
    }
    var spans: [Span] = shape.sizes.map { (0, $0) }
    for (i, axis) in axes.enumerated() {
      let (lower, upper) = (-pads[i], shape[axis] + pads[axes.count + i])
      guard lower <= shape[axis], upper >= 0, lower <= upper else {
        throw OperatorError(
          "found pads \(pads[i]) and \(pads[axes.count + i]) of axis \(axis), expected no more taken "
            + "away than its \(shape[axis]) elements")
      }
      spans[axis] = (lower, upper)
    }
    return spans
  }

  /// For each index of the result along an axis, the index in the input.
  private static func sources(
    _ span: Span, size: Int, mode: String
  ) throws(OperatorError) -> [Int] {
    // What negative pads leave of the input; positive ones repeat only that.
    let first = max(span.lower, 0)
    let count = min(span.upper, size) - first
    guard span.upper > span.lower else { return [] }
    guard mode == "constant" || count > 0 else {
      throw OperatorError("an axis without elements cannot be padded by \(mode)")
    }
    return (span.lower..<span.upper).map { index in
      let offset = index - first
      if (0..<count).contains(offset) { return index }
      switch mode {
      case "edge": return first + min(max(offset, 0), count - 1)
      case "wrap": return first + modulo(offset, count)
      case "reflect":
        let period = max(2 * (count - 1), 1)
        let phase = modulo(offset, period)
        return first + (phase < count ? phase : period - phase)
      default: return Rearrangement.fill
      }
    }
  }

  private static func modulo(_ a: Int, _ b: Int) -> Int {
    let r = a % b
    return r < 0 ? r + b : r
  }
}
