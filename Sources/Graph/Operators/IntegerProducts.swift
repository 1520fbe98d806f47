import Tensor

/// Products of 8-bit integers, exact in 32 bits, and those whose sums become 8-bit integers again.
extension Operator {
  static let integerProducts: [Operator] = [
    summing("ConvInteger", "Conv of 8-bit integers, with sums of 32 bits", .convolution),
    requantizing("QLinearConv", "Conv of 8-bit integers with scales", .convolution),
    summing("MatMulInteger", "MatMul of 8-bit integers, with sums of 32 bits", .matrices),
    requantizing("QLinearMatMul", "MatMul of 8-bit integers with scales", .matrices),
  ]

  /// The inputs are the factors and, if they are there, their zero points.
  private static func summing(
    _ name: String, _ summary: String, _ kind: IntegerProduct.Kind
  ) -> Operator {
    @Sendable func product(_ types: Types) throws(OperatorError) -> IntegerProduct {
      try IntegerProduct(kind, types, left: (0, zero: 2), right: (1, zero: 3))
    }
    return Operator(
      name, summary, inputs: 2...4, attributes: kind.attributes,
      work: { types, _ in (try? product(types).work) ?? .none },
      infer: { types throws(OperatorError) in [TensorType(.int32, try product(types).output)] },
      compute: { call, types throws(OperatorError) in
        let sums = try product(call.types).sums(call, bias: nil)
        return [Tensor(types[0].shape, ints: sums.map { Int64($0) }, type: .int32)]
      })
  }

  /// The inputs are each factor with its scale and zero point, scale and zero point of the result and,
  /// of a convolution, a bias for each kernel in multiples of the product of the factors' scales.
  private static func requantizing(
    _ name: String, _ summary: String, _ kind: IntegerProduct.Kind
  ) -> Operator {
    @Sendable func product(_ types: Types) throws(OperatorError) -> IntegerProduct {
      try IntegerProduct(kind, types, left: (0, zero: 2), right: (3, zero: 5))
    }
    return Operator(
      name, summary, inputs: kind == .convolution ? 8...9 : 8...8, attributes: kind.attributes,
      work: { types, outputs in
        let biased = types.optional(8) == nil ? 0 : 1
        let each = Work(adds: 1 + biased, multiplies: 1, compares: 2)
        return ((try? product(types).work) ?? .none) + each * outputs[0].shape.count
      },
      infer: { types throws(OperatorError) in
        let product = try product(types)
        _ = try product.scaleShapes(types)
        try product.checkBias(types)
        return [TensorType(try product.resultType(types), product.output)]
      },
      compute: { call, types throws(OperatorError) in
        let product = try product(call.types)
        let sums = product.sums(call, bias: call.optional(8))
        let element = types[0].element
        let ints = try product.requantized(sums, call, as: element)
        return [Tensor(types[0].shape, ints: ints, type: element)]
      })
  }
}

/// A convolution or a product of matrices of 8-bit integers, from each of which a zero point is taken
/// first.
private struct IntegerProduct {
  enum Kind {
    case convolution, matrices

    var attributes: [AttributeSpec] { self == .convolution ? Convolution.attributes : [] }
  }

  private enum Form {
    case convolution(Convolution)
    case matrices(MatMul)
  }

  private let form: Form
  private let left: Factor
  private let right: Factor

  /// - Parameters left, right: the inputs that hold a factor, and its zero point if that is there.
  init(
    _ kind: Kind, _ types: Operator.Types, left: (Int, zero: Int), right: (Int, zero: Int)
  ) throws(OperatorError) {
    switch kind {
    case .convolution:
      let x = try types.bytes(left.0, "x", rank: 3...Int.max)
      let w = try types.bytes(right.0, "w", rank: x.rank...x.rank)
      form = .convolution(try Convolution(x, w, types.attributes))
      self.left = try Factor(types, left, "x", axis: nil, summed: 0..<x.rank)
      self.right = try Factor(types, right, "w", axis: 0, summed: 1..<w.rank)
    case .matrices:
      let a = try types.bytes(left.0, "a", rank: 1...Int.max).rank
      let b = try types.bytes(right.0, "b", rank: 1...Int.max).rank
      form = .matrices(try MatMul(types.shape(left.0), types.shape(right.0)))
      self.left = try Factor(types, left, "a", axis: a < 2 ? nil : a - 2, summed: a - 1..<a)
      let depth = max(b - 2, 0)
      self.right = try Factor(
        types, right, "b", axis: b < 2 ? nil : b - 1, summed: depth..<depth + 1)
    }
  }

  var output: Shape {
    switch form {
    case .convolution(let convolution): convolution.output
    case .matrices(let product): product.output
    }
  }

  var work: Work {
    let centred = .add * (left.centred + right.centred)
    return switch form {
    case .convolution(let convolution): .products(convolution.multiplications) + centred
    case .matrices(let product): .products(product.multiplications) + centred
    }
  }

  /// The sums of products, onto the bias if there is one.
  func sums(_ call: Operator.Call, bias: Tensor?) -> [Int32] {
    let (a, b) = (left.numbers(call), right.numbers(call))
    switch form {
    case .convolution(let convolution):
      let bias = bias?.ints.map { Int32($0) }
      let kernels = convolution.groups * convolution.kernels
      return convolution.evaluate(a, b, bias: bias ?? [Int32](repeating: 0, count: kernels))
    case .matrices(let product):
      return product.evaluate(a, b)
    }
  }
}

