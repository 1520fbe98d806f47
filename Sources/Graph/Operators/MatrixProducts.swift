import Tensor

/// Products of matrices.
extension Operator {
  static let matrixProducts: [Operator] = [gemm, matMul]

  private static let gemm = Operator(
    "Gemm", "alpha * A * B + beta * C of matrices, where C is broadcast",
    inputs: 2...3,
    attributes: [
      .defaulted("alpha", .float(1)), .defaulted("beta", .float(1)),
      .defaulted("transA", .int(0)), .defaulted("transB", .int(0)),
    ],
    work: { types, outputs in
      guard let gemm = try? Gemm(types) else { return .none }
      let scales = [gemm.alpha, gemm.beta].count { $0 != 1 }
      let added = types.optional(2) == nil ? 0 : 1
      return .products(gemm.multiplications)
        + Work(adds: added, multiplies: scales) * outputs[0].shape.count
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try Gemm(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let gemm = try Gemm(call.types)
      return [Tensor(types[0].shape, floats: gemm.evaluate(call), type: types[0].element)]
    })

  private static let matMul = Operator(
    "MatMul", "Product of matrices, or of stacks of them, after numpy.matmul",
    inputs: 2...2,
    work: { types, _ in
      guard let product = try? MatMul(types) else { return .none }
      return .products(product.multiplications)
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try MatMul(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let product = try MatMul(call.types)
      return [Tensor(types[0].shape, floats: product.evaluate(call), type: types[0].element)]
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
  let output: Shape
  let multiplications: Int

  init(_ types: Operator.Types) throws(OperatorError) {
    let a = try types.floats(0, "A", rank: 2...2)
    let b = try types.floats(1, "B", rank: 2...2)
    alpha = types.attributes.float("alpha")
    beta = types.attributes.float("beta")
    isLeftTransposed = types.attributes.bool("transA")
    isRightTransposed = types.attributes.bool("transB")
    rows = a[isLeftTransposed ? 1 : 0]
    depth = a[isLeftTransposed ? 0 : 1]
    columns = b[isRightTransposed ? 0 : 1]
    guard depth == b[isRightTransposed ? 1 : 0] else {
      throw OperatorError(
        "found A \(a)\(isLeftTransposed ? " transposed" : "") and B \(b)"
          + "\(isRightTransposed ? " transposed" : ""), expected inner sizes that agree")
    }
    output = try checkedShape([rows, columns])
    multiplications = try countMultiplications(rows, columns, depth)
    if types.optional(2) != nil {
      let c = try types.floats(2, "C", rank: 0...Int.max)
      guard c.broadcast(with: output) == output else {
        throw OperatorError("input C: found \(c), expected one to broadcast to \(output)")
      }
    }
  }

  func evaluate(_ call: Operator.Call) -> [Float] {
    guard output.count > 0 else { return [] }
    let (a, b) = (call.tensor(0).floats, call.tensor(1).floats)
    var result = [Float](repeating: 0, count: output.count)
    MatrixMultiply.multiply(
      Matrix(a, rows: rows, columns: depth, isTransposed: isLeftTransposed),
      Matrix(b, rows: depth, columns: columns, isTransposed: isRightTransposed), into: &result,
      order: call.order)
    if alpha != 1 {
      for i in result.indices { result[i] *= alpha }
    }
    guard let c = call.optional(2) else { return result }
    let floats = c.floats
    let strides = c.shape.strides(broadcastTo: output)
    for row in 0..<rows {
      for column in 0..<columns {
        result[row * columns + column] += beta * floats[row * strides[0] + column * strides[1]]
      }
    }
    return result
  }
}

/// The sizes of a MatMul: a stack of `rows` x `depth` times one of `depth` x `columns`.
struct MatMul {
  let rows: Int
  let columns: Int
  let depth: Int
  let output: Shape
  let multiplications: Int
  /// The outer sizes of A and of B, and those that they broadcast to.
  let left: Shape
  let right: Shape
  let stack: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    try self.init(
      types.floats(0, "A", rank: 1...Int.max), types.floats(1, "B", rank: 1...Int.max))
  }

  /// - Parameters a, b: of rank 1 and more.
  init(_ a: Shape, _ b: Shape) throws(OperatorError) {
    // A vector on the left is a row, on the right a column; its axis of size 1 is dropped again.
    let leftSizes = (a.rank == 1 ? [1] : []) + a.sizes
    let rightSizes = b.sizes + (b.rank == 1 ? [1] : [])
    left = Shape(leftSizes.dropLast(2))
    right = Shape(rightSizes.dropLast(2))
    rows = leftSizes[leftSizes.count - 2]
    depth = leftSizes[leftSizes.count - 1]
    columns = rightSizes[rightSizes.count - 1]
    guard depth == rightSizes[rightSizes.count - 2], let stack = left.broadcast(with: right) else {
      throw OperatorError(
        "found A \(a) and B \(b), expected inner sizes that agree and outer sizes that broadcast")
    }
    self.stack = stack
    output = try checkedShape(
      stack.sizes + (a.rank == 1 ? [] : [rows]) + (b.rank == 1 ? [] : [columns]))
    multiplications = try countMultiplications(output.count, depth)
  }

  func evaluate(_ call: Operator.Call) -> [Float] {
    guard output.count > 0 else { return [] }
    let (a, b) = (call.tensor(0).floats, call.tensor(1).floats)
    var result = [Float](repeating: 0, count: output.count)
    if right.count == 1 {
      // One matrix on the right: the stack on the left is one tall matrix.
      MatrixMultiply.multiply(
        Matrix(a, rows: stack.count * rows, columns: depth),
        Matrix(b, rows: depth, columns: columns), into: &result, order: call.order)
      return result
    }
    forEachMatrix { a0, b0, target in
      MatrixMultiply.multiply(
        Matrix(a, offset: a0, rows: rows, columns: depth),
        Matrix(b, offset: b0, rows: depth, columns: columns),
        into: &result, at: target, order: call.order)
    }
    return result
  }

  /// The products of integers, summed in 32 bits with wrap-around.
  func evaluate(_ a: [Int32], _ b: [Int32]) -> [Int32] {
    guard output.count > 0 else { return [] }
    var result = [Int32](repeating: 0, count: output.count)
    forEachMatrix { a0, b0, target in
      for row in 0..<rows {
        for k in 0..<depth {
          let factor = a[a0 + row * depth + k]
          let (source, target) = (b0 + k * columns, target + row * columns)
          for column in 0..<columns {
            result[target + column] &+= factor &* b[source + column]
          }
        }
      }
    }
    return result
  }

  /// Calls `body` for each product of matrices with the offsets of both factors and of the result.
  private func forEachMatrix(_ body: (Int, Int, Int) -> Void) {
    let walk = Walk(stack, broadcasting: [left, right])
    var target = 0
    walk.forEachRun { start in
      for i in 0..<walk.count {
        let matrices = start &+ walk.step &* SIMD4(repeating: i)
        body(matrices[0] * rows * depth, matrices[1] * depth * columns, target)
        target += rows * columns
      }
    }
  }
}
