import Graph
import Support
import Tensor
import TestKit

extension Graph {
  /// A random Pad of any mode, perhaps in another layout or of what is not negative, and one or two
  /// windows that read it.
  static func randomPadded(seed: UInt64) -> Graph {
    var network = PaddedNetwork(seed: seed)
    return network.make()
  }
}

private struct PaddedNetwork {
  private var random: SeededRandom
  private var builder: GraphBuilder

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    builder = GraphBuilder("padded \(seed)")
  }

  mutating func make() -> Graph {
    let isLast = random.next(below: 2) == 0
    let plane = (0..<2).map { _ in 3 + random.next(below: 4) }
    var x = builder.input("x", Shape(isLast ? [1] + plane + [2] : [1, 2] + plane))
    if random.next(below: 2) == 0 { x = builder.node("Relu", "r", [x]) }
    let mode = ["constant", "constant", "edge", "reflect"][random.next(below: 4)]
    var p = builder.node("Pad", "p", [x, pads(isLast: isLast)], ["mode": .string(mode)])
    if isLast { p = builder.node("Transpose", "t", [p], ["perm": .ints([0, 3, 1, 2])]) }
    for index in 0...(random.next(below: 4) / 3) { addWindow(p, "y\(index)") }
    return builder.graph
  }

  private mutating func pads(isLast: Bool) -> ID<Value> {
    let pads = (0..<4).map { _ in Int64(random.next(below: 40) == 0 ? -1 : random.next(below: 3)) }
    let channels = Int64(random.next(below: 20) == 0 ? 1 : 0)
    let ends = [Array(pads[..<2]), Array(pads[2...])]
    return builder.constant(
      "pads", ends.flatMap { isLast ? [0] + $0 + [channels] : [0, channels] + $0 })
  }

  private mutating func addWindow(_ p: ID<Value>, _ name: String) {
    let shape = builder.shape(p)
    let kernel = (2...3).map { 1 + random.next(below: min(3, shape[$0])) }
    let strides = Attribute.ints((0..<2).map { _ in Int64(1 + random.next(below: 2)) })
    let own = Attribute.ints((0..<4).map { _ in Int64(random.next(below: 8) == 0 ? 1 : 0) })
    let sizes = Attribute.ints(kernel.map { Int64($0) })
    let flags = (0..<2).map { _ in Attribute.int(Int64(random.next(below: 2))) }
    switch random.next(below: 3) {
    case 0:
      let weights = Shape([2, shape[1]] + kernel)
      let w = builder.constant(
        name + ".w", weights, (0..<weights.count).map { _ in random.nextNormal() })
      builder.output(builder.node("Conv", name, [p, w], ["strides": strides, "pads": own]))
    case 1:
      builder.output(
        builder.node(
          "AveragePool", name, [p],
          [
            "strides": strides, "pads": own, "kernel_shape": sizes, "ceil_mode": flags[0],
            "count_include_pad": flags[1],
          ]))
    default:
      builder.output(
        builder.node(
          "MaxPool", name, [p],
          ["strides": strides, "pads": own, "kernel_shape": sizes, "ceil_mode": flags[0]]))
    }
  }
}