// MARK: - Scales

extension IntegerProduct {
  /// The shapes of the factors' scales as they broadcast to the result.
  func scaleShapes(_ types: Operator.Types) throws(OperatorError) -> (left: Shape, right: Shape) {
    let a = try left.spread(types.scale(1, "\(left.name)_scale"), "scale")
    let b = try right.spread(types.scale(4, "\(right.name)_scale"), "scale")
    guard try types.scale(6, "y_scale").count == 1 else {
      throw OperatorError("input y_scale: found shape \(types.shape(6)), expected one element")
    }
    // The first axis of kernels is the second one of the result.
    if case .convolution = form { return (a, Shape(b.sizes.dropLast())) }
    return (a, b)
  }

  func checkBias(_ types: Operator.Types) throws(OperatorError) {
    guard case .convolution(let convolution) = form, let bias = types.optional(8) else { return }
    let expected = TensorType(.int32, [convolution.groups * convolution.kernels])
    guard bias == expected else {
      throw OperatorError("input B: found \(bias), expected \(expected)")
    }
  }

  /// The type of the result, which is that of its zero point.
  func resultType(_ types: Operator.Types) throws(OperatorError) -> ElementType {
    guard try types.bytes(7, "y_zero_point", rank: 0...Int.max).count == 1 else {
      throw OperatorError(
        "input y_zero_point: found shape \(types.shape(7)), expected one element")
    }
    return types.element(7)
  }

  /// Sums as multiples of the result's scale, from its zero point on.
  func requantized(
    _ sums: [Int32], _ call: Operator.Call, as element: ElementType
  ) throws(OperatorError) -> [Int64] {
    let shapes = try scaleShapes(call.types)
    let unit = call.tensor(6).floats[0]
    let scales = combined(
      call.tensor(1).reshaped(shapes.left), call.tensor(4).reshaped(shapes.right),
      TensorType(.float, try broadcastShape(shapes.left, shapes.right))
    ) { $0 * $1 / unit }
    let zeroPoint = call.tensor(7).ints[0]
    let shape =
      switch form {
      case .convolution(let convolution): convolution.output
      case .matrices(let product): Shape(product.stack.sizes + [product.rows, product.columns])
      }
    let walk = Walk(shape, broadcasting: [shape, scales.shape])
    return walk.map(sums, scales.floats) { element.quantized(Float($0) * $1, zeroPoint: zeroPoint) }
  }
}

extension Operator.Types {
  /// The shape of an input of floats.
  fileprivate func scale(_ index: Int, _ name: String) throws(OperatorError) -> Shape {
    try floats(index, name, rank: 0...Int.max)
  }
}

// MARK: - Factors

/// A factor of a product, with the zero point of all its elements or of those at each index of an axis
/// that the product does not sum over: each kernel, row of `a` or column of `b`.
private struct Factor {
  let name: String
  private let shape: Shape
  private let axis: Int?
  private let summed: Range<Int>
  private let inputs: (factor: Int, zero: Int)
  /// The shape of the zero point as it broadcasts to the factor; nil where there is none.
  private var zeroShape: Shape?

  init(
    _ types: Operator.Types, _ inputs: (Int, zero: Int), _ name: String, axis: Int?,
    summed: Range<Int>
  ) throws(OperatorError) {
    self.name = name
    self.axis = axis
    self.summed = summed
    self.inputs = (inputs.0, inputs.zero)
    shape = types.shape(inputs.0)
    guard let zero = types.optional(inputs.zero) else { return }
    let element = types.element(inputs.0)
    guard zero.element == element else {
      throw OperatorError(
        "input \(name)_zero_point: found \(zero.element.rawValue), expected \(element.rawValue) "
          + "as input \(name) has")
    }
    zeroShape = try spread(zero.shape, "zero_point")
  }

  /// Elements that a zero point is taken from.
  var centred: Int { zeroShape == nil ? 0 : shape.count }

  /// The shape in which a scale or zero point broadcasts to the factor.
  func spread(_ parameter: Shape, _ what: String) throws(OperatorError) -> Shape {
    if parameter.count == 1 { return [] }
    var sizes = [Int](repeating: 1, count: shape.rank)
    if let axis { sizes[axis] = shape[axis] }
    if parameter.rank == 1, sizes.reduce(1, *) == parameter.count { return Shape(sizes) }
    guard parameter.rank == shape.rank, parameter.broadcast(with: shape) == shape,
      summed.allSatisfy({ parameter[$0] == 1 })
    else {
      throw OperatorError(
        "input \(name)_\(what): found shape \(parameter), expected one element"
          + (axis == nil ? "" : " or \(Shape(sizes)) for input \(name) of shape \(shape)"))
    }
    return parameter
  }

  /// The elements less their zero points.
  func numbers(_ call: Operator.Call) -> [Int32] {
    let ints = call.tensor(inputs.factor).ints
    guard let zeroShape, let zero = call.optional(inputs.zero) else {
      return ints.map { Int32($0) }
    }
    let walk = Walk(shape, broadcasting: [shape, zeroShape])
    return walk.map(ints, zero.ints) { Int32($0 - $1) }
  }
}
