import Tensor

/// What undoes pooling and the cutting of images into blocks.
extension Operator {
  static let unpooling: [Operator] = [maxUnpool, blocksToImage]

  private static let maxUnpool = Operator(
    "MaxUnpool", "maxima put back where MaxPool found them, amid zeros", inputs: 2...3,
    attributes: [
      .required("kernel_shape", .ints), .optional("pads", .ints), .optional("strides", .ints),
    ],
    work: .move,
    infer: { types throws(OperatorError) in
      let pooled = try unpooled(types)
      guard let sizes = try types.ints(2, "output_shape") else {
        return [TensorType(types.element(0), pooled)]
      }
      guard sizes.count == pooled.rank, zip(sizes, pooled.sizes).allSatisfy({ $0 >= $1 }) else {
        throw OperatorError(
          "the output_shape input: found \(sizes), expected at least \(pooled.sizes)")
      }
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let (x, indices, pooled) = (call.tensor(0), call.tensor(1).ints, try unpooled(call.types))
      var floats = [Float](repeating: 0, count: pooled.count)
      for (index, maximum) in zip(indices, x.floats) {
        guard index >= 0, index < pooled.count else {
          throw OperatorError("found index \(index), expected 0 to \(pooled.count - 1)")
        }
        floats[Int(index)] = maximum
      }
      // Indices count in the smallest input of the pooling; a larger one has it in its corner.
      let places = zip(types[0].shape.sizes, pooled.sizes).map { size, inner in
        (0..<size).map { $0 < inner ? $0 : Rearrangement.fill }
      }
      return [Rearrangement(places, of: pooled)(Tensor(pooled, floats: floats, type: x.type))]
    })

  /// The shape of the smallest input that MaxPool makes X of.
  private static func unpooled(_ types: Types) throws(OperatorError) -> Shape {
    let x = try types.floats(0, "X", rank: 3...Int.max)
    guard types.type(1) == TensorType(.int64, x) else {
      throw OperatorError("input I: found \(types.type(1)), expected \(TensorType(.int64, x))")
    }
    let (sizes, rank) = (Array(x.sizes.dropFirst(2)), x.rank - 2)
    let kernel = types.attributes.ints("kernel_shape") ?? []
    guard kernel.count == rank else {
      throw OperatorError("attribute kernel_shape: found \(kernel), expected \(rank) sizes")
    }
    try check(kernel, "kernel size", in: 1...Window.limit)
    try check(sizes, "input size", in: 0...Window.limit)
    let strides = try types.attributes.perAxis("strides", count: rank, default: 1, from: 1)
    let pads = try types.attributes.perAxis("pads", count: 2 * rank, default: 0, from: 0)
    return try checkedShape(
      x.sizes.prefix(2)
        + (0..<rank).map { axis in
          (sizes[axis] - 1) * strides[axis] + kernel[axis] - pads[axis] - pads[rank + axis]
        })
  }

  private static let blocksToImage = Operator(
    "Col2Im", "the image that the columns are the blocks of; where blocks overlap, their sum",
    inputs: 3...3,
    attributes: [
      .optional("dilations", .ints), .optional("pads", .ints), .optional("strides", .ints),
    ],
    work: { types, _ in .add * types.shape(0).count },
    infer: { types throws(OperatorError) in
      let blocks = try Blocks(types)
      return [TensorType(types.element(0), blocks.output)]
    },
    compute: { call, types throws(OperatorError) in
      let blocks = try Blocks(call.types)
      let image = blocks.image(of: call.tensor(0).floats)
      return [Tensor(types[0].shape, floats: image, type: types[0].element)]
    })
}

/// The sizes of a Col2Im.
private struct Blocks {
  /// Over the image, with a tap for each row of a block and an output for each block.
  let window: Window
  /// Batch times channels.
  let planes: Int
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let columns = try types.floats(0, "input", rank: 3...3)
    let image = try types.ints(1, "image_shape")!
    let block = try types.ints(2, "block_shape")!
    window = try Window(resolving: types.attributes, input: image, kernel: block)
    let taps = window.kernelCount
    guard columns[1] % taps == 0, columns[2] == window.outputCount else {
      throw OperatorError(
        "input: found \(columns), expected a multiple of \(taps) rows and \(window.outputCount) "
          + "columns")
    }
    planes = columns[0] * (columns[1] / taps)
    output = try checkedShape([columns[0], columns[1] / taps] + image)
  }

  func image(of columns: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: output.count)
    let (inputs, outputs, step) = (window.inputCount, window.outputCount, window.step)
    guard !result.isEmpty else { return [] }
    window.forEachTap(over: 0..<outputs) { tap, runs in
      for plane in 0..<planes {
        for run in runs {
          let source = (plane * window.kernelCount + tap) * outputs + run.output
          let target = plane * inputs + run.input
          for i in 0..<run.count { result[target + i * step] += columns[source + i] }
        }
      }
    }
    return result
  }
}
