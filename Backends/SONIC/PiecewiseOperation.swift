import Graph
import Kernels
import Support
import Tensor

/// An element-wise operation of the control unit on a sample, a piece at a time: each piece is decoded,
/// computed, bounded and encoded while it is in the processor's second cache. The values are those of
/// the whole, as every element is on its own.
struct PiecewiseOperation {
  /// Inputs of one element stay whole; the others have the output's shape.
  let inputs: [Input?]
  let format: FixedPoint?
  let count: Int

  /// An input's contents, or those of a constant, and the format of its codes.
  struct Input: Sendable {
    var contents: Contents
    var type: TensorType
    var format: FixedPoint?
  }

  /// Elements of a piece.
  private static let piece = 16384

  /// - Parameter inputs: of an element-wise operator.
  /// - Returns: nil unless they are floats of the output's shape and single elements.
  init?(_ inputs: [Input?], output: TensorType, format: FixedPoint?) {
    let isAlike = inputs.allSatisfy { input in
      guard let input else { return true }
      return input.type.element.isFloatingPoint
        && (input.type.shape == output.shape || input.type.shape.count == 1)
    }
    guard isAlike, output.element.isFloatingPoint, output.shape.count > Self.piece
    else { return nil }
    self.inputs = inputs
    self.format = format
    count = output.shape.count
  }

  /// The output, from what `evaluate` makes of a piece of each input.
  func run(
    threads: Int,
    _ evaluate: @Sendable ([Tensor?]) throws(OperatorError) -> Tensor
  ) throws(OperatorError) -> Contents {
    let pieces = (count + Self.piece - 1) / Self.piece
    // Pieces go to a thread in runs, so that it asks for work seldom.
    let runs = threads > 1 ? min(pieces, 4 * threads) : 1
    let results = parallelMap(count: runs, threads: threads) { run in
      Result { () throws(OperatorError) in
        var part = Part(format: format, capacity: (pieces / runs + 1) * Self.piece)
        for index in pieces * run / runs..<pieces * (run + 1) / runs {
          let range = index * Self.piece..<min((index + 1) * Self.piece, count)
          part.append(try evaluate(inputs.map { $0?.piece(range) }).floats)
        }
        return part
      }
    }
    var parts: [Part] = []
    for result in results { parts.append(try result.get()) }
    if parts.count == 1 { return parts[0].contents }
    var whole = Part(format: format, capacity: count)
    for part in parts { whole.append(part) }
    return whole.contents
  }

  /// A stretch of the output.
  private struct Part {
    let format: FixedPoint?
    private var codes: [Int16] = []
    private var floats: [Float] = []

    init(format: FixedPoint?, capacity: Int) {
      self.format = format
      if format == nil { floats.reserveCapacity(capacity) } else { codes.reserveCapacity(capacity) }
    }

    var contents: Contents { format == nil ? .floats(floats) : .codes(codes) }

    mutating func append(_ values: [Float]) {
      guard let format else { return floats.append(contentsOf: values) }
      codes.append(contentsOf: format.codes(values))
    }

    mutating func append(_ other: Part) {
      codes.append(contentsOf: other.codes)
      floats.append(contentsOf: other.floats)
    }
  }
}

extension PiecewiseOperation.Input {
  /// The elements of a range in a shape of their own; a single element as a scalar, which broadcasts
  /// to a piece whatever its rank was.
  fileprivate func piece(_ range: Range<Int>) -> Tensor {
    if type.shape.count == 1 {
      return contents.tensor(TensorType(type.element, []), format: format)
    }
    let floats =
      switch contents {
      case .codes(let codes): format!.values(codes[range])
      case .floats(let floats): Array(floats[range])
      case .ints: preconditionFailure("inputs are floats")
      }
    return Tensor(Shape([range.count]), floats: floats, type: type.element)
  }
}

extension FixedPoint {
  /// The codes nearest to values; ``encode(_:)`` of each.
  func codes(_ values: [Float]) -> [Int16] {
    unsafe [Int16](unsafeUninitializedCapacity: values.count) { codes, count in
      unsafe sonic_encode(values, values.count, 1 / step, codes.baseAddress)
      count = values.count
    }
  }

  /// The values of codes; ``decode(_:)`` of each.
  func values(_ codes: ArraySlice<Int16>) -> [Float] {
    unsafe [Float](unsafeUninitializedCapacity: codes.count) { values, count in
      unsafe codes.withUnsafeBufferPointer { codes in
        unsafe sonic_decode(codes.baseAddress, codes.count, step, values.baseAddress)
      }
      count = codes.count
    }
  }
}
