import Tensor

/// Operators that put elements in the places of others by index.
extension Operator {
  static let scattering: [Operator] = [scatterElements, scatterND]

  private static let reduction = AttributeSpec.choice(
    "reduction", ["none", "add", "mul", "max", "min"])

  private static let scatterElements = Operator(
    "ScatterElements", "the data with an update for each index, at the element there along an axis",
    inputs: 3...3, attributes: [.defaulted("axis", .int(0)), reduction], work: scatterWork,
    infer: { types throws(OperatorError) in
      _ = try types.elementIndexAxis()
      try checkUpdates(types, shape: types.shape(1))
      return [types.type(0)]
    },
    compute: { call, _ throws(OperatorError) in
      let axis = try call.types.elementIndexAxis()
      let offsets = try IndexOffsets.elements(
        call.tensor(1), of: call.tensor(0).shape, axis: axis)
      return [updated(call, at: offsets, run: 1)]
    })

  private static let scatterND = Operator(
    "ScatterND", "the data with updates for the slices that rows of indices name", inputs: 3...3,
    attributes: [reduction], work: scatterWork,
    infer: { types throws(OperatorError) in
      let slice = try types.indexedSlice()
      let sizes = Array(types.shape(1).sizes.dropLast() + slice)
      try checkUpdates(types, shape: try checkedShape(sizes))
      return [types.type(0)]
    },
    compute: { call, _ throws(OperatorError) in
      let slice = try call.types.indexedSlice()
      let starts = try IndexOffsets.slices(call.tensor(1), of: call.tensor(0).shape)
      return [updated(call, at: starts, run: slice.reduce(1, *))]
    })

  private static let scatterWork: @Sendable (Types, [TensorType]) -> Work = { types, outputs in
    let isPlain = types.attributes.string("reduction") == "none"
    return .move * outputs[0].shape.count
      + (isPlain ? .move : .add) * types.shape(2).count
  }

  private static func checkUpdates(_ types: Types, shape: Shape) throws(OperatorError) {
    try types.commonElement([0, 2])
    guard types.shape(2) == shape else {
      throw OperatorError("the updates input: found shape \(types.shape(2)), expected \(shape)")
    }
  }

  /// The data with `run` updates from each of the offsets on, one after another.
  private static func updated(_ call: Call, at offsets: [Int], run: Int) -> Tensor {
    let (data, updates) = (call.tensor(0), call.tensor(2))
    let (type, name) = (data.type, call.attributes.string("reduction"))
    switch data.elements {
    case .floats(var floats):
      update(&floats, updates.floats, offsets, run) { reduced($0, $1, name) }
      return Tensor(data.shape, floats: floats, type: type)
    case .doubles(var doubles):
      update(&doubles, updates.doubles, offsets, run) { reduced($0, $1, name) }
      return Tensor(data.shape, doubles: doubles)
    case .ints:
      // Only the order of 64 unsigned bits is not that of the lane.
      let isOrder = name == "max" || name == "min"
      var ints = isOrder ? data.ordered : data.ints
      update(&ints, isOrder ? updates.ordered : updates.ints, offsets, run) { a, b in
        switch name {
        case "add": type.wrap(a &+ b)
        case "mul": type.wrap(a &* b)
        case "max": max(a, b)
        case "min": min(a, b)
        default: b
        }
      }
      if isOrder { ints = ints.map(type.unordered) }
      return Tensor(data.shape, ints: ints, type: type)
    }
  }

  private static func reduced<Number: BinaryFloatingPoint>(
    _ a: Number, _ b: Number, _ reduction: String
  ) -> Number {
    switch reduction {
    case "add": a + b
    case "mul": a * b
    case "max": a >= b || a.isNaN ? a : b
    case "min": a <= b || a.isNaN ? a : b
    default: b
    }
  }

  private static func update<Element>(
    _ elements: inout [Element], _ updates: [Element], _ offsets: [Int], _ run: Int,
    _ combine: (Element, Element) -> Element
  ) {
    var next = 0
    for offset in offsets {
      for at in offset..<(offset + run) {
        elements[at] = combine(elements[at], updates[next])
        next += 1
      }
    }
  }
}
