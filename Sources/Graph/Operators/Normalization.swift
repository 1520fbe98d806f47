import Tensor

/// Normalizations of channels and of blocks of consecutive elements.
extension Operator {
  static let normalizations: [Operator] = [
    batchNormalization, instanceNormalization, groupNormalization, layerNormalization,
  ]

  private static let epsilon = AttributeSpec.defaulted("epsilon", .float(1e-5))

  private static let batchNormalization = Operator(
    "BatchNormalization", "scale * (x - mean) / sqrt(variance + epsilon) + B with known moments",
    inputs: 5...5,
    attributes: [
      epsilon, .defaulted("momentum", .float(0.9)), .defaulted("training_mode", .int(0)),
    ],
    work: { types, outputs in
      // A gain and an offset for each channel, then one product for each element.
      Work(adds: 2, multiplies: 1, divides: 2) * types.shape(1).count
        + .products(outputs[0].shape.count)
    },
    infer: { types throws(OperatorError) in
      let output = try channelwise(
        types, rank: 2, parameters: "scale", "B", "input_mean", "input_var")
      guard !types.attributes.bool("training_mode") else {
        throw OperatorError("attribute training_mode: found 1, expected 0 (inference)")
      }
      return [output]
    },
    compute: { call, types throws(OperatorError) in
      let (scale, bias) = (call.tensor(1).floats, call.tensor(2).floats)
      let (mean, variance) = (call.tensor(3).floats, call.tensor(4).floats)
      let epsilon = call.attributes.float("epsilon")
      let gains = scale.indices.map { scale[$0] / (variance[$0] + epsilon).squareRoot() }
      let offsets = scale.indices.map { bias[$0] - mean[$0] * gains[$0] }
      return [call.tensor(0).scaled(gains, offsets)]
    })

  private static let instanceNormalization = Operator(
    "InstanceNormalization", "Brings each channel of each image to mean B and deviation scale",
    inputs: 3...3, attributes: [epsilon],
    work: { _, outputs in
      let shape = outputs[0].shape
      return Standardized.work(shape, blocks: shape[0] * shape[1]) + .products(shape.count)
    },
    infer: { types throws(OperatorError) in
      [try channelwise(types, rank: 3, parameters: "scale", "B")]
    },
    compute: { call, types throws(OperatorError) in
      let shape = types[0].shape
      let standard = Standardized(call, blocks: shape[0] * shape[1])
      return [standard.tensor.scaled(call.tensor(1).floats, call.tensor(2).floats)]
    })

  private static let groupNormalization = Operator(
    "GroupNormalization", "Standardizes groups of channels of each image, then scales each channel",
    inputs: 3...3,
    attributes: [epsilon, .required("num_groups", .int), .defaulted("stash_type", .int(1))],
    work: { types, outputs in
      let shape = outputs[0].shape
      let blocks = shape[0] * types.attributes.int("num_groups")
      return Standardized.work(shape, blocks: blocks) + .products(shape.count)
    },
    infer: { types throws(OperatorError) in
      let output = try channelwise(types, rank: 3, parameters: "scale", "B")
      let (groups, channels) = (types.attributes.int("num_groups"), output.shape[1])
      guard groups > 0, groups <= max(channels, 1), channels % groups == 0 else {
        throw OperatorError(
          "attribute num_groups: found \(groups), expected a divisor of \(channels) channels")
      }
      return [output]
    },
    compute: { call, types throws(OperatorError) in
      let blocks = types[0].shape[0] * call.attributes.int("num_groups")
      let standard = Standardized(call, blocks: blocks)
      return [standard.tensor.scaled(call.tensor(1).floats, call.tensor(2).floats)]
    })

  /// The output of a normalization with parameters for each channel.
  private static func channelwise(
    _ types: Types, rank: Int, parameters: String...
  ) throws(OperatorError) -> TensorType {
    let x = try types.floats(0, "X", rank: rank...Int.max)
    for (index, name) in parameters.enumerated() {
      try types.vector(index + 1, name, count: x[1])
    }
    _ = try checkedShape([x[0], x[1]])
    return types.type(0)
  }

