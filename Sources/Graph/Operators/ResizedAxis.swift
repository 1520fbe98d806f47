import Tensor

/// How an index of the result becomes a coordinate of the input (ONNX, Resize-19).
enum CoordinateMode: String, CaseIterable {
  case halfPixel = "half_pixel"
  case halfPixelSymmetric = "half_pixel_symmetric"
  case pytorchHalfPixel = "pytorch_half_pixel"
  case alignCorners = "align_corners"
  case asymmetric
  case cropAndResize = "tf_crop_and_resize"
}

/// What `Resize` does along one axis.
struct ResizedAxis {
  /// The size of the axis before and after.
  let length: Int
  var resized: Int
  /// The factor asked for; rounding may make `resized / length` differ from it.
  var scale: Double
  /// The part of the axis that is taken in `tf_crop_and_resize`, in 0 ... 1.
  var region: (start: Double, end: Double) = (0, 1)

  /// Whether every index comes from the same index.
  func isKept(_ mode: CoordinateMode) -> Bool {
    length == resized && scale == 1 && mode != .cropAndResize
  }

  /// The coordinate in the input of an index of the result; nil beyond the input in
  /// `tf_crop_and_resize`. Where the factor and the rounded size disagree, `align_corners` goes by
  /// the factor, as ONNX's reference does.
  func source(of index: Int, _ mode: CoordinateMode) -> Double? {
    let (x, last, exactSize) = (Double(index), Double(length - 1), scale * Double(length))
    switch mode {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .halfPixelSymmetric:
      let offset = Double(length) / 2 * (1 - Double(resized) / exactSize)
      return offset + (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return resized > 1 ? (x + 0.5) / scale - 0.5 : 0
    case .alignCorners: return exactSize == 1 ? 0 : x * last / (exactSize - 1)
    case .asymmetric: return x / scale
    case .cropAndResize:
      let (start, end) = region
      let coordinate =
        resized > 1
        ? start * last + x * (end - start) * last / Double(resized - 1)
        : 0.5 * (start + end) * last
      return coordinate >= 0 && coordinate <= last ? coordinate : nil
    }
  }
}

extension Operator {
  /// What `Resize` does along each axis of its input.
  ///
  /// An empty input counts as left out: so older models leave out the ones before `sizes`.
  static func resizedAxes(_ types: Types) throws(OperatorError) -> [ResizedAxis] {
    let shape = types.shape(0)
    var result = shape.sizes.map { ResizedAxis(length: $0, resized: $0, scale: 1) }
    let axes = try normalized(
      types.attributes.ints("axes") ?? Array(0..<shape.rank), rank: shape.rank)
    let scales = try numbers(types, 2, "scales", count: axes.count)
    let sizes = try numbers(types, 3, "sizes", count: axes.count)
    guard (scales == nil) != (sizes == nil) else {
      throw OperatorError("found both or none of scales and sizes, expected one of them")
    }
    if let scales {
      for (axis, scale) in zip(axes, scales) {
        // The size is computed in 32 bits, as ONNX's shape rule does.
        let size = (Float(shape[axis]) * Float(scale)).rounded(.down)
        guard scale > 0, size <= Float(maximumElements) else {
          throw OperatorError(
            "found scale \(scale) of axis \(axis), expected one above 0 that gives at most "
              + "\(maximumElements) elements")
        }
        result[axis].resized = Int(size)
        result[axis].scale = scale
      }
    } else if let sizes {
      try resize(
        &result, axes, to: sizes, policy: types.attributes.string("keep_aspect_ratio_policy"))
    }
    try setRegions(&result, axes, types)
    for axis in result where axis.length == 0 && axis.resized > 0 {
      throw OperatorError("an axis without elements cannot be resized to \(axis.resized)")
    }
    return result
  }

  /// The elements of an input as numbers; nil where it is left out or empty.
  private static func numbers(
    _ types: Types, _ index: Int, _ name: String, count: Int
  ) throws(OperatorError) -> [Double]? {
    guard types.optional(index)?.shape.count ?? 0 > 0,
      let tensor = try types.known(index, name)
    else { return nil }
    guard tensor.count == count else {
      throw OperatorError("the \(name) input: found \(tensor.count) elements, expected \(count)")
    }
    return tensor.doubles
  }

  private static func resize(
    _ result: inout [ResizedAxis], _ axes: [Int], to sizes: [Double], policy: String
  ) throws(OperatorError) {
    for size in sizes where !(size >= 0 && size <= Double(maximumElements)) {
      throw OperatorError("found size \(size), expected 0 to \(maximumElements)")
    }
    let scales = zip(axes, sizes).map { $1 / Double(max(result[$0].length, 1)) }
    let common =
      policy == "not_larger" ? scales.min() : policy == "not_smaller" ? scales.max() : nil
    for (i, axis) in axes.enumerated() {
      result[axis].scale = common ?? scales[i]
      guard let common else {
        result[axis].resized = Int(sizes[i])
        continue
      }
      let size = (common * Double(result[axis].length)).rounded(.toNearestOrAwayFromZero)
      guard size <= Double(maximumElements) else {
        throw OperatorError("found size \(size), expected 0 to \(maximumElements)")
      }
      result[axis].resized = Int(size)
    }
  }

  private static func setRegions(
    _ result: inout [ResizedAxis], _ axes: [Int], _ types: Types
  ) throws(OperatorError) {
    let mode = types.attributes.string("coordinate_transformation_mode")
    guard mode == CoordinateMode.cropAndResize.rawValue else { return }
    guard let region = try numbers(types, 1, "roi", count: 2 * axes.count) else {
      throw OperatorError("the roi input is left out, expected it for \(mode)")
    }
    for (i, axis) in axes.enumerated() {
      result[axis].region = (region[i], region[axes.count + i])
    }
  }
}
