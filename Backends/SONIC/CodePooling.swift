import Graph
import Kernels
import Plan
import Support
import Tensor

/// The maxima of windows on planes of codes, or the means of runs of them.
struct CodePooling: Sendable {
  private let codes: [Int16]
  /// Elements of a plane or run, before and after.
  private let plane: (input: Int, output: Int)
  private let planes: Int
  private let kind: Kind

  private enum Kind: Sendable {
    /// Decoding keeps the order, so that the largest code is that of the largest value.
    case maxima(rows: sonic_windows, columns: sonic_windows)
    case means(OperationRecord, from: FixedPoint, to: FixedPoint)
  }

  /// - Returns: nil unless the operation is a MaxPool of at most two axes in one format and without
  ///   indices, or a mean of neighbours, as GlobalAveragePool's is.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation, inputs: [Operand?],
    output: TensorType, format: FixedPoint?
  ) {
    guard let input = inputs[0], let from = input.format, let to = format,
      let codes = input.codes(in: from), output.shape.count > 0, !codes.isEmpty
    else { return nil }
    let shape = input.type.shape
    let sizes = Array(shape.sizes.dropFirst(2))
    var named: [Int] = []
    if inputs.count > 1, case .ints(let ints)? = inputs[1]?.contents {
      named = ints.map { Int($0) }
    }
    if resolved.op.isMeanOfNeighbours(resolved.attributes, input: shape, axes: named) {
      kind = .means(record, from: from, to: to)
      planes = output.shape.count
    } else if resolved.op.isMaxPool, from == to, !record.isBounded, sizes.count <= 2,
      let window = try? Window(
        resolving: resolved.attributes, input: sizes,
        kernel: resolved.attributes.ints("kernel_shape") ?? [])
    {
      let axes = window.axes.map { sonic_windows($0) }
      kind = .maxima(rows: axes.count == 2 ? axes[0] : .one, columns: axes[axes.count - 1])
      planes = shape.sizes.prefix(2).reduce(1, *)
    } else {
      return nil
    }
    self.codes = codes
    plane = (codes.count / planes, output.shape.count / planes)
  }

  /// The output.
  func run(_ workers: Workers) -> Contents {
    .codes(
      unsafe workers.fill(planes * plane.output, unit: plane.output, reads: plane.input) {
        planes, results in
        unsafe codes.withUnsafeBufferPointer { codes in
          let first = unsafe codes.baseAddress! + planes.lowerBound * plane.input
          switch kind {
          case .maxima(let rows, let columns):
            unsafe maxima(rows, columns, of: first, planes.count, results)
          case .means(let record, let from, let to):
            for index in 0..<planes.count {
              let total = unsafe sonic_total(first + index * plane.input, plane.input)
              unsafe results[index] = to.encode(record.bounded(mean(total, from)))
            }
          }
        }
      })
  }

  private func maxima(
    _ rows: sonic_windows, _ columns: sonic_windows, of codes: UnsafePointer<Int16>,
    _ count: Int, _ results: UnsafeMutablePointer<Int16>
  ) {
    var line = [Int16](repeating: 0, count: sonic_windows_width(columns))
    for index in 0..<count {
      unsafe sonic_maxima(
        codes + index * plane.input, rows, columns, &line, results + index * plane.output)
    }
  }

  /// The mean as the operator computes it. A sum of its doubles is a whole number times the step, a power
  /// of two, and below 2^53 of them, so exact in any order.
  private func mean(_ total: Int64, _ format: FixedPoint) -> Float {
    Float(Double(total) * Double(format.step) / Double(plane.input))
  }
}

extension sonic_windows {
  /// The window on an axis of one element.
  fileprivate static let one = sonic_windows(
    input: 1, taps: 1, stride: 1, dilation: 1, pad: 0, output: 1)

  fileprivate init(_ axis: Window.Axis) {
    self.init(
      input: axis.input, taps: axis.kernel, stride: axis.stride, dilation: axis.dilation,
      pad: axis.padBegin, output: axis.output)
  }
}

extension OperationRecord {
  fileprivate func bounded(_ value: Float) -> Float {
    value < lower ? lower : value > upper ? upper : value
  }
}
