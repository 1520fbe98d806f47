import Tensor

/// Operators that pick elements by index.
extension Operator {
  static let gathering: [Operator] = [gather, gatherElements, gatherND]

  private static let gather = Operator(
    "Gather", "the slices along an axis that the indices name", inputs: 2...2,
    attributes: [.defaulted("axis", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      try types.requireIndices(1)
      let (data, indices) = (types.shape(0), types.shape(1))
      let axis = try types.axis(rank: data.rank)
      let sizes = data.sizes[..<axis] + indices.sizes + data.sizes[(axis + 1)...]
      return [TensorType(types.element(0), try checkedShape(Array(sizes)))]
    },
    compute: { call, types throws(OperatorError) in
      let data = call.tensor(0)
      let split = AxisSplit(data.shape, try call.types.axis(rank: data.shape.rank))
      let picked = try positions(call.tensor(1).ints, size: split.size)
      let view = Shape([split.outer, split.size, split.inner])
      let indices = [Array(0..<split.outer), picked, Array(0..<split.inner)]
      return [Rearrangement(indices, of: view)(data).reshaped(types[0].shape)]
    })

  /// Indices counted from the first element of an axis.
  private static func positions(_ indices: [Int64], size: Int) throws(OperatorError) -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(indices.count)
    for index in indices {
      guard index >= -size, index < size else {
        throw OperatorError("found index \(index), expected \(-size) to \(size - 1)")
      }
      result.append(Int(index) + (index < 0 ? size : 0))
    }
    return result
  }

  private static let gatherElements = Operator(
    "GatherElements", "for each index, the element there along an axis", inputs: 2...2,
    attributes: [.defaulted("axis", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      try types.requireIndices(1)
      let (data, indices) = (types.shape(0), types.shape(1))
      let axis = try types.axis(rank: data.rank)
      guard indices.rank == data.rank,
        indices.sizes.indices.allSatisfy({ $0 == axis || indices[$0] <= data[$0] })
      else {
        throw OperatorError("found indices of shape \(indices) into data of shape \(data)")
      }
      return [TensorType(types.element(0), indices)]
    },
    compute: { call, types throws(OperatorError) in
      let data = call.tensor(0)
      let axis = try call.types.axis(rank: data.shape.rank)
      let picked = try positions(call.tensor(1).ints, size: data.shape[axis])
      var strides = data.shape.strides
      let stride = strides[axis]
      strides[axis] = 0
      let walk = Walk(types[0].shape, strides: [strides])
      var offsets: [Int] = []
      offsets.reserveCapacity(picked.count)
      walk.forEachRun { start in
        for k in 0..<walk.count {
          offsets.append(start[0] + k * walk.step[0] + picked[offsets.count] * stride)
        }
      }
      return [data.taking(offsets, shape: types[0].shape)]
    })

  private static let gatherND = Operator(
    "GatherND", "the slices that rows of indices name", inputs: 2...2,
    attributes: [.defaulted("batch_dims", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      try types.requireIndices(1)
      let (data, indices) = (types.shape(0), types.shape(1))
      let batch = types.attributes.int("batch_dims")
      guard batch >= 0, batch < min(data.rank, indices.rank),
        data.sizes[..<batch] == indices.sizes[..<batch]
      else {
        throw OperatorError(
          "found data \(data) and indices \(indices) with batch_dims \(batch), "
            + "expected as many equal axes in front")
      }
      let width = indices[indices.rank - 1]
      guard width >= 1, width <= data.rank - batch else {
        throw OperatorError("found \(width) indices a row, expected 1 to \(data.rank - batch)")
      }
      let sizes = indices.sizes.dropLast() + data.sizes[(batch + width)...]
      return [TensorType(types.element(0), try checkedShape(Array(sizes)))]
    },
    compute: { call, types throws(OperatorError) in
      let (data, indices) = (call.tensor(0), call.tensor(1))
      let batch = call.attributes.int("batch_dims")
      let width = indices.shape[indices.shape.rank - 1]
      let batches = data.shape.sizes[..<batch].reduce(1, *)
      let inner = data.shape.sizes[(batch + width)...].reduce(1, *)
      let rows = indices.count / width
      var starts = [Int](repeating: 0, count: rows)
      for row in 0..<rows {
        var start = row / max(rows / max(batches, 1), 1)
        for column in 0..<width {
          let size = data.shape[batch + column]
          let index = indices.ints[row * width + column]
          start = start * size + (try positions([index], size: size)[0])
        }
        starts[row] = start * inner
      }
      let moved = Rearrangement([starts, Array(0..<inner)])(data)
      return [moved.reshaped(types[0].shape)]
    })
}

extension Operator.Types {
  /// Throws unless an input holds indices.
  fileprivate func requireIndices(_ index: Int) throws(OperatorError) {
    guard element(index) == .int64 || element(index) == .int32 else {
      throw OperatorError("found indices of \(element(index).rawValue), expected int32 or int64")
    }
  }
}
