import Tensor

/// Numbers to integers or 8-bit floats that stand for multiples of a scale, and back.
extension Operator {
  static let quantization: [Operator] = [quantize, dequantize, dynamicQuantize]

  private static let granularity: [AttributeSpec] = [
    .defaulted("axis", .int(1)), .defaulted("block_size", .int(0)),
  ]

  private static let quantize = Operator(
    "QuantizeLinear", "x / scale, rounded, + zero point, brought into the range of a narrow type",
    inputs: 2...3, attributes: granularity + [.defaulted("output_dtype", .int(0)), saturate],
    work: .divide + .add + .compare * 2,
    infer: { types throws(OperatorError) in
      guard types.element(0).isFloatingPoint || types.element(0) == .int32 else {
        throw OperatorError("input x: found \(types.element(0).rawValue), expected floats or int32")
      }
      _ = try Granularity(types, of: "y")
      return [TensorType(try quantizedElement(types), types.shape(0))]
    },
    compute: { call, types throws(OperatorError) in
      let granularity = try Granularity(call.types, of: "y")
      let (x, scales) = (call.tensor(0), call.tensor(1))
      let ratios = granularity.map(
        x.converted(to: .float).floats, scales.converted(to: .float).floats
      ) { $0 / $1 }
      let element = types[0].element
      let zero = call.optional(2) ?? Tensor.zeros(element, scales.shape)
      if element.isFloatingPoint {
        let sums = granularity.map(ratios, zero.floats) { $0 + $1 }
        let saturating = call.attributes.bool("saturate")
        return [Tensor(x.shape, floats: sums, type: element).rounded(saturating: saturating)]
      }
      let result = granularity.map(ratios, zero.ints) { element.quantized($0, zeroPoint: $1) }
      return [Tensor(x.shape, ints: result, type: element)]
    })

  private static let dequantize = Operator(
    "DequantizeLinear", "(x - zero point) * scale, in the type of the scale",
    inputs: 2...3, attributes: granularity, work: .add + .multiply,
    infer: { types throws(OperatorError) in
      try checkQuantized(types.element(0), "input x", orInt32: true)
      guard types.element(1).isFloatingPoint else {
        throw OperatorError("input x_scale: found \(types.element(1).rawValue), expected floats")
      }
      if types.optional(2) != nil { _ = try types.commonElement([0, 2]) }
      _ = try Granularity(types, of: "x")
      return [TensorType(types.element(1), types.shape(0))]
    },
    compute: { call, types throws(OperatorError) in
      let granularity = try Granularity(call.types, of: "x")
      let (x, scales) = (call.tensor(0), call.tensor(1))
      let zero = call.optional(2) ?? Tensor.zeros(x.type, scales.shape)
      let differences =
        x.type.isFloatingPoint
        ? granularity.map(x.floats, zero.floats) { $0 - $1 }
        : granularity.map(x.ints, zero.ints) { Float($0 - $1) }
      let floats = granularity.map(differences, scales.floats) { $0 * $1 }
      return [Tensor(x.shape, floats: floats, type: scales.type).rounded]
    })

  /// The scale spans the range of the numbers and zero; where all are zero it is 1, as in ONNX Runtime.
  private static let dynamicQuantize = Operator(
    "DynamicQuantizeLinear",
    "x as uint8, with the scale and the zero point that its range asks for",
    inputs: 1...1, outputs: 3...3, work: .divide + .add + .compare * 4,
    infer: { types throws(OperatorError) in
      try types.requireFloatingPoint()
      return [
        TensorType(.uint8, types.shape(0)), TensorType(.float, []), TensorType(.uint8, []),
      ]
    },
    compute: { call, types in
      let x = call.tensor(0).floats
      let lower = x.reduce(0) { $1 < $0 ? $1 : $0 }
      let upper = x.reduce(0) { $1 > $0 ? $1 : $0 }
      let scale = lower == upper ? 1 : (upper - lower) / 255
      let zeroPoint = ElementType.uint8.quantized(-lower / scale, zeroPoint: 0)
      let ints = x.map { ElementType.uint8.quantized($0 / scale, zeroPoint: zeroPoint) }
      return [
        Tensor(types[0].shape, ints: ints, type: .uint8), Tensor([], floats: [scale]),
        Tensor([], ints: [zeroPoint], type: .uint8),
      ]
    })

