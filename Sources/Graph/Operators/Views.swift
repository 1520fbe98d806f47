import Tensor

/// Operators that keep the elements and their order, and change at most the shape.
extension Operator {
  static let views: [Operator] = [
    view("Identity", "the input itself") { types throws(OperatorError) in types.shape(0) },
    view("Reshape", "the same elements in another shape", inputs: 2...2, [allowZero], reshaped),
    view(
      "Flatten", "a matrix: the axes before one, by those from it on", inputs: 1...1,
      [.defaulted("axis", .int(1))], flattened),
    view("Squeeze", "without axes of size 1", inputs: 1...2, [], squeezed),
    view("Unsqueeze", "with axes of size 1 inserted", inputs: 2...2, [], unsqueezed),
    dropout,
  ]

  /// An operator that only changes the shape.
  private static func view(
    _ name: String, _ summary: String, inputs: ClosedRange<Int> = 1...1,
    _ attributes: [AttributeSpec] = [],
    _ shape: @escaping @Sendable (Types) throws(OperatorError) -> Shape
  ) -> Operator {
    Operator(
      name, summary, inputs: inputs, attributes: attributes, work: Work.none,
      infer: { types throws(OperatorError) in [TensorType(types.element(0), try shape(types))] },
      compute: { call, types in [call.tensor(0).reshaped(types[0].shape)] })
  }

  private static let allowZero = AttributeSpec.defaulted("allowzero", .int(0))

  @Sendable
  private static func reshaped(_ types: Types) throws(OperatorError) -> Shape {
    let input = types.shape(0)
    var sizes = try types.ints(1, "shape")!
    let given = sizes
    if !types.attributes.bool("allowzero") {
      for axis in sizes.indices where sizes[axis] == 0 {
        guard axis < input.rank else {
          throw OperatorError(
            "found shape \(given) for an input of shape \(input), expected a 0 only in the place of "
              + "one of its sizes")
        }
        sizes[axis] = input[axis]
      }
    }
    let open = sizes.indices.filter { sizes[$0] == -1 }
    if let axis = open.first, open.count == 1 {
      sizes[axis] = 1
      let rest = try checkedShape(sizes).count
      sizes[axis] = rest == 0 ? 0 : input.count / rest
    }
    guard let shape = Shape(checking: sizes), shape.count == input.count else {
      throw OperatorError(
        "found shape \(given) for an input of shape \(input), expected \(input.count) elements")
    }
    return shape
  }

  @Sendable
  private static func flattened(_ types: Types) throws(OperatorError) -> Shape {
    let input = types.shape(0)
    var axis = types.attributes.int("axis")
    guard axis >= -input.rank, axis <= input.rank else {
      throw OperatorError("found axis \(axis), expected \(-input.rank) to \(input.rank)")
    }
    if axis < 0 { axis += input.rank }
    return Shape([input.sizes[..<axis].reduce(1, *), input.sizes[axis...].reduce(1, *)])
  }

  @Sendable
  private static func squeezed(_ types: Types) throws(OperatorError) -> Shape {
    let input = types.shape(0)
    guard let given = try types.ints(1, "axes") else {
      return Shape(input.sizes.filter { $0 != 1 })
    }
    let axes = try normalized(given, rank: input.rank)
    for axis in axes where input[axis] != 1 {
      throw OperatorError("axis \(axis) has size \(input[axis]), expected 1")
    }
    return Shape(input.sizes.indices.filter { !axes.contains($0) }.map { input[$0] })
  }

  @Sendable
  private static func unsqueezed(_ types: Types) throws(OperatorError) -> Shape {
    let input = types.shape(0)
    let given = try types.ints(1, "axes")!
    let axes = try normalized(given, rank: input.rank + given.count)
    var sizes = input.sizes
    for axis in axes.sorted() { sizes.insert(1, at: axis) }
    return Shape(sizes)
  }

  private static let dropout = Operator(
    "Dropout", "the input itself, as in inference, and a mask of all that was kept",
    inputs: 1...3, outputs: 1...2, attributes: [.optional("seed", .int)], work: Work.none,
    infer: { types throws(OperatorError) in
      if let training = try types.known(2, "training_mode"), training.elements != .ints([0]) {
        throw OperatorError("the training_mode input: found true, expected false")
      }
      let outputs = [types.type(0), TensorType(.bool, types.shape(0))]
      return Array(outputs.prefix(types.outputCount))
    },
    compute: { call, types in
      let input = call.tensor(0)
      let mask = { Tensor(input.shape, ints: Array(repeating: 1, count: input.count), type: .bool) }
      return types.count == 1 ? [input] : [input, mask()]
    })
}
