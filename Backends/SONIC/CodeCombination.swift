import Graph
import Kernels
import Plan
import Support
import Tensor

/// The sum or the product of two buffers, which residual connections end in and gates are, with no
/// floats between: what ``PiecewiseOperation`` makes of it, bit by bit. The second buffer has an element
/// for each *row* of the output, the elements at an index of some leading axes.
struct CodeCombination: Sendable {
  private let a: Operand
  private let b: Operand
  private let combination: sonic_combination
  /// Elements in a row: 1 where the buffers have one shape.
  private let row: Int
  private let output: TensorType
  private let format: FixedPoint?

  /// - Returns: nil unless the operation is one of such.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation, inputs: [Operand?],
    output: TensorType, format: FixedPoint?
  ) {
    guard resolved.op.isSum || resolved.op.isProduct, inputs.count == 2, output.shape.count > 0,
      output.element.isFloatingPoint, output.element != .double,
      let first = inputs[0], let second = inputs[1]
    else { return nil }
    // Either may be the one that is broadcast: sums and products are the same both ways.
    let isSwapped = first.type.shape != output.shape
    (a, b) = isSwapped ? (second, first) : (first, second)
    guard a.type.shape == output.shape, let row = output.shape.row(ofOneIn: b.type.shape) else {
      return nil
    }
    combination = sonic_combination(
      is_product: resolved.op.isProduct ? 1 : 0, lower: record.lower, upper: record.upper)
    (self.row, self.output, self.format) = (row, output, format)
  }

  /// The output.
  func run(_ workers: Workers) -> Contents {
    if let format {
      return .codes(
        unsafe workers.fill(output.shape.count, unit: row) { rows, codes in
          unsafe combine(rows, nil, 1 / format.step, codes)
        })
    }
    return .floats(
      unsafe workers.fill(output.shape.count, unit: row) { rows, floats in
        unsafe combine(rows, floats, 1, nil)
      })
  }

  private func combine(
    _ rows: Range<Int>, _ floats: UnsafeMutablePointer<Float>?, _ scale: Float,
    _ codes: UnsafeMutablePointer<Int16>?
  ) {
    unsafe a.withNumbers(from: rows.lowerBound * row) { a in
      unsafe b.withNumbers(from: rows.lowerBound) { b in
        unsafe sonic_combine(combination, a, b, row, rows.count * row, floats, scale, codes)
      }
    }
  }
}

extension Shape {
  /// How many elements share one of a shape that has the leading axes of this one, and otherwise ones;
  /// nil if it is no such shape.
  fileprivate func row(ofOneIn shape: Shape) -> Int? {
    guard shape.rank <= rank else { return nil }
    let other = [Int](repeating: 1, count: rank - shape.rank) + shape.sizes
    let axes = zip(sizes, other).prefix { $0 == $1 }.count
    guard other[axes...].allSatisfy({ $0 == 1 }) else { return nil }
    return sizes[axes...].reduce(1, *)
  }
}

extension Operand {
  /// Calls `body` with the numbers from an index on.
  fileprivate func withNumbers(from index: Int, _ body: (sonic_numbers) -> Void) {
    var numbers = unsafe sonic_numbers()
    switch contents {
    case .floats(let floats):
      unsafe floats.withUnsafeBufferPointer {
        unsafe numbers.floats = $0.baseAddress! + index
        unsafe body(numbers)
      }
    case .codes(let codes):
      unsafe numbers.step = format!.step
      unsafe codes.withUnsafeBufferPointer {
        unsafe numbers.codes = $0.baseAddress! + index
        unsafe body(numbers)
      }
    case .looked(let codes, let values):
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe values.withUnsafeBufferPointer {
          unsafe numbers.codes = codes.baseAddress! + index
          unsafe numbers.table = $0.baseAddress
          unsafe body(numbers)
        }
      }
    case .ints: preconditionFailure("operands are floats")
    }
  }
}
