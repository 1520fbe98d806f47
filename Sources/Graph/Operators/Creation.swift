import OrderedCollections
import Tensor

/// Operators that make tensors from shapes, sizes and attributes.
extension Operator {
  static let creation: [Operator] = [
    constant, shape, size, constantOfShape, range, oneHot, eyeLike,
  ]

  private static let constant = Operator(
    "Constant", "a tensor known at compile time", inputs: 0...0,
    attributes: [
      .optional("value", .tensor), .optional("value_float", .float),
      .optional("value_floats", .floats), .optional("value_int", .int),
      .optional("value_ints", .ints),
    ], work: Work.none,
    infer: { types throws(OperatorError) in
      let tensor = try literal(types.attributes)
      return [TensorType(tensor.type, tensor.shape)]
    },
    compute: { call, _ throws(OperatorError) in [try literal(call.attributes)] })

  private static func literal(_ attributes: Attributes) throws(OperatorError) -> Tensor {
    guard attributes.values.count == 1, let value = attributes.values.values.first else {
      throw OperatorError("found \(attributes.values.count) values, expected one attribute")
    }
    return switch value {
    case .tensor(let tensor): tensor
    case .float(let float): Tensor([], floats: [float])
    case .floats(let floats): Tensor([floats.count], floats: floats)
    case .int(let int): Tensor([], ints: [int])
    case .ints(let ints): Tensor([ints.count], ints: ints)
    case .string, .strings, .graph:
      throw OperatorError("found a \(value.kind.rawValue), expected numbers")
    }
  }

  private static let shape = Operator(
    "Shape", "the sizes of the input, or of its axes from start to end", inputs: 1...1,
    attributes: [.defaulted("start", .int(0)), .optional("end", .int)], work: .move,
    infer: { types in [TensorType(.int64, [sizes(types).count])] },
    compute: { call, types in
      [Tensor(types[0].shape, ints: sizes(call.types).map { Int64($0) })]
    })

  private static func sizes(_ types: Types) -> ArraySlice<Int> {
    let sizes = types.shape(0).sizes
    func clamped(_ axis: Int) -> Int {
      min(max(axis < 0 ? axis + sizes.count : axis, 0), sizes.count)
    }
    let start = clamped(types.attributes.int("start"))
    let end = clamped(types.attributes.optionalInt("end") ?? sizes.count)
    return sizes[start..<max(start, end)]
  }

  private static let size = Operator(
    "Size", "the number of elements of the input", inputs: 1...1, work: .move,
    infer: { _ in [TensorType(.int64, [])] },
    compute: { call, _ in [Tensor([], ints: [Int64(call.tensor(0).count)])] })

  private static let constantOfShape = Operator(
    "ConstantOfShape", "one value in a given shape", inputs: 1...1,
    attributes: [.defaulted("value", .tensor(Tensor([1], floats: [0])))], work: .move,
    infer: { types throws(OperatorError) in
      guard let value = types.attributes.tensor("value"), value.count == 1 else {
        throw OperatorError("attribute value: expected one element")
      }
      return [TensorType(value.type, try checkedShape(types.ints(0, "shape")!))]
    },
    compute: { call, types in
      let value = call.attributes.tensor("value")!
      let tables = types[0].shape.sizes.map { [Int](repeating: 0, count: $0) }
      return [Rearrangement(tables)(value)]
    })

  private static let range = Operator(
    "Range", "numbers from start towards limit, delta apart", inputs: 3...3, work: .add,
    infer: { types throws(OperatorError) in
      let element = try types.commonElement(0...2)
      return [TensorType(element, [try rangeCount(types)])]
    },
    compute: { call, types in
      let (start, delta, count) = (call.tensor(0), call.tensor(2), types[0].shape.count)
      if types[0].element.isFloatingPoint {
        let (first, step) = (start.doubles[0], delta.doubles[0])
        let numbers = (0..<count).map { first + Double($0) * step }
        return [Tensor(types[0].shape, doubles: numbers, type: start.type)]
      }
      let ints = (0..<count).map {
        start.type.wrap(start.ints[0] &+ Int64($0) &* delta.ints[0])
      }
      return [Tensor(types[0].shape, ints: ints, type: start.type)]
    })

  private static func rangeCount(_ types: Types) throws(OperatorError) -> Int {
    var numbers: [Double] = []
    for (index, name) in ["start", "limit", "delta"].enumerated() {
      let tensor = try types.known(index, name)!
      guard tensor.count == 1 else {
        throw OperatorError("the \(name) input: found \(tensor.count) elements, expected 1")
      }
      numbers.append(tensor.doubles[0])
    }
    let count = ((numbers[1] - numbers[0]) / numbers[2]).rounded(.up)
    guard numbers[2] != 0, count <= Double(maximumElements) else {
      throw OperatorError(
        "found a range from \(numbers[0]) to \(numbers[1]) by \(numbers[2]), "
          + "expected at most \(maximumElements) elements")
    }
    return Int(max(count, 0))
  }

  private static let oneHot = Operator(
    "OneHot", "a new axis, on at the index and off elsewhere", inputs: 3...3,
    attributes: [.defaulted("axis", .int(-1))], work: .move,
    infer: { types throws(OperatorError) in
      var sizes = types.shape(0).sizes
      let axis = try types.axis(rank: sizes.count + 1)
      guard types.shape(2).count == 2 else {
        throw OperatorError("the values input: found shape \(types.shape(2)), expected 2 elements")
      }
      sizes.insert(try depth(types), at: axis)
      return [TensorType(types.element(2), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let shape = types[0].shape
      let axis = try call.types.axis(rank: shape.rank)
      let split = AxisSplit(shape, axis)
      let indices = call.tensor(0).converted(to: .int64).ints
      // Which of the two values each element takes.
      var choices = [Int](repeating: 0, count: shape.count)
      var next = 0
      split.forEachLine { start in
        let index = indices[next] < 0 ? Int(indices[next]) + split.size : Int(indices[next])
        if index >= 0, index < split.size { choices[start + index * split.inner] = 1 }
        next += 1
      }
      return [call.tensor(2).taking(choices, shape: shape)]
    })

  private static func depth(_ types: Types) throws(OperatorError) -> Int {
    let depth = try types.known(1, "depth")!.converted(to: .int64)
    guard depth.count == 1, depth.ints[0] >= 0 else {
      throw OperatorError("the depth input: found \(depth.ints), expected one number, 0 or more")
    }
    return Int(depth.ints[0])
  }

  private static let eyeLike = Operator(
    "EyeLike", "ones on a diagonal and zeros elsewhere, in the shape of the input", inputs: 1...1,
    attributes: [.optional("dtype", .int), .defaulted("k", .int(0))], work: .move,
    infer: { types throws(OperatorError) in
      guard types.shape(0).rank == 2 else {
        throw OperatorError("found shape \(types.shape(0)), expected 2 axes")
      }
      let element = try types.elementType("dtype") ?? types.element(0)
      return [TensorType(element, types.shape(0))]
    },
    compute: { call, types in
      let shape = types[0].shape
      // A diagonal beyond the matrix is as good as one beside it.
      let k = min(max(call.attributes.int("k"), -shape[0]), shape[1])
      var ints = [Int64](repeating: 0, count: shape.count)
      for row in 0..<shape[0] where (0..<shape[1]).contains(row + k) {
        ints[row * shape[1] + row + k] = 1
      }
      return [Tensor(shape, ints: ints).converted(to: types[0].element)]
    })
}
