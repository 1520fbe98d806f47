extension Window {
  /// Outputs that follow each other along the last axis, and the inputs that one tap of the kernel
  /// takes for them, which lie `stride` apart.
  struct Run {
    /// The first output, counted from the first of the positions asked for.
    let output: Int
    /// Its input, counted from the first of the channel.
    let input: Int
    let count: Int
  }

  /// Elements between the inputs of a run.
  var step: Int { axes[axes.count - 1].stride }

  /// Calls `body` for every tap of the kernel, in row-major order, with its runs over some of the
  /// outputs in row-major order. Taps and outputs that fall into the padding are in no run.
  func forEachTap(over positions: Range<Int>, _ body: (_ tap: Int, _ runs: [Run]) -> Void) {
    var taps = [Int](repeating: 0, count: axes.count)
    for tap in 0..<kernelCount {
      body(tap, runs(of: taps, over: positions))
      // The next tap, counted axis by axis from the last.
      for axis in axes.indices.reversed() {
        taps[axis] += 1
        if taps[axis] < axes[axis].kernel { break }
        taps[axis] = 0
      }
    }
  }

  private func runs(of taps: [Int], over positions: Range<Int>) -> [Run] {
    let last = axes[axes.count - 1]
    let shift = taps[axes.count - 1] * last.dilation - last.padBegin
    let inside = last.outputs(shiftedBy: shift)
    guard !inside.isEmpty else { return [] }
    var runs: [Run] = []
    runs.reserveCapacity(positions.count / last.output + 2)
    var position = positions.lowerBound
    while position < positions.upperBound {
      let (row, start) = position.quotientAndRemainder(dividingBy: last.output)
      let end = min(last.output, start + positions.upperBound - position)
      let first = max(start, inside.lowerBound)
      let count = min(end, inside.upperBound) - first
      if count > 0, let base = inputRow(ofOutputRow: row, taps) {
        runs.append(
          Run(
            output: position - start + first - positions.lowerBound,
            input: base + first * last.stride + shift, count: count))
      }
      position += end - start
    }
    return runs
  }

  /// Where the row of the input starts that `taps` take for a row of outputs; nil in the padding.
  private func inputRow(ofOutputRow row: Int, _ taps: [Int]) -> Int? {
    var row = row
    var base = 0
    var size = axes[axes.count - 1].input
    for index in stride(from: axes.count - 2, through: 0, by: -1) {
      let axis = axes[index]
      let (rest, output) = row.quotientAndRemainder(dividingBy: axis.output)
      let input = output * axis.stride + taps[index] * axis.dilation - axis.padBegin
      guard (0..<axis.input).contains(input) else { return nil }
      base += input * size
      size *= axis.input
      row = rest
    }
    return base
  }
}

extension Window.Axis {
  /// The outputs `o` for which `o * stride + shift` lies inside the input.
  fileprivate func outputs(shiftedBy shift: Int) -> Range<Int> {
    let first = shift < 0 ? (-shift + stride - 1) / stride : 0
    let end = shift < input ? min((input - 1 - shift) / stride + 1, output) : 0
    return first..<max(first, end)
  }
}
