import Tensor

/// Products of matrices.
extension Operator {
  static let matrixProducts: [Operator] = [gemm, matMul]

  static let gemm = Operator(
    "Gemm", "alpha * A * B + beta * C of matrices, where C is broadcast",
    inputs: 2...3,
    attributes: [
      .defaulted("alpha", .float(1)), .defaulted("beta", .float(1)),
      .defaulted("transA", .int(0)), .defaulted("transB", .int(0)),
    ],
    infer: { types throws(OperatorError) in [try Gemm(types).output] },
    evaluate: { call throws(OperatorError) in
      let gemm = try Gemm(call.types)
      return [gemm.evaluate(call)]
    },
    work: { types, outputs in
      guard let gemm = try? Gemm(types) else { return Work() }
      let scales = [gemm.alpha, gemm.beta].count { $0 != 1 }
      let bias = types.optional(2) == nil ? 0 : gemm.output.shape.count
      return Work(adds: gemm.multiplications + bias, multiplies: gemm.multiplications)
        + Work(multiplies: scales * gemm.output.shape.count)
    })

  static let matMul = Operator(
    "MatMul", "Product of matrices, or of stacks of them, after numpy.matmul",
    inputs: 2...2,
    infer: { types throws(OperatorError) in [try MatMul(types).output] },
    evaluate: { call throws(OperatorError) in
      let product = try MatMul(call.types)
      return [product.evaluate(call)]
    },
    work: { types, _ in
      guard let product = try? MatMul(types) else { return Work() }
      return Work(adds: product.multiplications, multiplies: product.multiplications)
    })
}

/// The sizes of a Gemm.
private struct Gemm {
  let rows: Int
  let columns: Int
  let depth: Int
  let alpha: Float
  let beta: Float
  let isLeftTransposed: Bool
  let isRightTransposed: Bool
  let output: TensorType
  let multiplications: Int

  init(_ types: Operator.Types) throws(OperatorError) {
    let a = try types.floats(0, "A", rank: 2...2)
    let b = try types.floats(1, "B", rank: 2...2)
    alpha = types.attributes.float("alpha")
    beta = types.attributes.float("beta")
    isLeftTransposed = types.attributes.bool("transA")
    isRightTransposed = types.attributes.bool("transB")
    rows = a.shape[isLeftTransposed ? 1 : 0]
    depth = a.shape[isLeftTransposed ? 0 : 1]
    columns = b.shape[isRightTransposed ? 0 : 1]
    guard depth == b.shape[isRightTransposed ? 1 : 0] else {
      throw OperatorError(
        "found A \(a.shape)\(isLeftTransposed ? " transposed" : "") and B \(b.shape)"
          + "\(isRightTransposed ? " transposed" : ""), expected inner sizes that agree")
    }
    output = TensorType(a.element, try Shape(ofResult: [rows, columns]))
    multiplications = try countMultiplications(rows, columns, depth)
    if types.optional(2) != nil {
      let c = try types.floats(2, "C", rank: 0...Int.max)
      let padded = [Int](repeating: 1, count: max(2 - c.shape.rank, 0)) + c.shape.sizes
      guard zip(padded, output.shape.sizes).allSatisfy({ $0 == 1 || $0 == $1 }), padded.count == 2
      else {
        throw OperatorError(
          "input C: found \(c.shape), expected one to broadcast to \(output.shape)")
      }
    }
  }

  func evaluate(_ call: Operator.Call) -> Tensor {
    var result = [Float](repeating: 0, count: output.shape.count)
    if let a = call.floats(0), let b = call.floats(1) {
      MatrixMultiply.multiply(
        Matrix(a, rows: rows, columns: depth, isTransposed: isLeftTransposed),
        Matrix(b, rows: depth, columns: columns, isTransposed: isRightTransposed), into: &result)
    }
    if alpha != 1 {
      for i in result.indices { result[i] *= alpha }
    }
    if let c = call.inputs.count > 2 ? call.inputs[2] : nil {
      add(c.floats, c.shape, to: &result)
    }
    return Tensor(output.shape, floats: result, type: output.element)
  }

