import Tensor

/// Convolutions, by matrix products; see ``Window`` for what slides over what.
extension Operator {
  static let convolutions: [Operator] = [conv, convTranspose]

  static let conv = Operator(
    "Conv", "Slides kernels over the spatial axes of the input: 1-D, 2-D, 3-D, in groups",
    inputs: 2...3,
    attributes: Convolution.attributes,
    work: { types, outputs in
      guard let convolution = try? Convolution(types) else { return .none }
      let biased = types.optional(2) == nil ? 0 : outputs[0].shape.count
      return .products(convolution.multiplications) + .add * biased
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try Convolution(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let convolution = try Convolution(call.types)
      return [Tensor(types[0].shape, floats: convolution.evaluate(call), type: types[0].element)]
    })
}

/// The sizes of a convolution: X is batch x channels x inputs, W kernels x channels/groups x taps,
/// the output batch x kernels x outputs.
struct Convolution {
  let window: Window
  let batch: Int
  let groups: Int
  /// Input channels and kernels of one group.
  let channels: Int
  let kernels: Int
  let multiplications: Int
  let output: Shape

  static let attributes: [AttributeSpec] =
    Window.attributes + [.defaulted("group", .int(1)), .optional("kernel_shape", .ints)]

  init(_ types: Operator.Types) throws(OperatorError) {
    let x = try types.floats(0, "X", rank: 3...Int.max)
    let w = try types.floats(1, "W", rank: x.rank...x.rank)
    try self.init(x, w, types.attributes)
    try types.vector(2, "B", count: w[0])
  }

  /// - Parameters x, w: of the same rank, 3 or more.
  init(_ x: Shape, _ w: Shape, _ attributes: Attributes) throws(OperatorError) {
    groups = try groupCount(attributes)
    let isShared = x[1] % groups == 0 && w[0] % groups == 0
    guard isShared, x[1] / groups == w[1] else {
      throw OperatorError(
        "found input \(x), kernels \(w) and \(groups) groups, expected the channels and "
          + "the kernels to be shared among the groups")
    }
    let kernel = Array(w.sizes.dropFirst(2))
    try checkKernelShape(attributes, kernel)
    window = try Window(resolving: attributes, input: Array(x.sizes.dropFirst(2)), kernel: kernel)
    batch = x[0]
    channels = w[1]
    kernels = w[0] / groups
    output = try checkedShape([batch, w[0]] + window.outputSizes)
    multiplications = try countMultiplications(output.count, channels, window.kernelCount)
  }

  func evaluate(_ call: Operator.Call) -> [Float] {
    guard output.count > 0 else { return [] }
    let (x, w) = (call.tensor(0).floats, call.tensor(1).floats)
    let bias = call.optional(2)?.floats ?? [Float](repeating: 0, count: groups * kernels)
    var result = channelwise(bias, batch: batch, plane: window.outputCount)
    if channels == 1, groups > 1 {
      accumulate(x, w, &result) { $0 += $1 * $2 }
    } else {
      for image in 0..<batch {
        for group in 0..<groups { evaluateGroup(group, of: image, x, w, &result, call.order) }
      }
    }
    return result
  }

  /// The convolution of integers, summed in 32 bits with wrap-around onto a bias for each kernel.
  func evaluate(_ x: [Int32], _ w: [Int32], bias: [Int32]) -> [Int32] {
    guard output.count > 0 else { return [] }
    var result = channelwise(bias, batch: batch, plane: window.outputCount)
    accumulate(x, w, &result) { $0 &+= $1 &* $2 }
    return result
  }

