import Graph
import OrderedCollections
import Support
import Tensor

/// A ConvTranspose with stride s in both directions as s * s phases: output `s * q + r - padBegin`
/// along each axis is what phase r makes at q.
struct PhaseConvolution {
  /// A node that takes the output of the one before it.
  struct Step {
    var op: Operator
    var attributes: Attributes
    var constants: [Constant]
    /// Of its output.
    var shape: Shape

    fileprivate init?(
      _ name: String, _ attributes: OrderedDictionary<String, Attribute>,
      _ constants: [Constant], _ sizes: [Int]
    ) {
      guard let op = Operator.named(name),
        let attributes = try? Attributes(attributes, specs: op.attributes)
      else { return nil }
      (self.op, self.attributes, self.constants) = (op, attributes, constants)
      shape = Shape(sizes)
    }
  }

  /// A Conv, then perhaps a DepthToSpace and a Slice.
  let steps: [Step]

  /// Nil where the node is none that can be split.
  init?(_ node: Node, in graph: Graph) {
    guard node.op.name == "ConvTranspose", let layer = WeightedLayer(node, in: graph),
      let weights = graph.constant(layer.weights), case .dense(let tensor) = weights.base,
      let input = node.inputs[0].flatMap({ graph.values[$0].shape }), input.rank == 4,
      let window = try? Window(
        transposing: node.attributes, input: Array(input.sizes[2...]),
        kernel: Array(tensor.shape.sizes[2...])),
      window.axes[0].stride == window.axes[1].stride
    else { return nil }
    let axes = window.axes.map(PhaseAxis.init)
    let (stride, groups) = (axes[0].stride, node.attributes.int("group"))
    let (phases, kernels) = (stride * stride, groups * tensor.shape[1])
    guard axes.allSatisfy({ $0.padBegin >= 0 && $0.padEnd >= 0 }),
      axes[0].taps * axes[1].taps * phases <= 4 * window.kernelCount
    else { return nil }
    var constants = [Self.phases(of: weights, tensor, groups: groups, axes)]
    if node.inputs.count > 2, let id = node.inputs[2] {
      guard let bias = graph.constant(id)?.tensor else { return nil }
      let floats = bias.floats.repeated(phases)
      constants.append(Constant(Tensor([floats.count], floats: floats)))
    }
    let pads = axes.map(\.padBegin) + axes.map(\.padEnd)
    var steps = [
      Step(
        "Conv", ["group": .int(Int64(groups)), "pads": .ints(pads.map { Int64($0) })], constants,
        [input[0], kernels * phases] + axes.map(\.positions))
    ]
    if stride > 1 {
      steps.append(
        Step(
          "DepthToSpace", ["blocksize": .int(Int64(stride)), "mode": .string("CRD")], [],
          [input[0], kernels] + axes.map { stride * $0.positions }))
    }
    if axes.contains(where: { $0.wanted != 0..<stride * $0.positions }) {
      let bounds = [axes.map(\.wanted.lowerBound), axes.map(\.wanted.upperBound), [2, 3]]
      steps.append(
        Step(
          "Slice", [:], bounds.map { Constant(Tensor([2], ints: $0.map { Int64($0) })) },
          [input[0], kernels] + axes.map(\.wanted.count)))
    }
    self.steps = steps.compactMap { $0 }
    guard self.steps.count == steps.count else { return nil }
  }

  /// Kernels, input channels, rows and columns of the phases, from input channels, kernels of a
  /// group, rows and columns.
  private static func phases(
    of weights: Constant, _ tensor: Tensor, groups: Int, _ axes: [PhaseAxis]
  ) -> Constant {
    let (shape, strides, old) = (tensor.shape, tensor.shape.strides, tensor.floats)
    let (channels, kernels, stride) = (shape[0] / groups, shape[1], axes[0].stride)
    let result = Shape([
      groups * kernels * stride * stride, channels, axes[0].taps, axes[1].taps,
    ])
    var new: [Float] = []
    new.reserveCapacity(result.count)
    for kernel in 0..<groups * kernels {
      for phase in 0..<stride * stride {
        let rows = axes[0].sources(phase: phase / stride)
        let columns = axes[1].sources(phase: phase % stride)
        for channel in 0..<channels {
          let slice =
            (kernel / kernels * channels + channel) * strides[0] + kernel % kernels * strides[1]
          for row in rows {
            for column in columns {
              if let row, let column {
                new.append(old[slice + row * strides[2] + column])
              } else {
                new.append(0)
              }
            }
          }
        }
      }
    }
    return Constant(
      .dense(Tensor(result, floats: new)),
      gains: weights.gains.map {
        Constant.Gains(axis: 0, values: $0.values.repeated(stride * stride))
      },
      isSparse: weights.isSparse)
  }
}

/// One axis of the phases.
private struct PhaseAxis {
  let stride: Int
  /// Inputs that a phase sees.
  let taps: Int
  /// How far the phases' kernels reach beyond the input.
  let padBegin: Int
  let padEnd: Int
  /// Outputs of a phase.
  let positions: Int
  /// What is wanted of the interleaved phases.
  let wanted: Range<Int>
  private let window: Window.Axis

  /// - Parameter axis: of the window that is transposed, whose input is our output.
  init(_ axis: Window.Axis) {
    window = axis
    stride = axis.stride
    taps = (axis.extent + stride - 1) / stride
    let first = axis.padBegin / stride
    let last = (axis.padBegin + axis.input - 1) / stride
    padBegin = taps - 1 - first
    padEnd = last - (axis.output - 1)
    positions = last - first + 1
    let start = axis.padBegin - first * stride
    wanted = start..<start + axis.input
  }

  /// The taps of the transposed kernel that a phase's kernel consists of; nil for a zero. Position q
  /// sees the input that lies `back` before it through the tap `phase + back * stride`.
  func sources(phase: Int) -> [Int?] {
    (0..<taps).reversed().map { back in
      let offset = phase + back * stride
      guard offset < window.extent, offset % window.dilation == 0 else { return nil }
      return offset / window.dilation
    }
  }
}

extension [Float] {
  /// Each element `count` times.
  fileprivate func repeated(_ count: Int) -> [Float] {
    flatMap { [Float](repeating: $0, count: count) }
  }
}
