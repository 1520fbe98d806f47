import Tensor

extension Operator {
  static let deformConv = Operator(
    "DeformConv", "Conv whose taps are moved by offsets, and weighted by a mask, at each output",
    inputs: 3...5,
    attributes: [
      .optional("dilations", .ints), .defaulted("group", .int(1)),
      .optional("kernel_shape", .ints), .defaulted("offset_group", .int(1)),
      .optional("pads", .ints), .optional("strides", .ints),
    ],
    work: { types, outputs in
      guard let deformed = try? DeformedConvolution(types) else { return .none }
      // Each tap of each channel is interpolated.
      let samples = types.shape(0)[1] * deformed.taps * deformed.plain.window.outputCount
      let neighbours = 1 << deformed.axes.count
      return .products(deformed.plain.multiplications)
        + .products(neighbours) * (types.shape(0)[0] * samples)
        + .add * (types.optional(3) == nil ? 0 : outputs[0].shape.count)
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try DeformedConvolution(types).plain.output)]
    },
    compute: { call, types throws(OperatorError) in
      let deformed = try DeformedConvolution(call.types)
      return [Tensor(types[0].shape, floats: deformed.evaluate(call), type: types[0].element)]
    })
}

/// The sizes of a deformable convolution (Dai et al., arXiv:1703.06211; Zhu et al.,
/// arXiv:1811.11168). Offsets are batch x (groups x taps x axes) x outputs, the mask is batch x
/// (groups x taps) x outputs.
private struct DeformedConvolution {
  /// The convolution without offsets.
  let plain: Convolution
  /// The spatial axes; beyond them are zeros.
  let axes: [GridAxis]
  let offsetGroups: Int

  init(_ types: Operator.Types) throws(OperatorError) {
    var operands = types
    operands.inputs = [types.inputs[0], types.inputs[1], types.optional(3)]
    plain = try Convolution(operands)
    let (x, sizes) = (types.shape(0), plain.window.inputSizes)
    guard sizes.count <= 3 else {
      throw OperatorError("input X: found \(x), expected 1 to 3 spatial axes")
    }
    axes = sizes.map { GridAxis(length: $0, isAligned: true, padding: .zeros) }
    offsetGroups = types.attributes.int("offset_group")
    try check([offsetGroups], "attribute offset_group", in: 1...Window.limit)
    guard x[1] % offsetGroups == 0 else {
      throw OperatorError("found \(x[1]) channels, expected a multiple of \(offsetGroups)")
    }
    let rows = offsetGroups * plain.window.kernelCount
    try types.check(2, "offset", [x[0], rows * sizes.count] + plain.window.outputSizes)
    try types.check(4, "mask", [x[0], rows] + plain.window.outputSizes)
    _ = try countMultiplications(x[1], taps, plain.window.outputCount, 1 << sizes.count, x[0])
  }

  var taps: Int { plain.window.kernelCount }

  func evaluate(_ call: Operator.Call) -> [Float] {
    guard plain.output.count > 0 else { return [] }
    let (x, w) = (call.tensor(0).floats, call.tensor(1).floats)
    let (offsets, mask) = (call.tensor(2).floats, call.optional(4)?.floats)
    let (kernels, outputs) = (plain.kernels, plain.window.outputCount)
    let depth = plain.channels * taps
    let bias =
      call.optional(3)?.floats ?? [Float](repeating: 0, count: plain.groups * kernels)
    var result = channelwise(bias, batch: plain.batch, plane: outputs)
    for image in 0..<plain.batch {
      for positions in blocks(of: outputs, depth: plain.groups * depth) {
        let patches = patches(x, offsets, mask, image, positions)
        for group in 0..<plain.groups {
          MatrixMultiply.multiply(
            Matrix(w, offset: group * kernels * depth, rows: kernels, columns: depth),
            Matrix(
              patches, offset: group * depth * positions.count, rows: depth,
              columns: positions.count),
            into: &result,
            at: (image * plain.groups + group) * kernels * outputs + positions.lowerBound,
            stride: outputs, adding: true, order: call.order)
        }
      }
    }
    return result
  }

  /// A row for each channel and tap, a column for each output.
  private func patches(
    _ x: [Float], _ offsets: [Float], _ mask: [Float]?, _ image: Int, _ positions: Range<Int>
  ) -> [Float] {
    let (inputs, outputs) = (plain.window.inputCount, plain.window.outputCount)
    let allChannels = plain.groups * plain.channels
    let channels = allChannels / offsetGroups
    var patches = [Float](repeating: 0, count: allChannels * taps * positions.count)
    for group in 0..<offsetGroups {
      for tap in 0..<taps {
        let row = (image * offsetGroups + group) * taps + tap
        for (column, position) in positions.enumerated() {
          let point = plain.window.point(tap, position).enumerated().map { axis, place in
            Double(place) + Double(offsets[(row * axes.count + axis) * outputs + position])
          }
          let neighbours = Tap.crossed(
            zip(axes, point).map { $0.taps(at: $1, .linear) }, sizes: axes.map(\.length))
          let weight = mask.map { $0[row * outputs + position] } ?? 1
          for channel in (group * channels)..<((group + 1) * channels) {
            let value = neighbours.sum(of: x, from: (image * allChannels + channel) * inputs)
            patches[(channel * taps + tap) * positions.count + column] = weight * value
          }
        }
      }
    }
    return patches
  }
}

extension Window {
  /// The place in the input, perhaps in the padding, that a tap has at an output.
  fileprivate func point(_ tap: Int, _ output: Int) -> [Int] {
    var (tap, output) = (tap, output)
    var places: [Int] = []
    for axis in axes.reversed() {
      places.append(
        output % axis.output * axis.stride + tap % axis.kernel * axis.dilation - axis.padBegin)
      tap /= axis.kernel
      output /= axis.output
    }
    return places.reversed()
  }
}

extension Operator.Types {
  /// Checks that an input holds floats of a shape, if it is there.
  fileprivate func check(_ index: Int, _ name: String, _ sizes: [Int]) throws(OperatorError) {
    guard let type = optional(index) else { return }
    let shape = try checkedShape(sizes)
    guard type.element.isFloatingPoint, type.shape == shape else {
      throw OperatorError("input \(name): found \(type), expected floats of shape \(shape)")
    }
  }
}
