import Tensor

/// `Einsum`: products of tensors whose axes have labels, summed over the labels that the result has
/// not. The operands are multiplied from left to right, two at a time, as products of matrices.
extension Operator {
  static let einsum = Operator(
    "Einsum", "the product of tensors by an equation over labels of their axes, as in numpy.einsum",
    inputs: 1...Int.max, attributes: [.required("equation", .string)],
    work: { types, _ in
      guard let plan = try? EinsumPlan(types) else { return .none }
      return .products(plan.multiplications)
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try EinsumPlan(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let plan = try EinsumPlan(call.types)
      let tensors = call.inputs.compactMap { $0 }
      var product = plan.operand(0, tensors[0])
      for (step, tensor) in zip(plan.steps, tensors.dropFirst()) {
        product = step.multiply(product, plan.operand(step.operand, tensor), order: call.order)
      }
      let order = plan.result.map { plan.last.firstIndex(of: $0)! }
      return [
        Tensor(types[0].shape, floats: product.transposed(order).floats, type: types[0].element)
      ]
    })
}

/// The order of products that an Einsum comes to, with every size known.
struct EinsumPlan {
  /// For every operand, the labels of its axes after repeated ones are made one, and what stretches
  /// or takes part in no product is dropped.
  private let labels: [[EinsumEquation.Label]]
  private let equation: EinsumEquation
  private let sizes: [EinsumEquation.Label: Int]
  let steps: [EinsumStep]
  let result: [EinsumEquation.Label]
  let output: Shape
  /// Multiplications of all steps.
  let multiplications: Int

  init(_ types: Operator.Types) throws(OperatorError) {
    var shapes: [Shape] = []
    for index in types.inputs.indices {
      guard let input = types.inputs[index] else {
        throw OperatorError("an input is left out, expected all of them")
      }
      try types.requireFloatingPoint(index)
      shapes.append(input.shape)
    }
    try types.commonElement(types.inputs.indices)
    equation = try EinsumEquation(types.attributes.string("equation"), shapes: shapes)
    result = equation.result
    let sizes = try equation.sizes(shapes)
    self.sizes = sizes
    labels = equation.kept(shapes, sizes)
    output = try checkedShape(result.map { sizes[$0] ?? 1 })

    var (left, steps, multiplications) = (labels[0], [EinsumStep](), 0)
    for index in labels.indices.dropFirst() {
      let needed = Set(result).union(labels[(index + 1)...].joined())
      let step = EinsumStep(operand: index, left, labels[index], needed: needed, sizes)
      left = step.labels
      _ = try checkedShape(left.map { sizes[$0]! })
      multiplications = try countMultiplications(
        adding: multiplications, step.batch, step.rows, step.depth, step.columns)
      steps.append(step)
    }
    self.steps = steps
    self.multiplications = multiplications + (steps.isEmpty ? shapes[0].count : 0)
  }

  /// The labels of the last product's axes.
  var last: [EinsumEquation.Label] { steps.last?.labels ?? labels[0] }

  /// An operand with one axis for each of its labels: the diagonal over the axes of each, and sums
  /// over what is in no other operand nor in the result.
  func operand(_ index: Int, _ tensor: Tensor) -> Tensor {
    var strides: [EinsumEquation.Label: Int] = [:]
    for (axis, label) in equation.operands[index].enumerated()
    where tensor.shape[axis] == sizes[label] {
      strides[label, default: 0] += tensor.shape.strides[axis]
    }
    let kept = labels[index]
    let summed = equation.operands[index].uniqued.filter {
      strides[$0] != nil && !kept.contains($0)
    }
    let tables = (kept + summed).map { Rearrangement.offsets(sizes[$0]!, stride: strides[$0]!) }
    let diagonal = Rearrangement(tables)(tensor)
    let shape = Shape(kept.map { sizes[$0]! })
    if summed.isEmpty { return diagonal }
    let run = summed.reduce(1) { $0 * sizes[$1]! }
    let floats = diagonal.floats
    let sums = (0..<shape.count).map { row in
      Float(floats[(row * run)..<((row + 1) * run)].reduce(0.0) { $0 + Double($1) })
    }
    return Tensor(shape, floats: sums, type: tensor.type)
  }
}

/// A product of two tensors with labels: a stack of products of matrices.
struct EinsumStep {
  /// The operand on the right.
  let operand: Int
  /// The labels of the result's axes.
  let labels: [EinsumEquation.Label]
  let batch: Int
  let rows: Int
  let depth: Int
  let columns: Int
  /// The axes of both sides in the order of a stack of matrices.
  private let leftOrder: [Int]
  private let rightOrder: [Int]
  private let shape: [Int]

  /// - Parameter needed: the labels that the result or later operands have.
  init(
    operand: Int, _ left: [EinsumEquation.Label], _ right: [EinsumEquation.Label],
    needed: Set<EinsumEquation.Label>, _ sizes: [EinsumEquation.Label: Int]
  ) {
    self.operand = operand
    let common = left.filter(right.contains)
    let stacked = common.filter(needed.contains)
    let summed = common.filter { !needed.contains($0) }
    let above = left.filter { !common.contains($0) }
    let across = right.filter { !common.contains($0) }
    labels = stacked + above + across
    shape = labels.map { sizes[$0]! }
    leftOrder = (stacked + above + summed).map { left.firstIndex(of: $0)! }
    rightOrder = (stacked + summed + across).map { right.firstIndex(of: $0)! }
    func count(_ labels: [EinsumEquation.Label]) -> Int { labels.reduce(1) { $0 * sizes[$1]! } }
    (batch, rows, depth, columns) = (count(stacked), count(above), count(summed), count(across))
  }

  func multiply(_ left: Tensor, _ right: Tensor, order: MatrixMultiply.Order) -> Tensor {
    let (a, b) = (left.transposed(leftOrder).floats, right.transposed(rightOrder).floats)
    var result = [Float](repeating: 0, count: batch * rows * columns)
    for index in 0..<batch {
      MatrixMultiply.multiply(
        Matrix(a, offset: index * rows * depth, rows: rows, columns: depth),
        Matrix(b, offset: index * depth * columns, rows: depth, columns: columns),
        into: &result, at: index * rows * columns, order: order)
    }
    return Tensor(Shape(shape), floats: result, type: left.type)
  }
}
