import Tensor

/// Operators whose result has as many elements as the values of their inputs say.
extension Operator {
  static let selection: [Operator] = [nonZero, compress, unique]

  private static let nonZero = Operator(
    "NonZero", "the indices of elements that are not 0: a row for each axis", inputs: 1...1,
    work: { types, _ in .compare * types.shape(0).count },
    measuring: ["X"],
    compute: { call throws(OperatorError) in
      let tensor = call.tensor(0)
      let offsets =
        switch tensor.elements {
        case .floats(let floats): floats.indices.filter { floats[$0] != 0 }
        case .doubles(let doubles): doubles.indices.filter { doubles[$0] != 0 }
        case .ints(let ints): ints.indices.filter { ints[$0] != 0 }
        }
      let result = try checkedShape([tensor.shape.rank, offsets.count])
      let rows = zip(tensor.shape.sizes, tensor.shape.strides).flatMap { size, stride in
        offsets.map { Int64($0 / stride % size) }
      }
      return [Tensor(result, ints: rows)]
    })

  private static let compress = Operator(
    "Compress", "the slices along an axis, or of all elements, for which a condition holds",
    inputs: 2...2, attributes: [.optional("axis", .int)], work: .move,
    infer: { types throws(OperatorError) in
      let picked = try chosen(types).count
      guard let axis = try optionalAxis(types) else {
        return [TensorType(types.element(0), [picked])]
      }
      var sizes = types.shape(0).sizes
      sizes[axis] = picked
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let picked = try chosen(call.types)
      if let axis = try optionalAxis(call.types) {
        return [call.tensor(0).slices(picked, along: axis)]
      }
      return [call.tensor(0).taking(picked, shape: types[0].shape)]
    })

  /// The axis counted from the first; nil where none is given, for all elements in a row.
  private static func optionalAxis(_ types: Types) throws(OperatorError) -> Int? {
    guard let axis = types.attributes.optionalInt("axis") else { return nil }
    return try normalized(axis, rank: types.shape(0).rank)
  }

  /// The indices for which the condition holds.
  private static func chosen(_ types: Types) throws(OperatorError) -> [Int] {
    let condition = try types.known(1, "condition")!
    let shape = types.shape(0)
    let size = try optionalAxis(types).map { shape[$0] } ?? shape.count
    guard condition.type == .bool, condition.shape.rank == 1, condition.count <= size else {
      throw OperatorError(
        "the condition input: found \(TensorType(condition.type, condition.shape)), "
          + "expected at most \(size) of bool")
    }
    return condition.ints.indices.filter { condition.ints[$0] != 0 }
  }

  private static let unique = Operator(
    "Unique",
    "the slices along an axis, or the elements, that differ; the index of the first of each, "
      + "which one each slice is, and how many there are",
    inputs: 1...1, outputs: 1...4,
    attributes: [.optional("axis", .int), .defaulted("sorted", .int(1))],
    work: { types, _ in
      // A comparison sort.
      let count = types.shape(0).count
      return .compare * (count * (Int.bitWidth - count.leadingZeroBitCount))
    },
    measuring: ["X"],
    compute: { call throws(OperatorError) in
      let tensor = call.tensor(0)
      let axis = try optionalAxis(call.types)
      let line = axis == nil ? tensor.reshaped([tensor.count]) : tensor
      let groups = Groups(line, axis: axis ?? 0, isSorted: call.attributes.bool("sorted"))
      let firsts = groups.members.map { $0[0] }
      var which = [Int64](repeating: 0, count: line.shape[axis ?? 0])
      for (group, members) in groups.members.enumerated() {
        for member in members { which[member] = Int64(group) }
      }
      let outputs = [
        line.slices(firsts, along: axis ?? 0),
        Tensor([firsts.count], ints: firsts.map { Int64($0) }),
        Tensor([which.count], ints: which),
        Tensor([firsts.count], ints: groups.members.map { Int64($0.count) }),
      ]
      return Array(outputs.prefix(call.outputCount))
    })
}

/// The slices of a tensor along an axis, those that are equal together.
private struct Groups {
  /// The indices of the slices of each group, ascending.
  private(set) var members: [[Int]] = []

  /// - Parameter isSorted: whether groups ascend by the first elements that differ, or by index.
  init(_ tensor: Tensor, axis: Int, isSorted: Bool) {
    let split = AxisSplit(tensor.shape, axis)
    let keys = tensor.keys
    let places = (0..<split.outer).flatMap { outer in
      (0..<split.inner).map { outer * split.size * split.inner + $0 }
    }
    func firstDifference(_ a: Int, _ b: Int) -> (Int64, Int64)? {
      for place in places {
        let (x, y) = (keys[place + a * split.inner], keys[place + b * split.inner])
        if x != y { return (x, y) }
      }
      return nil
    }
    let order = (0..<split.size).sorted { a, b in
      firstDifference(a, b).map { $0.0 < $0.1 } ?? (a < b)
    }
    for index in order {
      if let last = members.last, firstDifference(last[0], index) == nil {
        members[members.count - 1].append(index)
      } else {
        members.append([index])
      }
    }
    if !isSorted { members.sort { $0[0] < $1[0] } }
  }
}

extension Tensor {
  /// The elements as integers of the same order; -0 is 0, and any NaN one number above all others.
  fileprivate var keys: [Int64] {
    switch elements {
    case .floats(let floats): floats.map { $0.isNaN ? .max : Int64(FloatKey.key($0 + 0)) }
    case .doubles(let doubles):
      doubles.map { double in
        let bits = Int64(bitPattern: (double + 0).bitPattern)
        // Negative numbers descend where their bits ascend.
        return double.isNaN ? .max : bits < 0 ? ~bits ^ .min : bits
      }
    case .ints: ordered
    }
  }
}
