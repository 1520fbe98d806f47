import Compiler
import Graph
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Operations on codes against the reference, which does each as its operator does, on buffers large
/// enough for tables.
@Suite struct CodeOperationTests {
  @Test func chainsAreReference() throws {
    withSeed(0..<60) { seed, random in
      var chain = Chain(seed: seed)
      let graph = chain.network()
      let samples = (0..<2).map { graph.randomInputs(seed: seed + 1000 * $0) }
      var options = Options()
      options.samples = [samples[0]]
      let compiled = try Compiled(graph, options: options)
      let runnable = try Runnable(compiled.program)
      var reference = RunOptions()
      reference.executor = .reference
      var definition = Execution(runnable, options: reference)
      let expected = try samples.map { try definition.run(compiled.inputs($0)).outputs }
      var fast = RunOptions()
      fast.threads = 1 + random.next(below: 3)
      var execution = Execution(runnable, options: fast, samples: 16)
      // The second run finds tables ready.
      for count in 1...2 {
        let found = try execution.run(samples: samples.prefix(count).map(compiled.inputs))
        try #require(found.map(\.outputs) == Array(expected.prefix(count)))
      }
    }
  }
}

/// Builds a network of random operations on planes, with convolutions here and there, which give their
/// inputs formats.
private struct Chain {
  private var builder: GraphBuilder
  private var random: SeededRandom
  private var count = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    builder = GraphBuilder("chain \(seed)")
  }

  mutating func network() -> Graph {
    var x = builder.input("x", [1 + random.next(below: 2), 4, 28, 36])
    for _ in 0..<2 {
      x = convolution(x)
      for _ in 0..<1 + random.next(below: 4) { x = operation(x) }
    }
    builder.output(convolution(x))
    builder.output(x)
    return builder.graph
  }

  private mutating func operation(_ x: ID<Value>) -> ID<Value> {
    switch random.next(below: 5) {
    case 0: return function(x)
    case 1: return moved(x)
    case 2: return joined(x)
    case 3: return pooled(x)
    default: return gated(x)
    }
  }

  /// A function of each element.
  private mutating func function(_ x: ID<Value>) -> ID<Value> {
    switch random.next(below: 8) {
    case 0: return node("HardSwish", [x])
    case 7: return node("Add", [constant([], [-0.3]), node("HardSwish", [x])])
    case 1: return node("Sigmoid", [x])
    case 2: return node("Mul", [x, x])
    case 3: return node("Sub", [constant([], [0.75]), x])
    case 4: return node("PRelu", [x, constant([1, 1], [0.3])])
    case 5: return node("Clip", [x, nil, constant([], [0.5])])
    default: return node("Tanh", [x])
    }
  }

  /// The elements in another order, of which some are left out or repeated.
  private mutating func moved(_ x: ID<Value>) -> ID<Value> {
    let shape = builder.shape(x)
    switch random.next(below: 8) {
    case 0: return node("Transpose", [x], ["perm": .ints([0, 1, 3, 2])])
    case 1: return node("Slice", [x] + [[1, 3], [-1, 30], [2, 3], [1, 2]].map { ints($0) })
    case 2 where shape[1] % 4 == 0: return node("DepthToSpace", [x], ["blocksize": .int(2)])
    case 3 where shape[2] % 2 == 0 && shape[3] % 2 == 0:
      return node("SpaceToDepth", [x], ["blocksize": .int(2)])
    case 4 where shape.count < 40_000:
      return node(
        "Resize", [x, nil, constant([4], [1, 1, 1.5, 2])],
        [
          "mode": .string("nearest"), "nearest_mode": .string("floor"),
          "coordinate_transformation_mode": .string("asymmetric"),
        ])
    case 5: return node("Gather", [x, ints([2, 0, -1])], ["axis": .int(1)])
    case 6: return node("Pad", [x, ints([0, 0, 1, 0, 0, 0, 0, 2]), constant([], [0.3])])
    default:
      let rest = ints([Int64(shape[0]), Int64(shape[1]), -1, Int64(shape[2])])
      return node("Reshape", [x, rest])
    }
  }

  /// With another buffer of the same shape, or more than one.
  private mutating func joined(_ x: ID<Value>) -> ID<Value> {
    let other = function(x)
    switch random.next(below: 3) {
    case 0: return node("Concat", [x, other, x], ["axis": .int(Int64(random.next(below: 4)))])
    case 1: return node("Relu", [node("Add", [convolution(x, keeping: true), x])])
    default: return node(random.next(below: 2) == 0 ? "Add" : "Mul", [other, flipped(x)])
    }
  }

  /// The rows of each plane in reverse.
  private mutating func flipped(_ x: ID<Value>) -> ID<Value> {
    let count = Int64(builder.shape(x)[2])
    return node("Gather", [x, ints((0..<count).reversed())], ["axis": .int(2)])
  }

  private mutating func pooled(_ x: ID<Value>) -> ID<Value> {
    let shape = builder.shape(x)
    guard shape[2] > 4, shape[3] > 4 else { return function(x) }
    let pads = (0..<4).map { _ in Int64(random.next(below: 2)) }
    return node(
      "MaxPool", [x],
      [
        "kernel_shape": .ints([2, 3]), "pads": .ints(pads),
        "strides": .ints([1 + Int64(random.next(below: 3)), 1 + Int64(random.next(below: 3))]),
        "dilations": .ints([1, 1 + Int64(random.next(below: 2))]),
        "ceil_mode": .int(Int64(random.next(below: 2))),
      ])
  }

  /// Times a function of the mean of each plane.
  private mutating func gated(_ x: ID<Value>) -> ID<Value> {
    let mean =
      random.next(below: 2) == 0
      ? node("GlobalAveragePool", [x])
      : node("ReduceMean", [x, ints([[2, 3], [-1, 2]][random.next(below: 2)])])
    let gate = convolution(mean, keeping: true)
    return node("Mul", random.next(below: 2) == 0 ? [gate, x] : [x, gate])
  }

  private mutating func convolution(_ x: ID<Value>, keeping: Bool = false) -> ID<Value> {
    let channels = builder.shape(x)[1]
    let kernels = keeping ? channels : 4
    let weights = (0..<kernels * channels).map { _ in
      random.next(below: 2) == 0 ? 0 : random.nextFloat() - 0.4
    }
    return node(
      "Conv", [x, constant([kernels, channels, 1, 1], weights)], ["kernel_shape": .ints([1, 1])])
  }

  private mutating func name(_ kind: String) -> String {
    count += 1
    return "\(kind)\(count)"
  }

  private mutating func constant(_ shape: Shape, _ floats: [Float]) -> ID<Value> {
    builder.constant(name("constant"), shape, floats)
  }

  private mutating func ints(_ ints: [Int64]) -> ID<Value> {
    builder.constant(name("ints"), ints)
  }

  private mutating func node(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) -> ID<Value> {
    builder.node(op, name(op), inputs, attributes)
  }
}
