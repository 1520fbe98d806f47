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
      if types.attributes.string("mode") != "nearest" { try types.requireFloatingPoint() }
      let sizes = try resizedAxes(types).map(\.resized)
      return [TensorType(types.element(0), try checkedShape(sizes))]
    },
    compute: { call, types throws(OperatorError) in
      let axes = try resizedAxes(call.types)
      let sampling = Sampling(call.attributes)
      return [
        sampling.isNearest
          ? nearest(call.tensor(0), axes, sampling) : interpolated(call.tensor(0), axes, sampling)
      ]
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
      let taps = (0..<axis.resized).map { sampling.taps($0, along: axis) }
      floats = weighted(floats, split, taps, outside: sampling.extrapolation)
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

  /// The weighted sums that `taps` name for each index along one axis; taps outside stand for
  /// `outside`.
  private static func weighted(
    _ floats: [Float], _ split: AxisSplit, _ taps: [[Tap]], outside: Float
  ) -> [Float] {
    let count = taps.count
    var result = [Float](repeating: outside, count: split.outer * count * split.inner)
    for outer in 0..<split.outer {
      let start = outer * split.size * split.inner
      for (index, taps) in taps.enumerated() where !taps[0].isOutside {
        let to = (outer * count + index) * split.inner
        for i in 0..<split.inner {
          var sum: Float = 0
          for tap in taps { sum += tap.weight * floats[start + tap.index * split.inner + i] }
          result[to + i] = sum
        }
      }
    }
    return result
  }

  private static func work(_ types: Types, _ output: TensorType) -> Work {
    let sampling = Sampling(types.attributes)
    guard !sampling.isNearest, output.shape.count > 0, let axes = try? resizedAxes(types) else {
      return Work.move * output.shape.count
    }
    // Each axis in turn: a sum of products for each element that it leaves.
    var sizes = types.shape(0).sizes
    var work = Work.none
    for axis in passes(from: sizes, to: output.shape.sizes) where sizes[axis] != output.shape[axis]
    {
      sizes[axis] = output.shape[axis]
      let width = 2 * sampling.side(axes[axis])
      work = work + Work(adds: width - 1, multiplies: width) * sizes.reduce(1, *)
    }
    return work
  }
}
