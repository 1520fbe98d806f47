import Compiler
import Graph
import Support
import Tensor

extension Graph {
  /// Lets the mean of each layer's outputs be what it was with other weights, by a shift of its biases: what
  /// weights lose, their errors times the means of the activations that they meet, is known once these have
  /// been seen on samples. Most of what changed weights cost a network is such a shift, as activations
  /// are mostly of one sign (Nagel et al., arXiv 1906.04721, section 4.2, with means seen on samples).
  ///
  /// Layers whose biases are computed stay as they are, and all do without samples of the user's. O(weights)
  /// beside evaluating up to 16 samples, in an order of operations that is the same on every machine.
  ///
  /// - Parameter original: the same nodes over the weights as they were.
  mutating func correctBiases(from original: Graph, _ options: Options) throws(Failure) {
    guard !options.samples.isEmpty else { return }
    let samples = try CalibrationSamples(original, options).all.prefix(Self.mostSamples)
    let layers = original.nodes.indices.compactMap { CorrectedLayer($0, in: original) }
      .filter { original.values[$0.weights].constant != values[$0.weights].constant }
    guard !layers.isEmpty else { return }
    var means = InputMeans(layers)
    for sample in samples {
      _ = try original.evaluate(sample, order: .ascending) { id, tensor in means.add(id, tensor) }
    }
    var names = FreshNames(values.elements.map(\.name))
    for layer in layers {
      guard let mean = means[layer], let before = original.constant(layer.weights),
        let after = constant(layer.weights)
      else { continue }
      let shifts = zip(
        layer.outputs(of: before, at: mean, options.threads),
        layer.outputs(of: after, at: mean, options.threads)
      ).map { $0 - $1 }
      guard shifts.allSatisfy(\.isFinite) else { continue }
      shift(layer, by: shifts, &names)
    }
  }

  private static let mostSamples = 16

  /// Adds to a layer's biases, or to what is added right behind it.
  private mutating func shift(
    _ layer: CorrectedLayer, by shifts: [Double], _ names: inout FreshNames
  ) {
    var node = nodes[layer.node]
    guard makeBiased(&node) else { return shiftSum(behind: layer, by: shifts, &names) }
    guard let bias = bias(of: node, shifts.count) else { return }
    setBias(of: &node, zip(bias, shifts).map { Float($0 + $1) }, &names)
    nodes[layer.node] = node
  }

  /// Adds to the constant that is all that is added to the product of a stack of matrices.
  private mutating func shiftSum(
    behind layer: CorrectedLayer, by shifts: [Double], _ names: inout FreshNames
  ) {
    let product = nodes[layer.node]
    guard product.clamp == nil, let output = product.outputs[0], !outputs.contains(output) else {
      return
    }
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(output) }
    guard readers.count == 1, nodes[readers[0]].op.name == "Add",
      let place = nodes[readers[0]].inputs.firstIndex(where: { $0 != output }),
      let term = constant(nodes[readers[0]].inputs[place])?.tensor, term.type == .float,
      term.count == shifts.count, term.shape.sizes.last == shifts.count
    else { return }
    let sums = zip(term.floats, shifts).map { Float(Double($0) + $1) }
    let name = names.take(product.name + ".bias")
    nodes[readers[0]].inputs[place] = values.append(
      Value(name, constant: Constant(Tensor(term.shape, floats: sums))))
  }
}

/// A layer whose biases can be corrected.
private struct CorrectedLayer {
  let node: Int
  let weights: ID<Value>
  let input: ID<Value>
  /// The axis of the input along which its channels lie.
  let channelAxis: Int
  private let kernels: Int
  /// Input channels of a group, and the elements of one in a kernel.
  private let channels: Int
  private let taps: Int
  private let groups: Int
  /// Whether weights lie kernel by kernel; else element by element.
  private let isByKernel: Bool
  private let factor: Double

  init?(_ index: Int, in graph: Graph) {
    let node = graph.nodes[index]
    guard let layer = WeightedLayer(node, in: graph), let input = node.inputs[0],
      let rank = graph.values[input].shape?.rank, let kernelAxis = layer.kernelAxis,
      let shape = graph.values[layer.weights].shape, node.op.name != "ConvTranspose"
    else { return nil }
    let isConvolution = node.op.name == "Conv"
    guard isConvolution || shape.rank == 2,
      node.op.name != "Gemm" || !node.attributes.bool("transA")
    else { return nil }
    self.node = index
    self.input = input
    weights = layer.weights
    channelAxis = isConvolution ? 1 : rank - 1
    kernels = shape[kernelAxis]
    channels = shape[layer.inputAxis]
    taps = isConvolution ? shape.sizes.dropFirst(2).reduce(1, *) : 1
    groups = isConvolution ? node.attributes.int("group") : 1
    isByKernel = kernelAxis == 0
    factor = node.op.name == "Gemm" ? Double(node.attributes.float("alpha")) : 1
  }

