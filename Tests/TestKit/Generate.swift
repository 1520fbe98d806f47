public import Graph
import Support
public import Tensor

extension Graph {
  /// A small random network for property tests: convolutions with batch normalization and
  /// activations, pooling, residual sums and concatenations over tiny planes, then perhaps
  /// fully connected layers. Typed, and right by construction.
  ///
  /// - Parameters:
  ///   - seed: the same seed gives the same graph.
  ///   - sparsity: the chance of a weight to be zero.
  public static func random(seed: UInt64, sparsity: Float = 0.5) -> Graph {
    var generator = Generator(seed: seed, sparsity: sparsity)
    return generator.network()
  }

  /// Random tensors for the inputs: floats close to normal (0, 1), a fifth of them zero, or small
  /// integers. Every shape must be known.
  public func randomInputs(seed: UInt64) -> [String: Tensor] {
    var random = SeededRandom(seed: seed)
    var tensors: [String: Tensor] = [:]
    for id in inputs {
      guard let type = values[id].type else { preconditionFailure("an input without a type") }
      let range = 0..<type.shape.count
      tensors[values[id].name] =
        type.element.isFloatingPoint
        ? Tensor(
          type.shape, floats: range.map { _ in random.sparseNormal(zeros: 0.2) },
          type: type.element)
        : Tensor(
          type.shape, ints: range.map { _ in Int64(random.next(below: 2)) }, type: type.element)
    }
    return tensors
  }
}

extension SeededRandom {
  /// Zero with the chance of `zeros`, else close to normal (0, 1).
  fileprivate mutating func sparseNormal(zeros: Float) -> Float {
    let isZero = nextFloat() < zeros
    let value = nextNormal()
    return isZero ? 0 : value
  }
}

private struct Generator {
  private var random: SeededRandom
  private let sparsity: Float
  private var builder: GraphBuilder
  /// Numbers the nodes.
  private var count = 0

  init(seed: UInt64, sparsity: Float) {
    random = SeededRandom(seed: seed)
    self.sparsity = sparsity
    builder = GraphBuilder("random \(seed)")
  }

  mutating func network() -> Graph {
    let plane = 3 + random.next(below: 6)
    let channels = 1 + random.next(below: 4)
    var x = builder.input("x", [1 + random.next(below: 2), channels, plane, plane])
    for _ in 0..<(1 + random.next(below: 4)) { x = planeLayer(x) }
    if random.next(below: 2) == 0 {
      x = node("Flatten", [x])
      for _ in 0..<(1 + random.next(below: 2)) { x = dense(x) }
      if random.next(below: 2) == 0 { x = node("Softmax", [x]) }
    }
    builder.output(x)
    return sorted(builder.graph)
  }

  // MARK: Layers

  private mutating func planeLayer(_ x: ID<Value>) -> ID<Value> {
    switch random.next(below: 8) {
    case 0...2: return activation(normalization(convolution(x)))
    case 3: return pool(x)
    case 4: return node("Add", [x, activation(convolution(x, channels: builder.shape(x)[1]))])
    case 5: return node("Concat", [x, convolution(x)], ["axis": .int(1)])
    case 6: return node("Mul", [x, constant("factor", [1, builder.shape(x)[1], 1, 1])])
    default: return activation(x)
    }
  }

  /// A convolution that keeps the size of the plane; perhaps grouped.
  private mutating func convolution(_ x: ID<Value>, channels: Int? = nil) -> ID<Value> {
    let inputs = builder.shape(x)[1]
    let isDepthwise = random.next(below: 4) == 0 && channels == nil
    let outputs = isDepthwise ? inputs : channels ?? 1 + random.next(below: 5)
    let groups = isDepthwise ? inputs : 1
    let radius = random.next(below: 2)
    let size = 2 * radius + 1
    let weight = constant("weight", [outputs, inputs / groups, size, size])
    let bias = random.next(below: 2) == 0 ? nil : constant("bias", [outputs])
    return node(
      "Conv", bias.map { [x, weight, $0] } ?? [x, weight],
      [
        "kernel_shape": .ints([Int64(size), Int64(size)]),
        "pads": .ints([Int64](repeating: Int64(radius), count: 4)),
        "group": .int(Int64(groups)),
      ])
  }

  private mutating func normalization(_ x: ID<Value>) -> ID<Value> {
    guard random.next(below: 2) == 0 else { return x }
    let channels = builder.shape(x)[1]
    let parameters = ["scale", "bias", "mean"].map { constant($0, [channels]) }
    let variance = builder.constant(
      name("variance"), [channels], (0..<channels).map { _ in 0.5 + random.nextFloat() })
    return node("BatchNormalization", [x] + parameters + [variance])
  }

  private mutating func activation(_ x: ID<Value>) -> ID<Value> {
    switch random.next(below: 5) {
    case 0: return x
    case 1: return node("LeakyRelu", [x], ["alpha": .float(0.1)])
    case 2:
      let bounds = [Float(0), 6].map { bound in
        builder.constant(name("bound"), [], [bound])
      }
      return node("Clip", [x] + bounds)
    case 3: return node("Sigmoid", [x])
    default: return node("Relu", [x])
    }
  }

  private mutating func pool(_ x: ID<Value>) -> ID<Value> {
    guard builder.shape(x)[2] >= 2 else { return node("GlobalAveragePool", [x]) }
    return node(
      random.next(below: 2) == 0 ? "MaxPool" : "AveragePool", [x],
      ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])
  }

  private mutating func dense(_ x: ID<Value>) -> ID<Value> {
    let inputs = builder.shape(x)[1]
    let outputs = 1 + random.next(below: 6)
    if random.next(below: 3) == 0 {
      return activation(node("MatMul", [x, constant("weight", [inputs, outputs])]))
    }
    let weight = constant("weight", [outputs, inputs])
    let bias = constant("bias", [outputs])
    return activation(node("Gemm", [x, weight, bias], ["transB": .int(1)]))
  }

  // MARK: Parts

  private mutating func name(_ kind: String) -> String {
    count += 1
    return "\(kind.lowercased())\(count)"
  }

  private mutating func constant(_ kind: String, _ shape: Shape) -> ID<Value> {
    let floats = (0..<shape.count).map { _ in random.sparseNormal(zeros: sparsity) }
    return builder.constant(name(kind), shape, floats)
  }

  private mutating func node(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> ID<Value> {
    builder.node(op, name(op), inputs, attributes)
  }

  /// The same graph with its values in the order of a frontend: inputs, constants, the rest.
  private func sorted(_ graph: Graph) -> Graph {
    let rank = { (id: ID<Value>) in
      graph.inputs.contains(id) ? 0 : graph.values[id].constant == nil ? 2 : 1
    }
    return graph.withValues(
      in: (0...2).flatMap { wanted in graph.values.ids.filter { rank($0) == wanted } })
  }
}
