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
      let axis = try call.types.axis(rank: data.shape.rank)
      let picked = try IndexOffsets.positions(call.tensor(1).ints, size: data.shape[axis])
      return [data.slices(picked, along: axis).reshaped(types[0].shape)]
    })

  private static let gatherElements = Operator(
    "GatherElements", "for each index, the element there along an axis", inputs: 2...2,
    attributes: [.defaulted("axis", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      _ = try types.elementIndexAxis()
      return [TensorType(types.element(0), types.shape(1))]
    },
    compute: { call, types throws(OperatorError) in
      let (data, indices) = (call.tensor(0), call.tensor(1))
      let axis = try call.types.elementIndexAxis()
      let offsets = try IndexOffsets.elements(indices, of: data.shape, axis: axis)
      return [data.taking(offsets, shape: types[0].shape)]
    })

  private static let gatherND = Operator(
    "GatherND", "the slices that rows of indices name", inputs: 2...2,
    attributes: [.defaulted("batch_dims", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      let slice = try types.indexedSlice(batch: types.attributes.int("batch_dims"))
      let sizes = types.shape(1).sizes.dropLast() + slice
      return [TensorType(types.element(0), try checkedShape(Array(sizes)))]
    },
    compute: { call, types throws(OperatorError) in
      let batch = call.attributes.int("batch_dims")
      let slice = try call.types.indexedSlice(batch: batch)
      let starts = try IndexOffsets.slices(call.tensor(1), of: call.tensor(0).shape, batch: batch)
      let inner = Array(0..<slice.reduce(1, *))
      return [Rearrangement([starts, inner])(call.tensor(0)).reshaped(types[0].shape)]
    })
}

extension Tensor {
  /// The slices at indices along an axis, in their order.
  func slices(_ indices: [Int], along axis: Int) -> Tensor {
    let split = AxisSplit(shape, axis)
    let view = Shape([split.outer, split.size, split.inner])
    var sizes = shape.sizes
    sizes[axis] = indices.count
    let places = [Array(0..<split.outer), indices, Array(0..<split.inner)]
    return Rearrangement(places, of: view)(self).reshaped(Shape(sizes))
  }
}
