import Tensor

extension Operator {
  static let convTranspose = Operator(
    "ConvTranspose", "Spreads every input over a kernel's extent: the transpose of Conv",
    inputs: 2...3,
    attributes: Window.attributes + [
      .defaulted("group", .int(1)), .optional("kernel_shape", .ints),
      .optional("output_padding", .ints), .optional("output_shape", .ints),
    ],
    work: { types, outputs in
      guard let convolution = try? TransposedConvolution(types) else { return .none }
      let biased = types.optional(2) == nil ? 0 : outputs[0].shape.count
      return .products(convolution.multiplications) + .add * biased
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try TransposedConvolution(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let convolution = try TransposedConvolution(call.types)
      return [Tensor(types[0].shape, floats: convolution.evaluate(call), type: types[0].element)]
    })
}

/// The sizes of a transposed convolution: X is batch x channels x inputs, W channels x
/// kernels/groups x taps, the output batch x kernels x outputs.
struct TransposedConvolution {
  /// The convolution that this one transposes: its inputs are our outputs.
  let window: Window
  let batch: Int
  let groups: Int
  /// Input channels and output channels of one group.
  let channels: Int
  let kernels: Int
  let multiplications: Int
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let x = try types.floats(0, "X", rank: 3...Int.max)
    let w = try types.floats(1, "W", rank: x.rank...x.rank)
    groups = try groupCount(types.attributes)
    guard x[1] == w[0], w[0] % groups == 0 else {
      throw OperatorError(
        "found input \(x), kernels \(w) and \(groups) groups, expected as many kernels as "
          + "channels, shared among the groups")
    }
    let kernel = Array(w.sizes.dropFirst(2))
    try checkKernelShape(types.attributes, kernel)
    batch = x[0]
    channels = w[0] / groups
    kernels = w[1]
    let (maps, overflow) = kernels.multipliedReportingOverflow(by: groups)
    guard !overflow else { throw OperatorError("\(groups) groups are too many") }
    try types.vector(2, "B", count: maps)
    window = try Window(
      transposing: types.attributes, input: Array(x.sizes.dropFirst(2)), kernel: kernel)
    output = try checkedShape([batch, maps] + window.inputSizes)
    multiplications = try countMultiplications(x.count, kernels, window.kernelCount)
  }

  func evaluate(_ call: Operator.Call) -> [Float] {
    guard output.count > 0 else { return [] }
    let (x, w) = (call.tensor(0).floats, call.tensor(1).floats)
    let bias = call.optional(2)?.floats ?? [Float](repeating: 0, count: groups * kernels)
    var result = channelwise(bias, batch: batch, plane: window.inputCount)
    for image in 0..<batch {
      for group in 0..<groups { evaluateGroup(group, of: image, x, w, &result, call.order) }
    }
    return result
  }

  /// What every input contributes to every tap, as a product of matrices, then each contribution
  /// added where it belongs.
  private func evaluateGroup(
    _ group: Int, of image: Int, _ x: [Float], _ w: [Float], _ result: inout [Float],
    _ order: MatrixMultiply.Order
  ) {
    let positions = window.outputCount
    let rows = kernels * window.kernelCount
    let left = Matrix(
      w, offset: group * channels * rows, rows: rows, columns: channels, isTransposed: true)
    let source = (image * groups + group) * channels * positions
    let target = (image * groups + group) * kernels * window.inputCount
    for block in blocks(of: positions, depth: rows) {
      let right = Matrix(
        x, offset: source + block.lowerBound, rows: channels, columns: block.count,
        stride: positions)
      var parts = [Float](repeating: 0, count: rows * block.count)
      MatrixMultiply.multiply(left, right, into: &parts, order: order)
      scatter(parts, block, into: &result, at: target)
    }
  }

  private func scatter(
    _ parts: [Float], _ positions: Range<Int>, into result: inout [Float], at start: Int
  ) {
    let (plane, taps, step) = (window.inputCount, window.kernelCount, window.step)
    window.forEachTap(over: positions) { tap, runs in
      for kernel in 0..<kernels {
        let row = (kernel * taps + tap) * positions.count
        for run in runs {
          let source = row + run.output
          let target = start + kernel * plane + run.input
          for i in 0..<run.count { result[target + i * step] += parts[source + i] }
        }
      }
    }
  }
}

extension Window {
  /// The window whose transpose turns `input` into the output that the attributes of ConvTranspose
  /// ask for: its own input is that output.
  public init(
    transposing attributes: Attributes, input: [Int], kernel: [Int]
  ) throws(OperatorError) {
    let steps = try WindowSteps(attributes, input: input, kernel: kernel)
    let padding = try Padding(attributes, rank: input.count)
    let extra = try attributes.perAxis("output_padding", count: input.count, default: 0, from: 0)
    let wanted = try attributes.perAxis("output_shape", count: input.count, default: 0, from: 1)
    var axes: [Axis] = []
    for i in input.indices {
      let extent = (kernel[i] - 1) * steps.dilations[i] + 1
      let full = steps.strides[i] * (input[i] - 1) + extent + extra[i]
      var pads = (begin: padding.begin[i], end: padding.end[i])
      var output = full - pads.begin - pads.end
      if wanted[i] > 0 || padding.isSame {
        output = wanted[i] > 0 ? wanted[i] : steps.strides[i] * input[i]
        pads = padding.split(max(full - output, 0))
      }
      guard output > 0 else {
        throw OperatorError("the output would have \(output) elements along spatial axis \(i)")
      }
      axes.append(
        Axis(
          input: output, kernel: kernel[i], stride: steps.strides[i],
          dilation: steps.dilations[i], padBegin: pads.begin, padEnd: pads.end, output: input[i]))
    }
    self.init(axes)
  }
}
