import Tensor

/// Operators that look for elements, or accumulate them, along one axis.
extension Operator {
  static let ranking: [Operator] = [
    extreme("ArgMax", "the index of the largest element along an axis", isLargest: true),
    extreme("ArgMin", "the index of the smallest element along an axis", isLargest: false),
    topK,
    cumulativeSum,
  ]

  private static func extreme(_ name: String, _ summary: String, isLargest: Bool) -> Operator {
    Operator(
      name, summary, inputs: 1...1,
      attributes: [
        .defaulted("axis", .int(0)), .defaulted("keepdims", .int(1)),
        .defaulted("select_last_index", .int(0)),
      ],
      work: { types, _ in Work(compares: types.shape(0).count) },
      infer: { types throws(OperatorError) in
        var sizes = types.shape(0).sizes
        let axis = try types.axis(rank: sizes.count)
        guard sizes[axis] > 0 else { throw OperatorError("axis \(axis) has no elements") }
        if types.attributes.bool("keepdims") { sizes[axis] = 1 } else { sizes.remove(at: axis) }
        return [TensorType(.int64, Shape(sizes))]
      },
      compute: { call, types throws(OperatorError) in
        let tensor = call.tensor(0)
        let split = AxisSplit(tensor.shape, try call.types.axis(rank: tensor.shape.rank))
        let takesLast = call.attributes.bool("select_last_index")
        let result =
          switch tensor.elements {
          case .floats(let floats):
            extremes(floats, split, takesLast: takesLast) { isLargest ? $0 > $1 : $0 < $1 }
          case .doubles(let doubles):
            extremes(doubles, split, takesLast: takesLast) { isLargest ? $0 > $1 : $0 < $1 }
          case .ints:
            extremes(tensor.ordered, split, takesLast: takesLast) { isLargest ? $0 > $1 : $0 < $1 }
          }
        return [Tensor(types[0].shape, ints: result)]
      })
  }

  private static func extremes<Element: Equatable>(
    _ values: [Element], _ split: AxisSplit, takesLast: Bool,
    _ precedes: (Element, Element) -> Bool
  ) -> [Int64] {
    var result: [Int64] = []
    result.reserveCapacity(split.outer * split.inner)
    split.forEachLine { start in
      var best = 0
      for i in 1..<max(split.size, 1) {
        let (x, y) = (values[start + i * split.inner], values[start + best * split.inner])
        if precedes(x, y) || takesLast && x == y { best = i }
      }
      result.append(Int64(best))
    }
    return result
  }

  private static let topK = Operator(
    "TopK", "the k largest or smallest elements along an axis, in order, and their indices",
    inputs: 2...2, outputs: 1...2,
    attributes: [
      .defaulted("axis", .int(-1)), .defaulted("largest", .int(1)), .defaulted("sorted", .int(1)),
    ],
    work: { types, _ in
      // A comparison sort of each line.
      let size = types.shape(0).sizes.max() ?? 1
      return Work(compares: types.shape(0).count * (Int.bitWidth - size.leadingZeroBitCount))
    },
    infer: { types throws(OperatorError) in
      var sizes = types.shape(0).sizes
      let axis = try types.axis(rank: sizes.count)
      let k = try types.int(1, "k")!
      guard k >= 0, k <= sizes[axis] else {
        throw OperatorError("found k \(k), expected 0 to \(sizes[axis]), the size of axis \(axis)")
      }
      sizes[axis] = k
      let shape = Shape(sizes)
      let outputs = [TensorType(types.element(0), shape), TensorType(.int64, shape)]
      return Array(outputs.prefix(types.outputCount))
    },
    compute: { call, types throws(OperatorError) in
      let tensor = call.tensor(0)
      let axis = try call.types.axis(rank: tensor.shape.rank)
      let split = AxisSplit(tensor.shape, axis)
      let (k, isLargest) = (types[0].shape[axis], call.attributes.bool("largest"))
      // A NaN counts as the largest number, so that there is an order.
      func precedes<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool {
        isLargest ? a > b || a.isNaN && !b.isNaN : a < b || b.isNaN && !a.isNaN
      }
      let sources =
        switch tensor.elements {
        case .floats(let floats): ranked(floats, split, k, precedes)
        case .doubles(let doubles): ranked(doubles, split, k, precedes)
        case .ints: ranked(tensor.ordered, split, k) { isLargest ? $0 > $1 : $0 < $1 }
        }
      let values = tensor.taking(sources, shape: types[0].shape)
      let indices = sources.map { Int64($0 / split.inner % split.size) }
      return Array([values, Tensor(types[0].shape, ints: indices)].prefix(types.count))
    })

  /// The offsets of the first `k` elements of each line in the order of `precedes`, in the layout
  /// of the result; of equal elements the first comes first.
  private static func ranked<Element>(
    _ values: [Element], _ split: AxisSplit, _ k: Int, _ precedes: (Element, Element) -> Bool
  ) -> [Int] {
    var result = [Int](repeating: 0, count: split.outer * k * split.inner)
    guard !result.isEmpty else { return [] }
    split.forEachLine { start in
      let line = (0..<split.size).map { start + $0 * split.inner }
      let sorted = line.sorted { a, b in
        precedes(values[a], values[b]) || (a < b && !precedes(values[b], values[a]))
      }
      let outer = start / (split.size * split.inner)
      for (rank, source) in sorted.prefix(k).enumerated() {
        result[(outer * k + rank) * split.inner + start % split.inner] = source
      }
    }
    return result
  }

  private static let cumulativeSum = Operator(
    "CumSum", "running sums along an axis", inputs: 2...2,
    attributes: [.defaulted("exclusive", .int(0)), .defaulted("reverse", .int(0))], work: .add,
    infer: { types throws(OperatorError) in [types.type(0)] },
    compute: { call, types throws(OperatorError) in
      let (tensor, type) = (call.tensor(0), types[0])
      let axis = try normalized(try call.types.int(1, "axis")!, rank: type.shape.rank)
      let split = AxisSplit(type.shape, axis)
      switch tensor.elements {
      case .floats(let floats):
        let sums = runningSums(floats, split, call.attributes, zero: 0.0) { $0 + Double($1) }
        return [Tensor(type.shape, doubles: sums, type: type.element)]
      case .doubles(let doubles):
        return [
          Tensor(type.shape, doubles: runningSums(doubles, split, call.attributes, zero: 0, +))
        ]
      case .ints(let ints):
        let sums = runningSums(ints, split, call.attributes, zero: Int64(0)) { $0 &+ $1 }
        return [Tensor(type.shape, ints: sums.map { type.element.wrap($0) }, type: type.element)]
      }
    })

  private static func runningSums<Element, Sum>(
    _ values: [Element], _ split: AxisSplit, _ attributes: Attributes, zero: Sum,
    _ add: (Sum, Element) -> Sum
  ) -> [Sum] {
    let (exclusive, reverse) = (attributes.bool("exclusive"), attributes.bool("reverse"))
    var result = [Sum](repeating: zero, count: values.count)
    split.forEachLine { start in
      var sum = zero
      for i in 0..<split.size {
        let at = start + (reverse ? split.size - 1 - i : i) * split.inner
        if exclusive { result[at] = sum }
        sum = add(sum, values[at])
        if !exclusive { result[at] = sum }
      }
    }
    return result
  }
}
