import Graph
import Plan
import Support
import Tensor

extension Runnable {
  /// The formats in which buffers hold codes during a run. To move elements and to encode them may
  /// change places, and decoding is exact: so a buffer of floats whose elements only come from codes of
  /// one format, or only go to such, holds those codes. All other values are the same bits.
  ///
  /// O(operations).
  var heldFormats: [FixedPoint?] {
    var formats = formats
    let moves = program.operations.ids.compactMap { move($0) }
    for move in moves where formats[move.target] == nil {
      formats[move.target] = formats.common(of: move.sources)
    }
    var moved = [[Int]](repeating: [], count: formats.count)
    for move in moves {
      for source in move.sources { moved[source].append(move.target) }
    }
    let readers = readerCounts
    for move in moves.reversed() {
      for source in move.sources where formats[source] == nil {
        // Whatever else reads it wants floats; a constant is no buffer that anybody writes.
        guard moved[source].count == readers[source],
          program.buffers.elements[source].constant == nil
        else { continue }
        formats[source] = formats.common(of: moved[source])
      }
    }
    return formats
  }

  /// The buffers whose elements an operation moves into another, if that is all that it does.
  private func move(_ id: ID<OperationRecord>) -> (sources: [Int], target: Int)? {
    let (record, resolved) = (program.operations[id], operations[Int(id.index)])
    guard record.outputs.count == 1, let target = record.outputs[0], !record.isBounded else {
      return nil
    }
    let range = resolved.op.movedInputs(resolved.attributes, count: record.inputs.count)
    let sources = record.inputs[range].compactMap { $0 }
    guard !sources.isEmpty, sources.allSatisfy({ type($0).element.isFloatingPoint }) else {
      return nil
    }
    return (sources.map { Int($0.index) }, Int(target.index))
  }

  /// How many layers and operations read each buffer; an output has one reader more.
  var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: program.buffers.count)
    for id in program.layers.elements.flatMap(\.reads) { counts[Int(id.index)] += 1 }
    for operation in program.operations.elements {
      for input in operation.inputs.compactMap({ $0 }) { counts[Int(input.index)] += 1 }
    }
    for output in program.header.outputs { counts[Int(output.index)] += 1 }
    return counts
  }
}

extension [FixedPoint?] {
  /// The format that all of some have.
  fileprivate func common(of indices: [Int]) -> FixedPoint? {
    indices.allSatisfy { self[$0] == self[indices[0]] } ? self[indices[0]] : nil
  }
}