  private static let layerNormalization = Operator(
    "LayerNormalization",
    "Standardizes over the axes from `axis` on, then scales element by element",
    inputs: 2...3, outputs: 1...3,
    attributes: [.defaulted("axis", .int(-1)), epsilon, .defaulted("stash_type", .int(1))],
    work: { types, outputs in
      guard let moments = try? layerMoments(types) else { return .none }
      let scale: Work = .multiply + (types.optional(2) == nil ? .none : .add)
      let shape = outputs[0].shape
      return Standardized.work(shape, blocks: moments.count) + scale * shape.count
    },
    infer: { types throws(OperatorError) in
      let moments = TensorType(.float, try layerMoments(types))
      return Array([types.type(0), moments, moments].prefix(types.outputCount))
    },
    compute: { call, types throws(OperatorError) in
      let moments = try layerMoments(call.types)
      let standard = Standardized(call, blocks: moments.count)
      let scale = call.tensor(1).floats
      let bias = call.optional(2)?.floats ?? [Float](repeating: 0, count: scale.count)
      var floats = standard.tensor.floats
      for i in floats.indices {
        let parameter = i % scale.count
        floats[i] = floats[i] * scale[parameter] + bias[parameter]
      }
      let results = [
        Tensor(types[0].shape, floats: floats, type: types[0].element),
        Tensor(moments, floats: standard.means),
        Tensor(moments, floats: standard.inverseDeviations),
      ]
      return Array(results.prefix(call.outputCount))
    })

  /// The shape of the means and deviations of a LayerNormalization.
  private static func layerMoments(_ types: Types) throws(OperatorError) -> Shape {
    let x = try types.floats(0, "X", rank: 1...Int.max)
    let axis = try types.axis(rank: x.rank)
    let layer = x.sizes[axis...]
    for (index, name) in [(1, "Scale"), (2, "B")] where types.optional(index) != nil {
      let parameter = try types.floats(index, name, rank: 0...Int.max)
      guard parameter.sizes.drop(while: { $0 == 1 }) == layer.drop(while: { $0 == 1 }) else {
        throw OperatorError("input \(name): found \(parameter), expected \(Shape(Array(layer)))")
      }
    }
    return try checkedShape(x.sizes[..<axis] + layer.map { _ in 1 })
  }
}

extension Tensor {
  /// `gain * x + offset`, by the channel, along axis 1, that an element belongs to.
  fileprivate func scaled(_ gains: [Float], _ offsets: [Float]) -> Tensor {
    let plane = shape.sizes.dropFirst(2).reduce(1, *)
    var floats = self.floats
    for start in stride(from: 0, to: count, by: max(plane, 1)) {
      let channel = start / plane % gains.count
      let (gain, offset) = (gains[channel], offsets[channel])
      for i in start..<(start + plane) { floats[i] = floats[i] * gain + offset }
    }
    return Tensor(shape, floats: floats, type: type)
  }
}

/// A tensor whose blocks of consecutive elements are brought to mean 0 and variance 1. Moments are
/// summed in double precision and rounded once.
private struct Standardized {
  let tensor: Tensor
  /// One for each block.
  private(set) var means: [Float] = []
  /// `1 / sqrt(variance + epsilon)` of each block.
  private(set) var inverseDeviations: [Float] = []

  /// Standardizes the first input in `blocks` parts of the same size, with the attribute `epsilon`.
  init(_ call: Operator.Call, blocks: Int) {
    let x = call.tensor(0)
    let epsilon = Double(call.attributes.float("epsilon"))
    var floats = x.floats
    let size = x.count / max(blocks, 1)
    for block in 0..<blocks {
      let range = (block * size)..<((block + 1) * size)
      let mean = floats[range].reduce(0.0) { $0 + Double($1) } / Double(size)
      let variance =
        floats[range].reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(size)
      means.append(Float(mean))
      inverseDeviations.append(Float(1 / (variance + epsilon).squareRoot()))
      for i in range { floats[i] = (floats[i] - means[block]) * inverseDeviations[block] }
    }
    tensor = Tensor(x.shape, floats: floats, type: x.type)
  }

  /// What it takes to standardize a tensor in `blocks` parts.
  static func work(_ shape: Shape, blocks: Int) -> Work {
    Work(adds: 4, multiplies: 2) * shape.count + Work(adds: 1, divides: 4) * blocks
  }
}