  private func add(_ c: [Float], _ shape: Shape, to result: inout [Float]) {
    let width = shape.sizes.last ?? 1
    let rowStep = c.count > width ? width : 0
    let columnStep = width > 1 ? 1 : 0
    for i in result.indices {
      let (row, column) = i.quotientAndRemainder(dividingBy: columns)
      result[i] += beta * c[row * rowStep + column * columnStep]
    }
  }
}

/// The sizes of a MatMul: a stack of `rows` x `depth` times one of `depth` x `columns`.
private struct MatMul {
  let rows: Int
  let columns: Int
  let depth: Int
  let output: TensorType
  let multiplications: Int
  /// For each product, which matrix of A and which of B it takes.
  let pairs: Broadcast

  init(_ types: Operator.Types) throws(OperatorError) {
    let a = try types.floats(0, "A", rank: 1...Int.max)
    let b = try types.floats(1, "B", rank: 1...Int.max)
    // A vector on the left is a row, on the right a column; its axis of size 1 is dropped again.
    let left = (a.shape.rank == 1 ? [1] : []) + a.shape.sizes
    let right = b.shape.sizes + (b.shape.rank == 1 ? [1] : [])
    guard left[left.count - 1] == right[right.count - 2],
      let pairs = Broadcast(Array(left.dropLast(2)), Array(right.dropLast(2)))
    else {
      throw OperatorError(
        "found A \(a.shape) and B \(b.shape), expected inner sizes that agree and outer sizes that "
          + "broadcast")
    }
    self.pairs = pairs
    rows = left[left.count - 2]
    depth = left[left.count - 1]
    columns = right[right.count - 1]
    let sizes =
      pairs.sizes + (a.shape.rank == 1 ? [] : [rows]) + (b.shape.rank == 1 ? [] : [columns])
    output = TensorType(a.element, try Shape(ofResult: sizes))
    multiplications = try countMultiplications(output.shape.count, depth)
  }

  func evaluate(_ call: Operator.Call) -> Tensor {
    var result = [Float](repeating: 0, count: output.shape.count)
    if let a = call.floats(0), let b = call.floats(1), !result.isEmpty {
      if pairs.rightCount == 1 {
        // One matrix on the right: the stack on the left is one tall matrix.
        let height = result.count / columns
        MatrixMultiply.multiply(
          Matrix(a, rows: height, columns: depth), Matrix(b, rows: depth, columns: columns),
          into: &result)
      } else {
        for (i, pair) in pairs.indices().enumerated() {
          MatrixMultiply.multiply(
            Matrix(a, offset: pair.left * rows * depth, rows: rows, columns: depth),
            Matrix(b, offset: pair.right * depth * columns, rows: depth, columns: columns),
            into: &result, at: i * rows * columns)
        }
      }
    }
    return Tensor(output.shape, floats: result, type: output.element)
  }
}

/// Two stacks brought to the same sizes: an axis that is missing or of size 1 repeats.
private struct Broadcast {
  let sizes: [Int]
  private let left: [Int]
  private let right: [Int]

  /// nil if the sizes disagree.
  init?(_ left: [Int], _ right: [Int]) {
    let rank = max(left.count, right.count)
    self.left = [Int](repeating: 1, count: rank - left.count) + left
    self.right = [Int](repeating: 1, count: rank - right.count) + right
    let pairs = zip(self.left, self.right)
    guard pairs.allSatisfy({ $0 == $1 || $0 == 1 || $1 == 1 }) else { return nil }
    sizes = pairs.map { $0 == 1 ? $1 : $0 }
  }

  var rightCount: Int { right.reduce(1, *) }

  /// The position in either stack for every position of the result, in row-major order.
  func indices() -> [(left: Int, right: Int)] {
    var indices = [(left: 0, right: 0)]
    for axis in sizes.indices {
      indices = indices.flatMap { index in
        (0..<sizes[axis]).map { i in
          (
            index.left * left[axis] + (left[axis] == 1 ? 0 : i),
            index.right * right[axis] + (right[axis] == 1 ? 0 : i)
          )
        }
      }
    }
    return indices
  }
}
