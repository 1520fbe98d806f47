import Graph
import Hardware
import Plan
import Support
import Tensor

/// A node seen as dot products of kernels with patches: what Conv, Gemm and MatMul have in common.
struct DotProducts {
  let kind: VDUKind
  let input: ID<Value>
  let geometry: Geometry
  let weights: Weights
  /// A factor for each kernel.
  let gains: [Float]
  /// An addend for each kernel.
  let bias: [Float]

  /// What kernels consist of.
  enum Weights {
    /// Clustered constants; those that are by element have a row for each, and a column for each kernel.
    case known(Clustered, isByElement: Bool)
    case atRunTime(RunTimeWeights)
  }

  /// Nil where the node is not of this kind: its weights are no clustered constants or weights at run
  /// time, or its form (three-dimensional, transposed activations, a bias that is a matrix) is left to
  /// the control unit.
  ///
  /// - Parameter producers: those of the graph.
  init?(_ node: Node, in graph: Graph, producers: [ID<Value>: Int]) {
    switch node.op.name {
    case "Conv": self.init(convolution: node, in: graph)
    case "Gemm": self.init(product: node, in: graph)
    case "MatMul":
      if let weights = node.inputs[1].flatMap({
        RunTimeWeights($0, in: graph, producers: producers)
      }) {
        self.init(product: node, weights, in: graph)
      } else {
        self.init(product: node, in: graph)
      }
    default: return nil
    }
  }

  /// A product of activations, each matrix of the first operand with its own of the second.
  private init?(product node: Node, _ weights: RunTimeWeights, in graph: Graph) {
    guard let input = node.inputs[0], let shape = graph.values[input].shape,
      let columns = graph.values[weights.codes].shape?.sizes.last, shape.rank >= 2
    else { return nil }
    var geometry = Geometry(layout: .rows, channels: shape[shape.rank - 1], kernels: columns)
    geometry.groups = shape.sizes.dropLast(2).reduce(1, *)
    geometry.inHeight = shape[shape.rank - 2]
    geometry.outHeight = geometry.inHeight
    kind = .fc
    self.input = input
    self.geometry = geometry
    self.weights = .atRunTime(weights)
    gains = [Float](repeating: 1, count: geometry.allKernels)
    bias = [Float](repeating: 0, count: geometry.allKernels)
  }

  private init?(convolution node: Node, in graph: Graph) {
    guard let (input, weights, gains) = Self.operands(node, in: graph, kernelAxis: 0),
      let inShape = graph.values[input].shape, inShape.rank == 3 || inShape.rank == 4,
      let bias = Self.bias(node, in: graph, kernels: weights.shape[0], scale: 1),
      let window = try? Window(
        resolving: node.attributes, input: Array(inShape.sizes[2...]),
        kernel: Array(weights.shape.sizes[2...])),
      let x = window.axes.last
    else { return nil }
    let groups = node.attributes.int("group")
    var geometry = Geometry(
      layout: .planes, channels: weights.shape[1], kernels: weights.shape[0] / groups)
    geometry.images = inShape[0]
    geometry.groups = groups
    geometry.inWidth = x.input
    geometry.outWidth = x.output
    geometry.kernelWidth = x.kernel
    geometry.strideX = x.stride
    geometry.dilationX = x.dilation
    geometry.padLeft = x.padBegin
    // A one-dimensional convolution is one over a plane of a single row.
    if window.axes.count == 2, let y = window.axes.first {
      geometry.inHeight = y.input
      geometry.outHeight = y.output
      geometry.kernelHeight = y.kernel
      geometry.strideY = y.stride
      geometry.dilationY = y.dilation
      geometry.padTop = y.padBegin
    }
    self.kind = .conv
    self.input = input
    self.geometry = geometry
    self.weights = .known(weights, isByElement: false)
    self.gains = gains
    self.bias = bias
  }

