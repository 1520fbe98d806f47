import Tensor

extension Operator {
  /// The mel scale is `2595 log10(1 + f / 700)` of a frequency `f` in hertz.
  static let melWeightMatrix = Operator(
    "MelWeightMatrix", "triangles over a spectrum, evenly spaced on the mel scale", inputs: 5...5,
    attributes: [outputType], work: Work(adds: 1, divides: 1),
    infer: { types throws(OperatorError) in
      let bands = try types.int(0, "num_mel_bins")!
      let length = try types.int(1, "dft_length")!
      try check([bands, length], "num_mel_bins and dft_length", in: 0...maximumElements)
      let shape = try checkedShape([length / 2 + 1, bands])
      return [TensorType(try types.elementType("output_datatype")!, shape)]
    },
    compute: { call, types throws(OperatorError) in
      let shape = types[0].shape
      let edges = try melEdges(call, bands: shape[1], bins: shape[0])
      var weights = [Float](repeating: 0, count: shape.count)
      for band in 0..<shape[1] {
        let (lower, center, upper) = (edges[band], edges[band + 1], edges[band + 2])
        for bin in lower...center {
          let rise = lower == center ? 1 : Float(bin - lower) / Float(center - lower)
          weights[bin * shape[1] + band] = rise
        }
        for bin in center..<upper {
          weights[bin * shape[1] + band] = Float(upper - bin) / Float(upper - center)
        }
      }
      return [Tensor(shape, floats: weights).converted(to: types[0].element)]
    })

  /// The bins of the spectrum at which triangles begin, peak and end, each two steps behind the one
  /// before.
  private static func melEdges(
    _ call: Call, bands: Int, bins: Int
  ) throws(OperatorError) -> [Int] {
    let length = try call.types.int(1, "dft_length")!
    let rate = try call.types.int(2, "sample_rate")!
    let lowest = try call.number(3, "lower_edge_hertz")!
    let highest = try call.number(4, "upper_edge_hertz")!
    // ln(1 + f / 700) is the mel scale but for a factor, which cancels out.
    let low = Elementary.log(1 + Double(lowest) / 700)
    let step = (Elementary.log(1 + Double(highest) / 700) - low) / Double(bands + 2)
    var edges: [Int] = []
    for index in 0..<(bands + 2) {
      let hertz = 700 * Elementary.expm1(low + Double(index) * step)
      let bin = (Double(length + 1) * hertz / Double(rate)).rounded(.down)
      guard bin >= Double(edges.last ?? 0), bin < Double(bins) else {
        throw OperatorError(
          "found edges of \(lowest) and \(highest) hertz at a rate of \(rate), expected a band "
            + "from 0 hertz to half the rate")
      }
      edges.append(Int(bin))
    }
    return edges
  }
}
