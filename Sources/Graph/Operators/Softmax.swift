import Tensor

/// Normalized exponentials along an axis, and their limit.
extension Operator {
  static let softmax: [Operator] = [
    line("Softmax", "e^x over the sum of e^x along an axis") { differences in
      var sum = 0.0
      for i in differences.indices {
        differences[i] = Elementary.exp(differences[i])
        sum += differences[i]
      }
      for i in differences.indices { differences[i] /= sum }
    },
    line("LogSoftmax", "the logarithm of Softmax") { differences in
      let sum = differences.reduce(0) { $0 + Elementary.exp($1) }
      let logarithm = Elementary.log(sum)
      for i in differences.indices { differences[i] -= logarithm }
    },
    line("Hardmax", "1 at the first largest element along an axis, else 0", .compare) {
      differences in
      // The difference of the largest is 0, or NaN if it is infinite.
      let first = differences.firstIndex { !($0 < 0) }
      for i in differences.indices { differences[i] = i == first ? 1 : 0 }
    },
  ]

  /// An operator along one axis; `transform` gets a line's differences from its largest element.
  private static func line(
    _ name: String, _ summary: String,
    _ work: Work = Work(adds: 2, divides: 1, compares: 1, functions: 1),
    _ transform: @escaping @Sendable (inout [Double]) -> Void
  ) -> Operator {
    Operator(
      name, summary, inputs: 1...1, attributes: [.defaulted("axis", .int(-1))],
      work: work,
      infer: { types throws(OperatorError) in
        try types.requireFloatingPoint()
        _ = try types.axis(rank: types.shape(0).rank)
        return [types.type(0)]
      },
      compute: { call, types throws(OperatorError) in
        let shape = types[0].shape
        let split = AxisSplit(shape, try call.types.axis(rank: shape.rank))
        let x = call.tensor(0)
        return [
          x.type == .double
            ? Tensor(shape, doubles: transformed(x.doubles, split, transform))
            : Tensor(shape, floats: transformed(x.floats, split, transform), type: x.type)
        ]
      })
  }

  private static func transformed<Number: BinaryFloatingPoint>(
    _ numbers: [Number], _ split: AxisSplit, _ transform: (inout [Double]) -> Void
  ) -> [Number] {
    var result = [Number](repeating: 0, count: numbers.count)
    var line = [Double](repeating: 0, count: split.size)
    split.forEachLine { start in
      var largest = -Number.infinity
      for i in 0..<split.size { largest = max(largest, numbers[start &+ i &* split.inner]) }
      for i in 0..<split.size {
        line[i] = Double(numbers[start &+ i &* split.inner]) - Double(largest)
      }
      transform(&line)
      for i in 0..<split.size { result[start &+ i &* split.inner] = Number(line[i]) }
    }
    return result
  }
}
