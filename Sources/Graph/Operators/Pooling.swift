import Tensor

/// Reductions of windows, over their taps in row-major order.
extension Operator {
  static let pooling: [Operator] = [
    maxPool, averagePool, lpPool,
  ]

  private static let attributes: [AttributeSpec] =
    Window.attributes + [.defaulted("ceil_mode", .int(0)), .required("kernel_shape", .ints)]

  private static let averagePool = Operator(
    "AveragePool", "The mean of each window",
    inputs: 1...1,
    attributes: attributes + [.defaulted("count_include_pad", .int(0))],
    work: { types, outputs in
      guard let pool = try? Pool(types) else { return .none }
      return .add * pool.taps + .divide * outputs[0].shape.count
    },
    infer: { types throws(OperatorError) in
      try types.requireFloatingPoint()
      return [TensorType(types.element(0), try Pool(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let pool = try Pool(call.types)
      let sums = pool.reduce(call.tensor(0).floats, from: 0) { $0 + $1 }
      let means = pool.means(of: sums, withPadding: call.attributes.bool("count_include_pad"))
      return [Tensor(types[0].shape, floats: means, type: types[0].element)]
    })

  private static let lpPool = Operator(
    "LpPool", "The p-norm of each window",
    inputs: 1...1,
    attributes: attributes + [.defaulted("p", .int(2))],
    work: { types, outputs in
      guard let pool = try? Pool(types), let norm = try? LpNorm(types.attributes) else {
        return .none
      }
      return .add * pool.taps + norm.powerWork * types.shape(0).count
        + norm.rootWork * outputs[0].shape.count
    },
    infer: { types throws(OperatorError) in
      try types.requireFloatingPoint()
      _ = try LpNorm(types.attributes)
      return [TensorType(types.element(0), try Pool(types).output)]
    },
    compute: { call, types throws(OperatorError) in
      let pool = try Pool(call.types)
      let norm = try LpNorm(call.attributes)
      let powers = call.tensor(0).floats.map(norm.power)
      let norms = pool.reduce(powers, from: 0) { $0 + $1 }.map(norm.root)
      return [Tensor(types[0].shape, floats: norms, type: types[0].element)]
    })
}

/// The sizes of a pooling: X is batch x channels x inputs, the output batch x channels x outputs.
struct Pool {
  let window: Window
  /// Batch times channels.
  let planes: Int
  let output: Shape

  init(_ types: Operator.Types) throws(OperatorError) {
    let x = types.shape(0)
    guard x.rank >= 3 else {
      throw OperatorError("input X: found \(x), expected at least rank 3")
    }
    window = try Window(
      resolving: types.attributes, input: Array(x.sizes.dropFirst(2)),
      kernel: types.attributes.ints("kernel_shape") ?? [])
    planes = x[0] * x[1]
    output = try checkedShape(x.sizes.prefix(2) + window.outputSizes)
  }

  /// Taps of all windows.
  var taps: Int { output.count * window.kernelCount }

  /// Combines the elements of every window, in the order of its taps.
  @inline(__always)
  func reduce<Number>(
    _ x: [Number], from start: Number, _ combine: (Number, Number) -> Number
  ) -> [Number] {
    guard output.count > 0 else { return [] }
    var result = [Number](repeating: start, count: output.count)
    let (inputs, outputs, step) = (window.inputCount, window.outputCount, window.step)
    precondition(x.count == planes * inputs && result.count == planes * outputs)
    unsafe x.withUnsafeBufferPointer { x in
      unsafe result.withUnsafeMutableBufferPointer { result in
        window.forEachTap(over: 0..<outputs) { _, runs in
          for plane in 0..<planes {
            for run in runs {
              let source = unsafe x.baseAddress! + (plane * inputs + run.input)
              let target = unsafe result.baseAddress! + (plane * outputs + run.output)
              // Known steps become shuffles of vectors.
              switch step {
              case 1: for i in 0..<run.count { unsafe target[i] = combine(target[i], source[i]) }
              case 2:
                for i in 0..<run.count { unsafe target[i] = combine(target[i], source[i * 2]) }
              default:
                for i in 0..<run.count { unsafe target[i] = combine(target[i], source[i * step]) }
              }
            }
          }
        }
      }
    }
    return result
  }
}

extension Pool {
  /// The sums of windows over the elements that they are of, with or without those of the padding.
  fileprivate func means(of sums: [Float], withPadding: Bool) -> [Float] {
    guard !sums.isEmpty else { return [] }
    let counts = window.averageCounts(withPadding: withPadding)
    // A window that lies in the padding altogether has the mean 0.
    return sums.enumerated().map { $1 / Float(max(counts[$0 % counts.count], 1)) }
  }
}

extension Window {
  /// For each output of a plane, how many taps of its window its mean is over: those inside the
  /// input, or inside the padded input.
  fileprivate func averageCounts(withPadding: Bool) -> [Int] {
    var counts = [1]
    for axis in axes {
      let range =
        withPadding ? -axis.padBegin..<axis.input + axis.padEnd : 0..<axis.input
      let along = (0..<axis.output).map { axis.taps(of: $0, in: range) }
      counts = counts.flatMap { count in along.map { count * $0 } }
    }
    return counts
  }
}

extension Window.Axis {
  /// How many taps of the window of `output` lie in `range`.
  fileprivate func taps(of output: Int, in range: Range<Int>) -> Int {
    // Tap t lies at start + t * dilation.
    let start = output * stride - padBegin
    func before(_ bound: Int) -> Int {
      bound <= start ? 0 : min((bound - start - 1) / dilation + 1, kernel)
    }
    return before(range.upperBound) - before(range.lowerBound)
  }
}