  /// Of each kernel, what it makes of a patch in which each channel has its mean.
  func outputs(of weights: Constant, at means: [Double], _ threads: Int) -> [Double] {
    let gains = weights.gains.flatMap { $0.values.count == kernels ? $0.values : nil }
    let sums: [Double]
    switch gains != nil || weights.gains == nil ? weights.base : .dense(weights.tensor) {
    case .dense(let tensor):
      let floats = tensor.floats
      sums = self.sums(means, threads) { Double(floats[$0]) }
    case .clustered(let clustered):
      let (codes, values) = (clustered.codes, [0] + clustered.codebook.map { Double($0) })
      sums = self.sums(means, threads) { values[Int(codes[$0])] }
    }
    return sums.indices.map { sums[$0] * factor * Double(gains?[$0] ?? 1) }
  }

  /// - Parameter weight: that at a place.
  @inline(__always)
  private func sums(
    _ means: [Double], _ threads: Int, _ weight: @Sendable (Int) -> Double
  ) -> [Double] {
    let step = 64
    let runs = parallelMap(count: (kernels + step - 1) / step, threads: threads) { run in
      let run = run * step..<min((run + 1) * step, kernels)
      var sums = [Double](repeating: 0, count: run.count)
      guard isByKernel else {
        for channel in 0..<channels {
          for kernel in run {
            sums[kernel - run.lowerBound] += means[channel] * weight(channel * kernels + kernel)
          }
        }
        return sums
      }
      for kernel in run {
        let group = kernel / (kernels / groups) * channels
        for channel in 0..<channels {
          let first = (kernel * channels + channel) * taps
          var sum = 0.0
          for tap in first..<first + taps { sum += weight(tap) }
          sums[kernel - run.lowerBound] += means[group + channel] * sum
        }
      }
      return sums
    }
    return runs.flatMap { $0 }
  }
}

/// The means of what layers read, channel by channel, over samples and places. A place, of x over its
/// channels, weighs 1 / (|x|^2 + the mean of |x|^2): one that is far larger than the others, as a token
/// of a transformer may be, would have a mean that suits no other.
private struct InputMeans {
  private struct Key: Hashable {
    var value: ID<Value>
    var axis: Int
  }

  /// Of a value along an axis, the sum over places for each channel, and of their weights.
  private struct Sums {
    var channels: [Double]
    var weight = 0.0
  }

  private var sums: [Key: Sums] = [:]
  private var axes: [ID<Value>: Set<Int>] = [:]

  init(_ layers: [CorrectedLayer]) {
    for layer in layers { axes[layer.input, default: []].insert(layer.channelAxis) }
  }

  mutating func add(_ id: ID<Value>, _ tensor: Tensor) {
    guard let axes = axes[id], tensor.type.isFloatingPoint, tensor.count > 0 else { return }
    let floats = tensor.floats
    for axis in axes {
      let (size, inner) = (tensor.shape[axis], tensor.shape.strides[axis])
      let weights = Self.weights(floats, size: size, inner: inner)
      let key = Key(value: id, axis: axis)
      var sums = sums[key] ?? Sums(channels: [Double](repeating: 0, count: size))
      for (row, start) in stride(from: 0, to: floats.count, by: inner).enumerated() {
        let first = row / size * inner
        var sum = 0.0
        for place in 0..<inner { sum += Double(floats[start + place]) * weights[first + place] }
        sums.channels[row % size] += sum
      }
      sums.weight += weights.reduce(0, +)
      self.sums[key] = sums
    }
  }

  /// Of each place; zeros where all are zero.
  private static func weights(_ floats: [Float], size: Int, inner: Int) -> [Double] {
    var squares = [Double](repeating: 0, count: floats.count / size)
    for (row, start) in stride(from: 0, to: floats.count, by: inner).enumerated() {
      let first = row / size * inner
      for place in 0..<inner {
        squares[first + place] += Double(floats[start + place]) * Double(floats[start + place])
      }
    }
    let mean = squares.reduce(0, +) / Double(squares.count)
    return squares.map { mean > 0 ? 1 / ($0 + mean) : 0 }
  }

  /// Nil where nothing but zeros has been seen.
  subscript(layer: CorrectedLayer) -> [Double]? {
    guard let sums = sums[Key(value: layer.input, axis: layer.channelAxis)], sums.weight > 0 else {
      return nil
    }
    return sums.channels.map { $0 / sums.weight }
  }
}
