import Tensor

extension Operator {
  static let determinant = Operator(
    "Det", "the determinant of each square matrix", inputs: 1...1,
    work: { types, outputs in
      let order = types.shape(0).sizes.last ?? 0
      return (.products(types.shape(0).count) * order) + .divide * (outputs[0].shape.count * order)
    },
    infer: { types throws(OperatorError) in
      let shape = try types.floats(0, "X", rank: 2...Int.max)
      let order = shape[shape.rank - 1]
      guard shape[shape.rank - 2] == order else {
        throw OperatorError("input X: found \(shape), expected square matrices")
      }
      let stack = try checkedShape(Array(shape.sizes.dropLast(2)))
      _ = try countMultiplications(stack.count, order, order, order)
      return [TensorType(types.element(0), stack)]
    },
    compute: { call, types in
      let (floats, order) = (call.tensor(0).floats, call.tensor(0).shape.sizes.last!)
      let size = order * order
      let determinants = (0..<types[0].shape.count).map { index in
        let matrix = floats[(index * size)..<((index + 1) * size)].map { Double($0) }
        return Float(Operator.determinant(of: matrix, order: order))
      }
      return [Tensor(types[0].shape, floats: determinants, type: types[0].element)]
    })

  /// The product of the pivots of Gaussian elimination with row exchanges, in double precision.
  private static func determinant(of matrix: [Double], order: Int) -> Double {
    var (rows, product) = (matrix, 1.0)
    for column in 0..<order {
      let pivot = (column..<order).max {
        rows[$0 * order + column].magnitude < rows[$1 * order + column].magnitude
      }!
      if rows[pivot * order + column] == 0 { return 0 }
      if pivot != column {
        for k in column..<order { rows.swapAt(pivot * order + k, column * order + k) }
        product = -product
      }
      product *= rows[column * order + column]
      for row in (column + 1)..<max(order, column + 1) {
        let factor = rows[row * order + column] / rows[column * order + column]
        for k in column..<order { rows[row * order + k] -= factor * rows[column * order + k] }
      }
    }
    return product
  }
}
