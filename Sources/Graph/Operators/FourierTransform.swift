import Tensor

/// Discrete Fourier transforms. A last axis of size 2 holds the real and imaginary parts, one of
/// size 1 real numbers alone.
extension Operator {
  static let fourierTransform = Operator(
    "DFT", "the discrete Fourier transform along an axis, or its inverse", inputs: 1...3,
    attributes: [.defaulted("inverse", .int(0)), .defaulted("onesided", .int(0))],
    work: { types, outputs in
      guard let transform = try? AxisTransform(types) else { return .none }
      return transformWork(outputs[0], length: transform.length)
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try AxisTransform(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let transform = try AxisTransform(call.types)
      let floats = transform.evaluate(call.tensor(0).floats)
      return [Tensor(types[0].shape, floats: floats, type: types[0].element)]
    })

  static let shortTimeFourierTransform = Operator(
    "STFT", "the discrete Fourier transforms of frames of a signal, each under a window",
    inputs: 2...4, attributes: [.defaulted("onesided", .int(1))],
    work: { types, outputs in
      guard let frames = try? Frames(types) else { return .none }
      return transformWork(outputs[0], length: frames.length)
    },
    infer: { types throws(OperatorError) in
      [TensorType(types.element(0), try Frames(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let frames = try Frames(call.types)
      let floats = frames.evaluate(call.tensor(0).floats, window: call.optional(2)?.floats)
      return [Tensor(types[0].shape, floats: floats, type: types[0].element)]
    })

  /// A complex product for each element and each doubling of the length.
  private static func transformWork(_ output: TensorType, length: Int) -> Work {
    Work(adds: 2, multiplies: 2)
      * (output.shape.count * (Int.bitWidth - length.leadingZeroBitCount))
  }
}

/// The sizes of a DFT.
private struct AxisTransform {
  /// The axes before, along and behind the one transformed, without that of the parts.
  let split: AxisSplit
  /// Of the transform; the signal is cut or padded with zeros to it.
  let length: Int
  /// Elements of the result along the axis.
  let bins: Int
  /// Sizes of the last axis of input and result.
  let parts: Int
  let resultParts: Int
  let isInverse: Bool
  /// Whether the input is the first half of a symmetric spectrum.
  let isHalf: Bool
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let shape = try types.floats(0, "input", rank: 2...Int.max)
    isInverse = types.attributes.bool("inverse")
    let isOneSided = types.attributes.bool("onesided")
    isHalf = isInverse && isOneSided
    parts = try partCount(shape, isReal: isOneSided ? !isInverse : nil)
    resultParts = isHalf ? 1 : 2
    let axis = try normalized(try types.int(2, "axis") ?? -2, rank: shape.rank)
    guard axis < shape.rank - 1 else {
      throw OperatorError("found axis \(axis), expected one before that of the parts")
    }
    split = AxisSplit(Shape(Array(shape.sizes.dropLast())), axis)
    length = try types.int(1, "dft_length") ?? (isHalf ? 2 * (shape[axis] - 1) : shape[axis])
    try check([length], "the length of the transform", in: 1...Operator.maximumElements)
    bins = isOneSided && !isInverse ? length / 2 + 1 : length
    var sizes = shape.sizes
    sizes[axis] = bins
    sizes[sizes.count - 1] = resultParts
    output = try checkedShape(sizes)
  }

  func evaluate(_ x: [Float]) -> [Float] {
    let transform = Fourier(length: length, isInverse: isInverse)
    var result = [Float](repeating: 0, count: output.count)
    split.forEachLine { start in
      var signal = [SIMD2<Double>](repeating: .zero, count: length)
      for index in 0..<min(split.size, isHalf ? length / 2 + 1 : length) {
        signal[index] = complex(x, at: start + index * split.inner, parts)
        if isHalf, index > 0 { signal[length - index] = signal[index] * SIMD2(1, -1) }
      }
      // The middle of an even spectrum is its own mirror image, and so is the first.
      if isHalf { signal[0][1] = 0 }
      if isHalf, length % 2 == 0 { signal[length / 2][1] = 0 }
      let spectrum = transform(signal)
      let (outer, inner) = start.quotientAndRemainder(dividingBy: split.size * split.inner)
      for bin in 0..<bins {
        let target = ((outer * bins + bin) * split.inner + inner) * resultParts
        let value = isInverse ? spectrum[bin] / Double(length) : spectrum[bin]
        for part in 0..<resultParts { result[target + part] = Float(value[part]) }
      }
    }
    return result
  }
}

/// The sizes of an STFT: the signal is batch x samples x parts, the result batch x frames x bins
/// x 2.
private struct Frames {
  let batch: Int
  let samples: Int
  let parts: Int
  /// Samples from the start of a frame to that of the next.
  let step: Int
  /// Samples of a frame.
  let length: Int
  let count: Int
  let bins: Int
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let signal = try types.floats(0, "signal", rank: 3...3)
    let isOneSided = types.attributes.bool("onesided")
    (batch, samples) = (signal[0], signal[1])
    parts = try partCount(signal, isReal: isOneSided ? true : nil)
    step = try types.int(1, "frame_step")!
    try check([step], "the frame_step input", in: 1...Operator.maximumElements)
    let window = types.optional(2) == nil ? nil : try types.floats(2, "window", rank: 1...1)
    length = try types.int(3, "frame_length") ?? window?[0] ?? samples
    try check([length], "the length of a frame", in: 1...Operator.maximumElements)
    try types.vector(2, "window", count: length)
    guard length <= samples else {
      throw OperatorError("found frames of \(length) samples in a signal of \(samples)")
    }
    count = (samples - length) / step + 1
    bins = isOneSided ? length / 2 + 1 : length
    output = try checkedShape([batch, count, bins, 2])
  }

  func evaluate(_ x: [Float], window: [Float]?) -> [Float] {
    let transform = Fourier(length: length, isInverse: false)
    var result: [Float] = []
    result.reserveCapacity(output.count)
    for image in 0..<batch {
      for frame in 0..<count {
        let start = image * samples + frame * step
        let signal = (0..<length).map { index in
          complex(x, at: start + index, parts) * (window.map { Double($0[index]) } ?? 1)
        }
        for value in transform(signal).prefix(bins) {
          result += [Float(value[0]), Float(value[1])]
        }
      }
    }
    return result
  }
}

/// The size of the last axis, which holds the parts of complex numbers.
///
/// - Parameter isReal: whether it must be 1, or else 2; nil where it may be either.
private func partCount(_ shape: Shape, isReal: Bool?) throws(OperatorError) -> Int {
  let parts = shape[shape.rank - 1]
  guard parts == 1 && isReal != false || parts == 2 && isReal != true else {
    let expected = isReal.map { $0 ? "1" : "2" } ?? "1 or 2"
    throw OperatorError("found shape \(shape), expected a last axis of size \(expected)")
  }
  return parts
}

private func complex(_ x: [Float], at index: Int, _ parts: Int) -> SIMD2<Double> {
  SIMD2(Double(x[index * parts]), parts == 2 ? Double(x[index * parts + 1]) : 0)
}
