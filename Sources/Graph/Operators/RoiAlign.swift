import Tensor

/// Operators on rectangles of images.
extension Operator {
  static let regions: [Operator] = [roiAlign, nonMaxSuppression]

  private static let roiAlign = Operator(
    "RoiAlign", "the mean or maximum of interpolated samples in each bin of regions of an image",
    inputs: 3...3,
    attributes: [
      .choice("coordinate_transformation_mode", ["half_pixel", "output_half_pixel"]),
      .choice("mode", ["avg", "max"]), .defaulted("output_height", .int(1)),
      .defaulted("output_width", .int(1)), .defaulted("sampling_ratio", .int(0)),
      .defaulted("spatial_scale", .float(1)),
    ],
    work: { types, outputs in
      // Without a ratio, how many samples there are depends on the regions.
      let ratio = max(types.attributes.int("sampling_ratio"), 1)
      return .products(4) * (outputs[0].shape.count * ratio * ratio)
    },
    infer: { types throws(OperatorError) in
      let x = try types.floats(0, "X", rank: 4...4)
      let rois = try types.floats(1, "rois", rank: 2...2)
      try types.requireIndices(2)
      guard rois[1] == 4, types.shape(2).sizes == [rois[0]] else {
        throw OperatorError(
          "found rois \(rois) and batch_indices \(types.shape(2)), expected 4 numbers and an index "
            + "for each region")
      }
      let (height, width) = (
        types.attributes.int("output_height"), types.attributes.int("output_width")
      )
      try check([height, width], "the output size", in: 1...Window.limit)
      try check(
        [types.attributes.int("sampling_ratio")], "attribute sampling_ratio",
        in: 0...RegionAxis.mostSamples)
      let output = try checkedShape([rois[0], x[1], height, width])
      guard output.count == 0 || x.count > 0 else {
        throw OperatorError("input X: found \(x), expected elements to sample")
      }
      return [TensorType(types.element(0), output)]
    },
    compute: { call, types throws(OperatorError) in
      let (x, shape) = (call.tensor(0), types[0].shape)
      let images = try IndexOffsets.positions(call.tensor(2).ints, size: x.shape[0])
      var result = [Float](repeating: 0, count: shape.count)
      guard shape.count > 0 else { return [Tensor(shape, floats: [], type: x.type)] }
      let (floats, regions) = (x.floats, call.tensor(1).floats)
      let (bins, mode) = (shape[2] * shape[3], call.attributes.string("mode"))
      for (region, image) in images.enumerated() {
        let corners = Array(regions[(4 * region)..<(4 * region + 4)])
        let rows = try RegionAxis(
          corners[1], corners[3], bins: shape[2], length: x.shape[2], call.attributes)
        let columns = try RegionAxis(
          corners[0], corners[2], bins: shape[3], length: x.shape[3], call.attributes)
        for bin in 0..<bins {
          let samples = rows.samples(bin / shape[3], with: columns, bin % shape[3])
          for channel in 0..<shape[1] {
            let start = (image * shape[1] + channel) * x.shape[2] * x.shape[3]
            result[(region * shape[1] + channel) * bins + bin] = samples.value(
              floats, from: start, mode)
          }
        }
      }
      return [Tensor(shape, floats: result, type: x.type)]
    })
}

/// A region along one axis, divided into bins and these by samples.
private struct RegionAxis {
  /// Samples of a bin along an axis.
  static let mostSamples = 1 << 8

  /// Bins along an axis times their samples.
  private static let mostPoints = 1 << 20

  let length: Int
  /// For each bin and sample of it, the two elements around it; none beyond the image.
  private let samples: [[[Tap]]]

  init(
    _ start: Float, _ end: Float, bins: Int, length: Int, _ attributes: Attributes
  ) throws(OperatorError) {
    self.length = length
    let isShifted = attributes.string("coordinate_transformation_mode") == "half_pixel"
    let (scale, shift) = (attributes.float("spatial_scale"), Float(isShifted ? 0.5 : 0))
    let first = start * scale - shift
    let whole = end * scale - shift - first
    // Older models count on no region being smaller than an element.
    let size = (isShifted ? whole : max(whole, 1)) / Float(bins)
    let ratio = attributes.int("sampling_ratio")
    let count = ratio > 0 ? Float(ratio) : max(size.rounded(.up), 0)
    guard count <= Float(Self.mostSamples), count * Float(bins) <= Float(Self.mostPoints) else {
      throw OperatorError(
        "found a region from \(start) to \(end), expected at most \(Self.mostSamples) samples a bin"
      )
    }
    samples = (0..<bins).map { bin in
      (0..<Int(count)).map { sample in
        let x = first + Float(bin) * size + (Float(sample) + 0.5) * size / count
        return Self.taps(x, length)
      }
    }
  }

  private static func taps(_ x: Float, _ length: Int) -> [Tap] {
    guard x >= -1, x <= Float(length) else { return [] }
    let low = min(Int(max(x, 0)), length - 1)
    let high = min(low + 1, length - 1)
    let fraction = high == low ? 0 : max(x, 0) - Float(low)
    return [Tap(index: low, weight: 1 - fraction), Tap(index: high, weight: fraction)]
  }

  /// The elements of each sample of the bin in a row of these and a column of others.
  func samples(_ row: Int, with columns: RegionAxis, _ column: Int) -> Samples {
    Samples(
      taps: samples[row].flatMap { rowTaps in
        columns.samples[column].map { columnTaps in
          Tap.crossed([rowTaps, columnTaps], sizes: [length, columns.length])
        }
      })
  }
}

/// The samples of a bin.
private struct Samples {
  let taps: [[Tap]]

  /// The mean, or for "max" the largest of all weighted elements: as in ONNX's reference, they are
  /// not summed.
  func value(_ elements: [Float], from start: Int, _ mode: String) -> Float {
    guard mode == "max" else {
      let sum = taps.reduce(0) { $0 + $1.sum(of: elements, from: start) }
      return sum / Float(max(taps.count, 1))
    }
    let largest = taps.map { taps in
      taps.map { $0.weight * elements[start + $0.index] }.max() ?? 0
    }
    return largest.max() ?? 0
  }
}
