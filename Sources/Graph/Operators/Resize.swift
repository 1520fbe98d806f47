import Tensor

/// `Resize`: interpolation along each axis in turn.
extension Operator {
  static let resizing: [Operator] = [resize]

  private static let resize = Operator(
    "Resize", "the input interpolated to other sizes along some axes", inputs: 1...4,
    attributes: [
      .defaulted("antialias", .int(0)),
      .optional("axes", .ints),
      .choice("coordinate_transformation_mode", CoordinateMode.allCases.map(\.rawValue)),
      .defaulted("cubic_coeff_a", .float(-0.75)),
      .defaulted("exclude_outside", .int(0)),
      .defaulted("extrapolation_value", .float(0)),
      .choice("keep_aspect_ratio_policy", ["stretch", "not_larger", "not_smaller"]),
      .choice("mode", ["nearest", "linear", "cubic"]),
      .choice("nearest_mode", ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]),
    ],
    work: { types, outputs in work(types, outputs[0]) },
    infer: { types throws(OperatorError) in
      guard !types.attributes.bool("antialias") else {
        throw OperatorError("attribute antialias: found 1, expected 0")
      }
      if types.attributes.string("mode") != "nearest" { try types.requireFloatingPoint() }
      let sizes = try resizedAxes(types).map(\.resized)
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let axes = try resizedAxes(call.types)
      let sampling = Sampling(call.attributes)
      if call.attributes.string("mode") == "nearest" {
        return [nearest(call.tensor(0), axes, sampling)]
      }
      return [interpolated(call.tensor(0), axes, sampling)]
    })

  private static func nearest(
    _ tensor: Tensor, _ axes: [ResizedAxis], _ sampling: Sampling
  ) -> Tensor {
    let indices = axes.map { axis in
      (0..<axis.resized).map { index in
        axis.source(of: index, sampling.coordinates).map {
          sampling.nearestIndex($0, length: axis.length)
        } ?? Rearrangement.fill
      }
    }
    let value = Tensor([1], floats: [sampling.extrapolation]).converted(to: tensor.type)
    return Rearrangement(indices, of: tensor.shape)(tensor, fill: value)
  }

  private static func interpolated(
    _ tensor: Tensor, _ axes: [ResizedAxis], _ sampling: Sampling
  ) -> Tensor {
    var (floats, sizes) = (tensor.floats, tensor.shape.sizes)
    for position in passes(from: sizes, to: axes.map(\.resized)) {
      let axis = axes[position]
      if axis.isKept(sampling.coordinates) { continue }
      let split = AxisSplit(Shape(sizes), position)
      let taps = (0..<axis.resized).flatMap { sampling.taps($0, along: axis) }
      floats = weighted(
        floats, split, taps, width: sampling.width, outside: sampling.extrapolation)
      sizes[position] = axis.resized
    }
    return Tensor(Shape(sizes), floats: floats, type: tensor.type)
  }

  /// The axes in the order in which they are resized: those that shrink first, so that nothing on
  /// the way is larger than the input and the result.
  private static func passes(from sizes: [Int], to resized: [Int]) -> [Int] {
    sizes.indices.filter { resized[$0] < sizes[$0] }
      + sizes.indices.filter { resized[$0] >= sizes[$0] }
  }

  /// The weighted sums that `taps` name, `width` for each index along one axis; taps outside
  /// stand for `outside`.
  private static func weighted(
    _ floats: [Float], _ split: AxisSplit, _ taps: [Tap], width: Int, outside: Float
  ) -> [Float] {
    let count = taps.count / width
    var result = [Float](repeating: outside, count: split.outer * count * split.inner)
    for outer in 0..<split.outer {
      let start = outer * split.size * split.inner
      for index in 0..<count where !taps[index * width].isOutside {
        let to = (outer * count + index) * split.inner
        for i in 0..<split.inner {
          var sum: Float = 0
          for tap in taps[(index * width)..<((index + 1) * width)] {
            sum += tap.weight * floats[start + tap.index * split.inner + i]
          }
          result[to + i] = sum
        }
      }
    }
    return result
  }

  private static func work(_ types: Types, _ output: TensorType) -> Work {
    let width = Sampling(types.attributes).width
    guard width > 1 else { return Work.move * output.shape.count }
    // Each axis in turn: a sum of `width` products for each element that it leaves.
    var sizes = types.shape(0).sizes
    var sums = 0
    for axis in passes(from: sizes, to: output.shape.sizes) where sizes[axis] != output.shape[axis]
    {
      sizes[axis] = output.shape[axis]
      sums += sizes.reduce(1, *)
    }
    return Work(adds: width - 1, multiplies: width) * sums
  }
}