  private init?(product node: Node, in graph: Graph) {
    let isGemm = node.op.name == "Gemm"
    let transposed = isGemm && node.attributes.bool("transB")
    let axis = transposed ? 0 : 1
    guard !(isGemm && node.attributes.bool("transA")),
      let (input, weights, gains) = Self.operands(node, in: graph, kernelAxis: axis),
      weights.shape.rank == 2, let shape = graph.values[input].shape, shape.rank >= 1
    else { return nil }
    let kernels = weights.shape[axis]
    let depth = weights.shape[1 - axis]
    let alpha = isGemm ? node.attributes.float("alpha") : 1
    let beta = isGemm ? node.attributes.float("beta") : 1
    guard depth > 0, let bias = Self.bias(node, in: graph, kernels: kernels, scale: beta) else {
      return nil
    }
    var geometry = Geometry(layout: .rows, channels: depth, kernels: kernels)
    geometry.inHeight = shape.count / depth
    geometry.outHeight = geometry.inHeight
    self.kind = .fc
    self.input = input
    self.geometry = geometry
    self.weights = .known(weights, isByElement: !transposed)
    self.gains = alpha == 1 ? gains : gains.map { $0 * alpha }
    self.bias = bias
  }

  /// The values of codes 1, 2, ...
  var codebook: [Float] {
    switch weights {
    case .known(let clustered, _): clustered.codebook
    case .atRunTime(let weights): RunTimeCodes.steps.map { Float($0) * weights.step }
    }
  }

  /// What the weights were before they were clustered.
  var spread: WeightSpread {
    switch weights {
    case .known(let clustered, _): clustered.spread
    case .atRunTime: WeightSpread()
    }
  }

  /// The weights' codes, kernel by kernel; none where they are not known. O(weights) where they are
  /// stored otherwise.
  var codes: [UInt8] {
    switch weights {
    case .known(let clustered, isByElement: false): clustered.codes
    case .known(let clustered, isByElement: true):
      Self.transpose(clustered.codes, rows: clustered.shape[0], columns: clustered.shape[1])
    case .atRunTime: []
    }
  }

  /// The activations, the clustered weights and their gains.
  private static func operands(_ node: Node, in graph: Graph, kernelAxis: Int)
    -> (input: ID<Value>, weights: Clustered, gains: [Float])?
  {
    guard let input = node.inputs[0], graph.values[input].constant == nil,
      let constant = node.inputs[1].flatMap({ graph.values[$0].constant }),
      case .clustered(let weights) = constant.base, weights.shape.count > 0
    else { return nil }
    guard let gains = constant.gains else {
      return (input, weights, [Float](repeating: 1, count: weights.shape[kernelAxis]))
    }
    guard gains.axis == kernelAxis else { return nil }
    return (input, weights, gains.values)
  }

  /// The constant bias as one addend for each kernel; zeros where there is none, nil where it has
  /// another form.
  private static func bias(_ node: Node, in graph: Graph, kernels: Int, scale: Float) -> [Float]? {
    guard node.inputs.count > 2, let id = node.inputs[2] else {
      return [Float](repeating: 0, count: kernels)
    }
    guard let tensor = graph.values[id].constant?.tensor,
      tensor.shape.sizes.dropLast().allSatisfy({ $0 == 1 })
    else { return nil }
    if tensor.count == kernels { return tensor.floats.map { $0 * scale } }
    return tensor.count == 1 ? [Float](repeating: tensor.floats[0] * scale, count: kernels) : nil
  }

  /// Rows become columns; in blocks, so that large matrices stay in the cache.
  private static func transpose(_ codes: [UInt8], rows: Int, columns: Int) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: codes.count)
    let block = 64
    for top in stride(from: 0, to: rows, by: block) {
      for left in stride(from: 0, to: columns, by: block) {
        for column in left..<min(left + block, columns) {
          for row in top..<min(top + block, rows) {
            result[column * rows + row] = codes[row * columns + column]
          }
        }
      }
    }
    return result
  }
}
