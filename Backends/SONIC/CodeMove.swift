import Graph
import Kernels
import Plan
import Support
import Tensor

/// An operation that moves elements, on codes: where each comes from is what the operator makes of the
/// elements' numbers.
struct CodeMove: Sendable {
  /// The inputs whose codes are moved, one behind the other.
  let inputs: Range<Int>
  private let format: FixedPoint
  /// Nil where all codes stay in their order.
  private let places: Places?

  /// Code `i` of a row comes from `starts[row] + offsets[i]`.
  fileprivate struct Places: Sendable {
    var starts: [UInt32]
    var offsets: [UInt32]
  }

  /// Numbers that are floats.
  private static let most = 1 << 24
  /// The longest row: its offsets are read for each.
  fileprivate static let longest = 1 << 12

  /// - Returns: nil unless the operation moves codes of one format.
  init?(
    _ record: OperationRecord, _ resolved: ResolvedOperation, inputs: [Operand?],
    output: TensorType, format: FixedPoint?
  ) {
    let moved = resolved.op.movedInputs(resolved.attributes, count: inputs.count)
    let others = inputs.indices.filter { !moved.contains($0) }
    guard !moved.isEmpty, let format, !record.isBounded, output.shape.count > 0,
      inputs[moved].allSatisfy({ $0?.codes(in: format) != nil }),
      others.allSatisfy({ inputs[$0]?.isConstant ?? true })
    else { return nil }
    (self.inputs, self.format) = (moved, format)
    if resolved.op.isView {
      places = nil
      return
    }
    var tensors = inputs.map { $0.flatMap { $0.isConstant ? $0.tensor : nil } }
    var count = 0
    for index in moved {
      let type = inputs[index]!.type
      let numbers = count..<count + type.shape.count
      guard numbers.upperBound < Self.most else { return nil }
      tensors[index] = Tensor(type.shape, floats: numbers.map { Float($0 + 1) }, type: type.element)
      count = numbers.upperBound
    }
    guard let made = try? resolved.evaluate(record, tensors)[0] else { return nil }
    let numbers = made.floats
    guard numbers.allSatisfy((1...Float(max(count, 1))).contains) else { return nil }
    let isOrdered = numbers.elementsEqual((0..<count).lazy.map { Float($0 + 1) })
    places = isOrdered ? nil : Places(numbers, output.shape)
  }

  /// The output.
  ///
  /// - Parameter operands: what has the codes.
  func run(_ operands: [Operand], _ workers: Workers) -> Contents {
    let codes = joined(operands.map { $0.codes(in: format)! }, workers)
    guard let places else { return .codes(codes) }
    let row = places.offsets.count
    return .codes(
      unsafe workers.fill(places.starts.count * row, unit: row) { rows, moved in
        unsafe codes.withUnsafeBufferPointer { codes in
          unsafe places.starts.withUnsafeBufferPointer { starts in
            unsafe sonic_move(
              codes.baseAddress, starts.baseAddress! + rows.lowerBound, rows.count, places.offsets,
              row, moved)
          }
        }
      })
  }

  private func joined(_ parts: [[Int16]], _ workers: Workers) -> [Int16] {
    guard parts.count > 1 else { return parts[0] }
    let starts = PrefixSums(parts.map(\.count))
    return unsafe [Int16](unsafeUninitializedCapacity: starts.total) { joined, count in
      nonisolated(unsafe) let joined = joined.baseAddress!
      workers.forEach(count: parts.count) { part in
        unsafe (joined + starts.start(of: part)).update(
          from: parts[part], count: parts[part].count)
      }
      count = starts.total
    }
  }
}

extension CodeMove.Places {
  /// The longest rows, elements at indices of some leading axes, that differ in their starts alone.
  ///
  /// O(elements * axes).
  ///
  /// - Parameter numbers: of the source of each element, from 1 on.
  fileprivate init(_ numbers: [Float], _ shape: Shape) {
    var row = 1
    for size in shape.sizes.reversed() {
      let longer = row * size
      guard longer <= CodeMove.longest, numbers.areAlike(inRowsOf: longer) else { break }
      row = longer
    }
    // Offsets are from the least, as they are not negative.
    let least = numbers.prefix(row).min() ?? 1
    let offsets = numbers.prefix(row).map { UInt32($0 - least) }
    starts = stride(from: 0, to: numbers.count, by: row).map {
      UInt32(numbers[$0]) - 1 - offsets[0]
    }
    self.offsets = offsets
  }
}

extension [Float] {
  /// Whether all rows of a length are the first one plus a number.
  fileprivate func areAlike(inRowsOf length: Int) -> Bool {
    unsafe withUnsafeBufferPointer { numbers in
      stride(from: 0, to: count, by: length).allSatisfy { start in
        let shift = unsafe numbers[start] - numbers[0]
        var others: UInt32 = 0
        for index in 0..<length {
          others |= unsafe numbers[start &+ index] == numbers[index] + shift ? 0 : 1
        }
        return others == 0
      }
    }
  }
}
