import Graph
import Kernels
import Plan
import Support
import Tensor

/// The sum of two buffers of codes, which every residual connection ends in: what
/// ``PiecewiseOperation`` makes of it, bit by bit, with no floats between.
struct CodeAddition: Sendable {
  private let a: (codes: [Int16], step: Float)
  private let b: (codes: [Int16], step: Float)
  private let bounds: (lower: Float, upper: Float)
  private let format: FixedPoint

  /// Codes that a thread adds at a time.
  private static let piece = 1 << 16

  /// - Returns: nil unless the operation adds two buffers of the output's shape.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation,
    inputs: [PiecewiseOperation.Input?], output: TensorType, format: FixedPoint?
  ) {
    guard resolved.op.isSum, inputs.count == 2, let format,
      let a = inputs[0]?.codes(of: output), let b = inputs[1]?.codes(of: output)
    else { return nil }
    (self.a, self.b, self.format) = (a, b, format)
    bounds = record.isBounded ? (record.lower, record.upper) : (-.infinity, .infinity)
  }

  /// The output's codes.
  func run(_ workers: Workers) -> [Int16] {
    let size = a.codes.count
    return unsafe [Int16](unsafeUninitializedCapacity: size) { sums, count in
      nonisolated(unsafe) let sums = sums.baseAddress!
      workers.forEach(count: (size + Self.piece - 1) / Self.piece) { piece in
        let range = piece * Self.piece..<min((piece + 1) * Self.piece, size)
        unsafe add(range, into: sums + range.lowerBound)
      }
      count = size
    }
  }

  private func add(_ range: Range<Int>, into sums: UnsafeMutablePointer<Int16>) {
    unsafe a.codes.withUnsafeBufferPointer { left in
      unsafe b.codes.withUnsafeBufferPointer { right in
        unsafe sonic_add(
          sonic_codes(codes: left.baseAddress! + range.lowerBound, step: a.step),
          sonic_codes(codes: right.baseAddress! + range.lowerBound, step: b.step),
          bounds.lower, bounds.upper, range.count, 1 / format.step, sums)
      }
    }
  }
}

extension PiecewiseOperation.Input {
  /// Its codes and what each stands for a multiple of, if it has codes and the type.
  fileprivate func codes(of type: TensorType) -> (codes: [Int16], step: Float)? {
    guard case .codes(let codes) = contents, let format, type == self.type, !codes.isEmpty else {
      return nil
    }
    return (codes, format.step)
  }
}
