import Graph
import Support
import Tensor
import TestKit

extension Graph {
  /// A small random network of Transposes, and of all kinds of operators that take part in moving
  /// them or stop them, on tensors of 1 to 5 axes.
  static func randomTransposed(seed: UInt64) -> Graph {
    var network = TransposedNetwork(seed: seed)
    return network.make()
  }
}

private struct TransposedNetwork {
  private var random: SeededRandom
  private var builder: GraphBuilder
  private var values: [ID<Value>] = []
  private var count = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    builder = GraphBuilder("transposed \(seed)")
  }

  mutating func make() -> Graph {
    let shape = Shape((0..<(2 + random.next(below: 3))).map { _ in 1 + random.next(below: 3) })
    values = [builder.input("x", shape)]
    for _ in 0..<(4 + random.next(below: 20)) { addNode() }
    builder.output(values[values.count - 1])
    for value in values.dropFirst().dropLast() where random.next(below: 5) == 0 {
      builder.output(value)
    }
    return builder.graph
  }

  private mutating func addNode() {
    // The newest values are the likeliest, so that chains get long.
    let back = min(random.next(below: values.count), random.next(below: values.count))
    let x = values[values.count - 1 - back]
    let shape = builder.shape(x)
    guard shape.rank > 0, shape.count < 2000 else { return }
    let axis = random.next(below: shape.rank)
    switch random.next(below: 20) {
    case 0...4: add("Transpose", [x], ["perm": .ints(order(shape.rank))])
    case 5: add(["Relu", "Sigmoid", "Identity", "Neg"][random.next(below: 4)], [x])
    case 6: add("Clip", [x, nil, constant([])])
    case 7, 8: add(["Mul", "Add", "PRelu"][random.next(below: 3)], [x, constant(part(shape))])
    case 9: add("Sub", [constant(part(shape)), x])
    case 10...12: addPair(x, shape, axis)
    case 13: add("Softmax", [x], ["axis": .int(Int64(axis - shape.rank))])
    case 14: add("Pad", [x, ints((0..<(2 * shape.rank)).map { _ in random.next(below: 2) })])
    case 15: add("Slice", [x, ints([0]), ints([1 + random.next(below: 2)]), ints([axis])])
    case 16: addReduction(x, shape, axis)
    case 17: add("Squeeze", [x])
    case 18: if shape.rank < 5 { add("Unsqueeze", [x, ints([axis])]) }
    default: addOther(x, shape, axis)
    }
  }

  private mutating func addPair(_ x: ID<Value>, _ shape: Shape, _ axis: Int) {
    let alike = values.filter { builder.shape($0) == shape }
    let y = alike[random.next(below: alike.count)]
    switch random.next(below: 3) {
    case 0: add("Concat", [x, y], ["axis": .int(Int64(axis))])
    default: add(["Add", "Mul", "Max"][random.next(below: 3)], [y, x])
    }
  }

  private mutating func addReduction(_ x: ID<Value>, _ shape: Shape, _ axis: Int) {
    let axes = (0..<shape.rank).filter { $0 == axis || random.next(below: 3) == 0 }
    let op = ["ReduceMean", "ReduceMax", "ReduceSum"][random.next(below: 3)]
    let isAll = random.next(below: 8) == 0
    add(op, isAll ? [x] : [x, ints(axes)], ["keepdims": .int(Int64(random.next(below: 2)))])
  }

  private mutating func addOther(_ x: ID<Value>, _ shape: Shape, _ axis: Int) {
    if random.next(below: 2) == 0 || shape[axis] < 2 {
      return add("Flatten", [x], ["axis": .int(Int64(axis))])
    }
    let parts = [1, shape[axis] - 1]
    count += 1
    values += builder.node(
      "Split", "n\(count)", [x, ints(parts)], ["axis": .int(Int64(axis))],
      outputs: ["n\(count)", "n\(count).rest"])
  }

  // MARK: Parts

  private mutating func add(
    _ op: String, _ inputs: [ID<Value>?], _ attributes: KeyValuePairs<String, Attribute> = [:]
  ) {
    count += 1
    values.append(builder.node(op, "n\(count)", inputs, attributes))
  }

  private mutating func order(_ rank: Int) -> [Int64] {
    var order = (0..<rank).map { Int64($0) }
    for index in order.indices.dropFirst() { order.swapAt(index, random.next(below: index + 1)) }
    return order
  }

  /// A shape that broadcasts to `shape`.
  private mutating func part(_ shape: Shape) -> Shape {
    let sizes = shape.sizes.map { random.next(below: 2) == 0 ? 1 : $0 }
    return Shape(Array(sizes.dropFirst(random.next(below: 2))))
  }

  private mutating func constant(_ shape: Shape) -> ID<Value> {
    count += 1
    return builder.constant("c\(count)", shape, (0..<shape.count).map { _ in random.nextNormal() })
  }

  private mutating func ints(_ ints: [Int]) -> ID<Value> {
    count += 1
    return builder.constant("c\(count)", ints.map { Int64($0) })
  }
}
