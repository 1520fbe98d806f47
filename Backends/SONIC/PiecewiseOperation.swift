import Graph
import Kernels
import Support
import Tensor

/// An operation of the control unit on a sample, a piece at a time: each piece is decoded, computed,
/// bounded and encoded while it is in the processor's cache, on all threads. The values are those of
/// the whole, as the operation works on every *row*, the elements at an index of some leading axes,
/// on its own.
struct PiecewiseOperation: Sendable {
  private let record: OperationRecord
  private let resolved: ResolvedOperation
  private let inputs: [Operand?]
  /// Which inputs have rows; every row of the output meets all of the others.
  private let isCut: [Bool]
  /// The leading axes of the output and of every input that is cut.
  private let axes: Int
  /// How many rows there are.
  private let rows: Int
  private let output: TensorType
  private let format: FixedPoint?

  /// About how many elements a piece has.
  private static let piece = 1 << 13

  /// - Parameter inputs: what the operation names.
  /// - Returns: nil unless it works on more than one row.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation, inputs: [Operand?],
    output: TensorType, format: FixedPoint?
  ) {
    guard output.element.isFloatingPoint,
      let first = inputs.first, let first, first.type.element.isFloatingPoint,
      max(output.shape.count, first.type.shape.count) > Self.piece
    else { return nil }
    var inputs = inputs
    let axes: Int
    if resolved.op.isElementwise {
      guard inputs.allSatisfy({ $0?.type.element.isFloatingPoint != false }) else { return nil }
      for index in inputs.indices { inputs[index]?.type.shape.align(to: output.shape.rank) }
      axes = output.shape.rowAxes(of: inputs.compactMap { $0?.type.shape })
    } else {
      axes = resolved.op.rowAxes(resolved.attributes, rank: first.type.shape.rank)
    }
    let rows = output.shape.sizes.prefix(axes).reduce(1, *)
    guard rows > 1 else { return nil }
    let areAlike = resolved.op.isElementwise
    isCut = inputs.enumerated().map { index, input in
      guard let input, index == 0 || areAlike else { return false }
      return input.type.shape.sizes.prefix(axes).elementsEqual(output.shape.sizes.prefix(axes))
    }
    self.record = record
    self.resolved = resolved
    self.inputs = inputs
    self.axes = axes
    self.rows = rows
    self.output = output
    self.format = format
  }

  /// The output.
  func run(_ workers: Workers) throws(OperatorError) -> Contents {
    let result: Result<Contents, OperatorError> =
      if let format {
        unsafe fill(workers) { unsafe sonic_encode($0, $0.count, 1 / format.step, $1) }
          .map { .codes($0) }
      } else {
        unsafe fill(workers) { unsafe $1.update(from: $0, count: $0.count) }.map { .floats($0) }
      }
    return try result.get()
  }

  /// The output's elements, each piece put in its place by `store`.
  private func fill<Element: BitwiseCopyable & Sendable>(
    _ workers: Workers,
    _ store: @escaping @Sendable ([Float], UnsafeMutablePointer<Element>) -> Void
  ) -> Result<[Element], OperatorError> {
    let row = output.shape.count / rows
    let taken = zip(inputs, isCut).reduce(row) { most, input in
      input.1 ? max(most, input.0!.type.shape.count / rows) : most
    }
    let height = max(Self.piece / taken, 1)
    let pieces = (rows + height - 1) / height
    var error: OperatorError?
    let elements = unsafe [Element](unsafeUninitializedCapacity: output.shape.count) {
      elements, count in
      nonisolated(unsafe) let elements = elements.baseAddress!
      let errors = workers.map(count: pieces) { piece in
        let range = piece * height..<min((piece + 1) * height, rows)
        do throws(OperatorError) {
          unsafe store(try evaluate(range).floats, elements + range.lowerBound * row)
          return OperatorError?.none
        } catch {
          return error
        }
      }
      error = errors.lazy.compactMap { $0 }.first
      count = output.shape.count
    }
    return error.map { .failure($0) } ?? .success(elements)
  }

  /// Some rows of the output.
  private func evaluate(_ range: Range<Int>) throws(OperatorError) -> Tensor {
    let pieces = zip(inputs, isCut).map { input, isCut in
      isCut ? input!.rows(range, of: rows, axes) : input?.tensor
    }
    return try resolved.evaluate(record, pieces)[0]
  }
}

extension Operand {
  /// Some of the rows, in the same rank.
  fileprivate func rows(_ range: Range<Int>, of rows: Int, _ axes: Int) -> Tensor {
    let row = type.shape.count / rows
    let elements = range.lowerBound * row..<range.upperBound * row
    let floats =
      switch contents {
      case .codes(let codes): format!.values(codes[elements])
      case .looked(let codes, let values): values.looked(codes[elements])
      case .floats(let floats): Array(floats[elements])
      case .ints: preconditionFailure("inputs that have rows are floats")
      }
    let leading = [Int](repeating: 1, count: axes - 1) + [range.count]
    let shape = Shape(leading + type.shape.sizes.dropFirst(axes))
    return Tensor(shape, floats: floats, type: type.element)
  }
}

extension Shape {
  /// Gives it leading ones up to a rank, as broadcasting does.
  fileprivate mutating func align(to rank: Int) {
    self = Shape([Int](repeating: 1, count: max(rank - self.rank, 0)) + sizes)
  }

  /// The most leading axes on whose indices an element-wise operation can work one by one: every
  /// input, of the same rank, has them as the output has them, or has none of them.
  fileprivate func rowAxes(of inputs: [Shape]) -> Int {
    (0...rank).last { axes in
      inputs.allSatisfy { input in
        let leading = input.sizes.prefix(axes)
        return leading.elementsEqual(sizes.prefix(axes)) || leading.allSatisfy { $0 == 1 }
      }
    }!
  }
}
