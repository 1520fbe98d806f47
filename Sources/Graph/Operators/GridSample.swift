import Tensor

/// Samples at positions that are data, and such positions.
extension Operator {
  static let gridSampling: [Operator] = [gridSample, affineGrid]

  private static let gridSample = Operator(
    "GridSample", "the input interpolated at the positions of a grid, from -1 to 1 along each axis",
    inputs: 2...2,
    attributes: [
      .defaulted("align_corners", .int(0)), .choice("mode", GridMode.allCases.map(\.rawValue)),
      .choice("padding_mode", GridPadding.allCases.map(\.rawValue)),
    ],
    work: { types, outputs in
      guard let grid = try? Grid(types) else { return .none }
      let taps = (0..<grid.axes.count).reduce(1) { product, _ in product * grid.mode.width }
      return .products(outputs[0].shape.count * taps)
    },
    infer: { types throws(OperatorError) in [TensorType(types.element(0), try Grid(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let grid = try Grid(call.types)
      let (x, positions) = (call.tensor(0).floats, call.tensor(1).floats)
      let shape = types[0].shape
      var result = [Float](repeating: 0, count: shape.count)
      for point in 0..<(grid.batch * grid.points) where grid.channels > 0 {
        let taps = grid.taps(positions, point)
        let (image, place) = point.quotientAndRemainder(dividingBy: grid.points)
        for channel in 0..<grid.channels {
          let plane = image * grid.channels + channel
          result[plane * grid.points + place] = taps.sum(of: x, from: plane * grid.plane)
        }
      }
      return [Tensor(shape, floats: result, type: types[0].element)]
    })

  private static let affineGrid = Operator(
    "AffineGrid", "the positions of GridSample that an affine map takes evenly spaced ones to",
    inputs: 2...2, attributes: [.defaulted("align_corners", .int(0))],
    work: { types, outputs in
      .products(outputs[0].shape.count * (types.shape(0).sizes.last ?? 0))
    },
    infer: { types throws(OperatorError) in
      let theta = try types.floats(0, "theta", rank: 3...3)
      let size = try types.ints(1, "size")!
      let axes = size.count - 2
      guard axes == 2 || axes == 3, theta.sizes == [size[0], axes, axes + 1] else {
        throw OperatorError(
          "found theta \(theta) and size \(size), expected maps of 2 or 3 axes for each image")
      }
      return [TensorType(types.element(0), try checkedShape([size[0]] + size[2...] + [axes]))]
    },
    compute: { call, types in
      let (theta, shape) = (call.tensor(0).floats, types[0].shape)
      let axes = shape.rank - 2
      let isAligned = call.attributes.bool("align_corners")
      var result: [Float] = []
      result.reserveCapacity(shape.count)
      let points = Shape(Array(shape.sizes[1...axes]))
      let strides = points.strides
      for image in 0..<shape[0] {
        for point in 0..<points.count {
          // The last axis is the first coordinate.
          let position = (0..<axes).reversed().map { axis in
            let index = point / strides[axis] % points[axis]
            return evenPosition(index, of: points[axis], isAligned)
          }
          for row in 0..<axes {
            let map = (image * axes + row) * (axes + 1)
            let sum = (0..<axes).reduce(Double(theta[map + axes])) {
              $0 + Double(theta[map + $1]) * position[$1]
            }
            result.append(Float(sum))
          }
        }
      }
      return [Tensor(shape, floats: result, type: types[0].element)]
    })

  /// Where an element lies if an axis goes from -1 to 1; a single one is in the middle.
  private static func evenPosition(_ index: Int, of count: Int, _ isAligned: Bool) -> Double {
    if isAligned && count == 1 { return 0 }
    return isAligned
      ? 2 * Double(index) / Double(count - 1) - 1
      : (2 * Double(index) + 1) / Double(count) - 1
  }
}

/// The sizes of a GridSample.
private struct Grid {
  let batch: Int
  let channels: Int
  let axes: [GridAxis]
  let mode: GridMode
  /// Positions for each image.
  let points: Int
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let x = try types.floats(0, "X", rank: 3...Int.max)
    let grid = try types.floats(1, "grid", rank: 3...Int.max)
    let sizes = Array(x.sizes.dropFirst(2))
    guard sizes.count <= 3, grid.rank == x.rank, grid[0] == x[0], grid.sizes.last == sizes.count
    else {
      throw OperatorError(
        "found X \(x) and grid \(grid), expected positions of 1 to 3 axes for each image")
    }
    let isAligned = types.attributes.bool("align_corners")
    let padding = GridPadding(rawValue: types.attributes.string("padding_mode"))!
    let spatial = Array(grid.sizes[1..<(grid.rank - 1)])
    (batch, channels, points) = (x[0], x[1], spatial.reduce(1, *))
    mode = GridMode(rawValue: types.attributes.string("mode"))!
    axes = sizes.map { GridAxis(length: $0, isAligned: isAligned, padding: padding) }
    output = try checkedShape([batch, channels] + spatial)
    guard output.count == 0 || !sizes.contains(0) else {
      throw OperatorError("input X: found \(x), expected elements to sample")
    }
  }

  /// Elements of a plane of the input.
  var plane: Int { axes.reduce(1) { $0 * $1.length } }

  /// The elements of a plane that make up its value at a point of the grid.
  func taps(_ positions: [Float], _ point: Int) -> [Tap] {
    // The last axis is the first coordinate.
    let taps = axes.enumerated().map { index, axis in
      axis.taps(positions[(point + 1) * axes.count - 1 - index], mode)
    }
    return Tap.crossed(taps, sizes: axes.map(\.length))
  }
}
