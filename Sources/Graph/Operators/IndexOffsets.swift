import Tensor

/// Where the elements lie that indices name: what gathering and scattering share.
enum IndexOffsets {
  /// Indices counted from the first element of an axis.
  static func positions(_ indices: [Int64], size: Int) throws(OperatorError) -> [Int] {
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

  /// For each index along an axis, the offset of the element there, whose place along the other
  /// axes is that of the index.
  static func elements(
    _ indices: Tensor, of data: Shape, axis: Int
  ) throws(OperatorError) -> [Int] {
    let picked = try positions(indices.ints, size: data[axis])
    var strides = data.strides
    let stride = strides[axis]
    strides[axis] = 0
    let walk = Walk(indices.shape, strides: [strides])
    var offsets: [Int] = []
    offsets.reserveCapacity(picked.count)
    walk.forEachRun { start in
      for k in 0..<walk.count {
        offsets.append(start[0] + k * walk.step[0] + picked[offsets.count] * stride)
      }
    }
    return offsets
  }

  /// For each row of indices into the axes behind `batch` leading ones, the offset of the slice
  /// there.
  static func slices(
    _ indices: Tensor, of data: Shape, batch: Int = 0
  ) throws(OperatorError) -> [Int] {
    let width = indices.shape[indices.shape.rank - 1]
    let batches = data.sizes[..<batch].reduce(1, *)
    let inner = data.sizes[(batch + width)...].reduce(1, *)
    let rows = indices.count / width
    let values = indices.ints
    var starts = [Int](repeating: 0, count: rows)
    for row in 0..<rows {
      var start = row / max(rows / max(batches, 1), 1)
      for column in 0..<width {
        let size = data[batch + column]
        start = start * size + (try positions([values[row * width + column]], size: size)[0])
      }
      starts[row] = start * inner
    }
    return starts
  }
}

extension Operator.Types {
  /// Throws unless an input holds indices.
  func requireIndices(_ index: Int) throws(OperatorError) {
    guard element(index) == .int64 || element(index) == .int32 else {
      throw OperatorError("found indices of \(element(index).rawValue), expected int32 or int64")
    }
  }

  /// The axis that the second input's indices count along, each at the place of an element of the
  /// first input.
  func elementIndexAxis() throws(OperatorError) -> Int {
    try requireIndices(1)
    let (data, indices) = (shape(0), shape(1))
    let axis = try axis(rank: data.rank)
    guard indices.rank == data.rank,
      indices.sizes.indices.allSatisfy({ $0 == axis || indices[$0] <= data[$0] })
    else {
      throw OperatorError("found indices of shape \(indices) into data of shape \(data)")
    }
    return axis
  }

  /// The shape of the slices that the second input's rows of indices name, behind `batch` leading
  /// axes of the first input.
  func indexedSlice(batch: Int = 0) throws(OperatorError) -> ArraySlice<Int> {
    try requireIndices(1)
    let (data, indices) = (shape(0), shape(1))
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
    return data.sizes[(batch + width)...]
  }
}
