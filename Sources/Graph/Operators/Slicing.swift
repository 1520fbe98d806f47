import Tensor

/// Operators that cut tensors apart, put them together and pad them.
extension Operator {
  static let slicing: [Operator] = [concat, split, slice]

  private static let concat = Operator(
    "Concat", "tensors one behind the other along an axis", inputs: 1...Int.max,
    attributes: [.required("axis", .int)], work: .move,
    infer: { types throws(OperatorError) in
      let element = try types.commonElement(types.inputs.indices)
      var sizes = types.shape(0).sizes
      let axis = try types.axis(rank: sizes.count)
      for input in types.inputs.dropFirst() {
        guard let input else { throw OperatorError("an input is left out, expected all of them") }
        var others = input.shape.sizes
        guard others.count == sizes.count else {
          throw OperatorError(
            "found shapes \(types.shape(0)) and \(input.shape), expected one rank")
        }
        let size = others[axis]
        others[axis] = sizes[axis]
        guard others == sizes else {
          throw OperatorError(
            "found shapes \(types.shape(0)) and \(input.shape), expected them equal but for "
              + "axis \(axis)")
        }
        sizes[axis] += size
      }
      return [TensorType(element, try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let axis = try call.types.axis(rank: types[0].shape.rank)
      return [.concatenated(call.inputs.compactMap { $0 }, along: axis)]
    })

  private static let split = Operator(
    "Split", "the parts of a tensor along an axis", inputs: 1...2, outputs: 1...Int.max,
    attributes: [.defaulted("axis", .int(0)), .optional("num_outputs", .int)],
    work: { _, outputs in Work.move * outputs.reduce(0) { $0 + $1.shape.count } },
    infer: { types throws(OperatorError) in
      var sizes = types.shape(0).sizes
      let axis = try types.axis(rank: sizes.count)
      return try partSizes(types, of: sizes[axis]).map { part in
        sizes[axis] = part
        return TensorType(types.element(0), Shape(sizes))
      }
    },
    compute: { call, types throws(OperatorError) in
      let tensor = call.tensor(0)
      let axis = try call.types.axis(rank: tensor.shape.rank)
      var start = 0
      return types.map { type in
        var indices = tensor.shape.sizes.map { Array(0..<$0) }
        indices[axis] = Array(start..<(start + type.shape[axis]))
        start += type.shape[axis]
        return Rearrangement(indices, of: tensor.shape)(tensor)
      }
    })

  /// The sizes of the parts: as given, or equal but for a smaller last one.
  private static func partSizes(_ types: Types, of size: Int) throws(OperatorError) -> [Int] {
    let count = types.outputCount
    if let parts = try types.ints(1, "split") {
      guard parts.count == count, parts.allSatisfy({ (0...size).contains($0) }),
        parts.reduce(0, +) == size
      else {
        throw OperatorError("found parts \(parts), expected \(count) that add up to \(size)")
      }
      return parts
    }
    guard types.attributes.optionalInt("num_outputs") ?? count == count else {
      throw OperatorError(
        "attribute num_outputs: found \(types.attributes.int("num_outputs")), expected \(count)")
    }
    let part = (size + count - 1) / count
    let last = size - part * (count - 1)
    guard last >= 0 else {
      throw OperatorError("an axis of size \(size) cannot be split into \(count) parts")
    }
    return [Int](repeating: part, count: count - 1) + [last]
  }

  private static let slice = Operator(
    "Slice", "every step-th element from start to end along axes", inputs: 3...5, work: .move,
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), Shape(try slices(types).map(\.count)))]
    },
    compute: { call, _ throws(OperatorError) in
      let tensor = call.tensor(0)
      return [Rearrangement(try slices(call.types).map(\.indices), of: tensor.shape)(tensor)]
    })

  /// What a slice keeps of an axis.
  private struct AxisSlice {
    var start = 0
    var step = 1
    let count: Int

    var indices: [Int] { Rearrangement.offsets(count, stride: step, start: start) }
  }

  /// For each axis, what is kept.
  private static func slices(_ types: Types) throws(OperatorError) -> [AxisSlice] {
    let shape = types.shape(0)
    let starts = try types.ints(1, "starts")!
    let ends = try types.ints(2, "ends")!
    let axes = try normalized(
      types.ints(3, "axes") ?? Array(0..<min(starts.count, shape.rank)), rank: shape.rank)
    let steps = try types.ints(4, "steps") ?? [Int](repeating: 1, count: starts.count)
    guard Set([starts.count, ends.count, axes.count, steps.count]).count == 1 else {
      throw OperatorError(
        "found \(starts.count) starts, \(ends.count) ends, \(axes.count) axes and "
          + "\(steps.count) steps, expected as many of each")
    }
    var slices = shape.sizes.map { AxisSlice(count: $0) }
    for (i, axis) in axes.enumerated() {
      guard steps[i] != 0 else {
        throw OperatorError("found step 0 along axis \(axis), expected one above or below 0")
      }
      slices[axis] = sliced(shape[axis], from: starts[i], to: ends[i], by: steps[i])
    }
    return slices
  }

  /// A slice of an axis; bounds beyond it are brought to its ends.
  private static func sliced(_ size: Int, from start: Int, to end: Int, by step: Int) -> AxisSlice {
    // A longer step than the axis takes one element, too.
    let step = min(max(step, -size - 1), size + 1)
    let range = step > 0 ? 0...size : -1...(size - 1)
    func clamped(_ bound: Int) -> Int {
      min(max(bound < 0 ? bound + size : bound, range.lowerBound), range.upperBound)
    }
    let (first, length) = (clamped(start), (clamped(end) - clamped(start)) * step.signum())
    let stride = abs(step)
    return AxisSlice(start: first, step: step, count: max((length + stride - 1) / stride, 0))
  }
}

extension Tensor {
  /// Tensors of one element type, at least one, one behind the other along an axis; other axes are the
  /// same.
  static func concatenated(_ parts: [Tensor], along axis: Int) -> Tensor {
    let splits = parts.map { AxisSplit($0.shape, axis) }
    var sizes = parts[0].shape.sizes
    sizes[axis] = splits.reduce(0) { $0 + $1.size }
    func joined<Element>(_ elements: [[Element]]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(elements.reduce(0) { $0 + $1.count })
      for outer in 0..<splits[0].outer {
        for (elements, split) in zip(elements, splits) {
          let run = split.size * split.inner
          result.append(contentsOf: elements[(outer * run)..<((outer + 1) * run)])
        }
      }
      return result
    }
    let elements: Elements =
      switch parts[0].elements {
      case .floats: .floats(joined(parts.map(\.floats)))
      case .doubles: .doubles(joined(parts.map(\.doubles)))
      case .ints: .ints(joined(parts.map(\.ints)))
      }
    return Tensor(parts[0].type, Shape(sizes), elements)
  }
}