  /// A multiply and an add for each tap, without matrices: the way for one channel a kernel, and for
  /// numbers of which no library has matrices.
  @inline(__always)
  private func accumulate<Number>(
    _ x: [Number], _ w: [Number], _ result: inout [Number],
    _ add: (inout Number, Number, Number) -> Void
  ) {
    let (inputs, outputs, taps) = (window.inputCount, window.outputCount, window.kernelCount)
    let step = window.step
    window.forEachTap(over: 0..<outputs) { tap, runs in
      for plane in 0..<(batch * groups * kernels) {
        for channel in 0..<channels {
          let weight = w[(plane % (groups * kernels) * channels + channel) * taps + tap]
          let start = (plane / kernels * channels + channel) * inputs
          for run in runs {
            let (source, target) = (start + run.input, plane * outputs + run.output)
            for i in 0..<run.count { add(&result[target + i], weight, x[source + i * step]) }
          }
        }
      }
    }
  }

  /// The kernels as a matrix times the patches as a matrix, some outputs at a time.
  private func evaluateGroup(
    _ group: Int, of image: Int, _ x: [Float], _ w: [Float], _ result: inout [Float],
    _ order: MatrixMultiply.Order
  ) {
    let (inputs, outputs) = (window.inputCount, window.outputCount)
    let depth = channels * window.kernelCount
    let left = Matrix(w, offset: group * kernels * depth, rows: kernels, columns: depth)
    let source = (image * groups + group) * channels * inputs
    let target = (image * groups + group) * kernels * outputs
    if window.isPointwise {
      let right = Matrix(x, offset: source, rows: depth, columns: outputs)
      MatrixMultiply.multiply(left, right, into: &result, at: target, adding: true, order: order)
      return
    }
    for positions in blocks(of: outputs, depth: depth) {
      let patches = patches(x, from: source, positions)
      let right = Matrix(patches, rows: depth, columns: positions.count)
      MatrixMultiply.multiply(
        left, right, into: &result, at: target + positions.lowerBound, stride: outputs,
        adding: true, order: order)
    }
  }

  /// A row for each channel and tap, a column for each output.
  private func patches(_ x: [Float], from start: Int, _ positions: Range<Int>) -> [Float] {
    let (inputs, taps, step) = (window.inputCount, window.kernelCount, window.step)
    var patches = [Float](repeating: 0, count: channels * taps * positions.count)
    window.forEachTap(over: positions) { tap, runs in
      for channel in 0..<channels {
        let row = (channel * taps + tap) * positions.count
        for run in runs {
          let source = start + channel * inputs + run.input
          let target = row + run.output
          for i in 0..<run.count { patches[target + i] = x[source + i * step] }
        }
      }
    }
    return patches
  }
}

extension Window {
  /// Whether the patches of a convolution are the input as it is.
  var isPointwise: Bool {
    axes.allSatisfy {
      $0.kernel == 1 && $0.stride == 1 && $0.padBegin == 0 && $0.padEnd == 0
    }
  }
}

/// Positions in stretches that keep a matrix of `depth` rows within 16 MiB, which fits caches and
/// bounds what a hostile geometry can allocate.
func blocks(of positions: Int, depth: Int) -> some Sequence<Range<Int>> {
  let size = max(1, (1 << 22) / max(depth, 1))
  return stride(from: 0, to: positions, by: size).lazy.map { $0..<min($0 + size, positions) }
}

/// Values that stand for channels, each repeated over its plane, for every image of the batch.
func channelwise<Number>(_ values: [Number], batch: Int, plane: Int) -> [Number] {
  var result: [Number] = []
  result.reserveCapacity(batch * values.count * plane)
  for _ in 0..<batch {
    for value in values { result.append(contentsOf: repeatElement(value, count: plane)) }
  }
  return result
}

/// The attribute `group`, checked.
func groupCount(_ attributes: Attributes) throws(OperatorError) -> Int {
  let groups = attributes.int("group")
  try check([groups], "attribute group", in: 1...Window.limit)
  return groups
}

/// Checks `kernel_shape` against the kernels, if it is there.
func checkKernelShape(_ attributes: Attributes, _ kernel: [Int]) throws(OperatorError) {
  if let shape = attributes.ints("kernel_shape"), shape != kernel {
    throw OperatorError("attribute kernel_shape: found \(shape), expected \(kernel) as input W has")
  }
}