  /// The type that QuantizeLinear gives: that of the zero point, or that of `output_dtype`, or uint8.
  private static func quantizedElement(_ types: Types) throws(OperatorError) -> ElementType {
    let code = types.attributes.int("output_dtype")
    let given = types.optional(2)?.element
    guard let element = code == 0 ? given ?? .uint8 : ElementType(code: code),
      given == nil || given == element
    else {
      throw OperatorError(
        "attribute output_dtype: found \(code), expected the code of "
          + (given.map { "\($0.rawValue), the type of the zero point" } ?? "an element type"))
    }
    try checkQuantized(element, "the type of y")
    return element
  }

  private static func checkQuantized(
    _ element: ElementType, _ what: String, orInt32: Bool = false
  ) throws(OperatorError) {
    let isNarrow = [.int8, .uint8, .int16, .uint16, .int4, .uint4].contains(element)
    guard isNarrow || element.isFloat8 || orInt32 && element == .int32 else {
      throw OperatorError(
        "\(what): found \(element.rawValue), expected integers of up to \(orInt32 ? 32 : 16) bits "
          + "or 8-bit floats")
    }
  }
}

/// Which scale belongs to which element: one for all, one for each index along an axis, or one for
/// each block along it.
private struct Granularity {
  private let outer: Int
  private let size: Int
  private let inner: Int
  /// Elements along the axis that share a scale.
  private let block: Int
  /// The distance between the scales of neighbours; see ``outer``, ``size`` and ``inner``.
  private let strides: (outer: Int, axis: Int, inner: Int)

  /// - Parameter name: of what is quantized, `x` or `y`.
  init(_ types: Operator.Types, of name: String) throws(OperatorError) {
    let (x, scale) = (types.shape(0), types.shape(1))
    let isSingle = scale.rank <= 1 && scale.count == 1
    if let zero = types.optional(2)?.shape,
      zero != scale, !isSingle || zero.rank > 1 || zero.count != 1
    {
      throw OperatorError(
        "input \(name)_zero_point: found shape \(zero), expected \(scale) like the scale")
    }
    let blockSize = types.attributes.int("block_size")
    if isSingle, blockSize == 0 {
      (outer, size, inner, block, strides) = (1, 1, x.count, 1, (0, 0, 0))
      return
    }
    let axis = try types.axis(rank: x.rank)
    let split = AxisSplit(x, axis)
    (outer, size, inner) = (split.outer, split.size, split.inner)
    if blockSize == 0 {
      guard scale.sizes == [size] else {
        throw OperatorError(
          "input \(name)_scale: found shape \(scale), expected a scalar or \(size), the size of "
            + "axis \(axis)")
      }
      (block, strides) = (1, (0, 1, 0))
      return
    }
    try check([blockSize], "attribute block_size", in: 1...Window.limit)
    var sizes = x.sizes
    sizes[axis] = (size + blockSize - 1) / blockSize
    guard scale.sizes == sizes else {
      throw OperatorError(
        "input \(name)_scale: found shape \(scale), expected \(Shape(sizes)) for blocks of "
          + "\(blockSize) along axis \(axis)")
    }
    (block, strides) = (blockSize, (sizes[axis] * inner, inner, 1))
  }

  /// `f` of each element and what belongs to it.
  @inline(__always)
  func map<Element, Parameter, Result>(
    _ elements: [Element], _ parameters: [Parameter], _ f: (Element, Parameter) -> Result
  ) -> [Result] {
    var result: [Result] = []
    result.reserveCapacity(elements.count)
    for o in 0..<outer {
      for index in 0..<size {
        let start = o * strides.outer + index / block * strides.axis
        for i in 0..<inner {
          result.append(f(elements[result.count], parameters[start + i * strides.inner]))
        }
      }
    }
    return result
  }
}

extension ElementType {
  fileprivate var isFloat8: Bool { isFloatingPoint && size == 1 }

  /// The integer of this type, of 32 bits or fewer, nearest to a number (ties to even) plus a zero
  /// point; NaN counts as 0.
  func quantized(_ value: Float, zeroPoint: Int64) -> Int64 {
    let rounded = ElementType.int32.truncated(Double(value.rounded(.toNearestOrEven)))
    return min(max(rounded + zeroPoint, bounds.lowerBound), bounds.upperBound)
  }
}
