import Tensor

extension Operator {
  static let maxPool = Operator(
    "MaxPool", "The maximum of each window and, if wanted, where in the input it lies",
    inputs: 1...1, outputs: 1...2,
    attributes: Window.attributes + [
      .defaulted("ceil_mode", .int(0)), .required("kernel_shape", .ints),
      .defaulted("storage_order", .int(0)),
    ],
    work: { types, _ in
      guard let pool = try? Pool(types) else { return .none }
      return .compare * pool.taps
    },
    infer: { types throws(OperatorError) in
      guard types.element(0) != .bool else {
        throw OperatorError("input X: found bool, expected numbers")
      }
      let output = TensorType(types.element(0), try Pool(types).output)
      return Array([output, TensorType(.int64, output.shape)].prefix(types.outputCount))
    },
    compute: { call, _ throws(OperatorError) in
      let pool = try Pool(call.types)
      let x = call.tensor(0)
      if call.outputCount == 1, case .floats(let floats) = x.elements {
        let maxima = pool.reduce(floats, from: -.infinity) { $1 > $0 ? $1 : $0 }
        return [Tensor(pool.output, floats: maxima, type: x.type)]
      }
      let maxima: Tensor
      var sources: [Int64]
      switch x.elements {
      case .floats(let floats):
        let (elements, indices) = pool.maxima(of: floats, atLeast: -.infinity)
        (maxima, sources) = (Tensor(pool.output, floats: elements, type: x.type), indices)
      case .doubles(let doubles):
        let (elements, indices) = pool.maxima(of: doubles, atLeast: -.infinity)
        (maxima, sources) = (Tensor(pool.output, doubles: elements), indices)
      case .ints(let ints):
        let (elements, indices) = pool.maxima(of: ints, atLeast: .min)
        (maxima, sources) = (Tensor(pool.output, ints: elements, type: x.type), indices)
      }
      if call.attributes.bool("storage_order") { sources = sources.map(pool.columnMajor) }
      return Array([maxima, Tensor(pool.output, ints: sources)].prefix(call.outputCount))
    })
}

extension Pool {
  /// The first maximum of every window and its index into `x`, or -1 where a window lies in the
  /// padding altogether. No NaN is a maximum.
  fileprivate func maxima<Element: Comparable>(
    of x: [Element], atLeast lowest: Element
  ) -> (maxima: [Element], sources: [Int64]) {
    guard output.count > 0 else { return ([], []) }
    var maxima = [Element](repeating: lowest, count: output.count)
    var sources = [Int64](repeating: -1, count: maxima.count)
    let (inputs, outputs, step) = (window.inputCount, window.outputCount, window.step)
    window.forEachTap(over: 0..<outputs) { _, runs in
      for plane in 0..<planes {
        for run in runs {
          let source = plane * inputs + run.input
          let target = plane * outputs + run.output
          for i in 0..<run.count {
            let element = x[source + i * step]
            if element > maxima[target + i] || sources[target + i] < 0 {
              if element > maxima[target + i] { maxima[target + i] = element }
              sources[target + i] = Int64(source + i * step)
            }
          }
        }
      }
    }
    return (maxima, sources)
  }

  /// A row-major index as one whose plane is stored with its first axis fastest.
  fileprivate func columnMajor(_ index: Int64) -> Int64 {
    guard index >= 0 else { return index }
    let plane = window.inputCount
    var rest = Int(index) % plane
    var coordinates: [Int] = []
    for axis in window.axes.reversed() {
      coordinates.append(rest % axis.input)
      rest /= axis.input
    }
    // The coordinates come last axis first, which is slowest in column-major order.
    let position = zip(coordinates, window.axes.reversed()).reduce(0) { $0 * $1.1.input + $1.0 }
    return index - index % Int64(plane) + Int64(position)
  }
}
