import Plan
import Support

/// Which operation of one output reads a buffer, where nothing else does.
struct SoleReaders: Sendable {
  /// By buffer.
  private var operations: [ID<OperationRecord>?]

  /// O(operations).
  init(_ runnable: Runnable) {
    let program = runnable.program
    let counts = runnable.readerCounts
    operations = [ID<OperationRecord>?](repeating: nil, count: counts.count)
    for id in program.operations.ids {
      let record = program.operations[id]
      guard record.outputs.count == 1, record.outputs[0] != nil else { continue }
      let inputs = record.inputs.compactMap { $0 }
      for input in inputs where inputs.count(where: { $0 == input }) == counts[Int(input.index)] {
        operations[Int(input.index)] = id
      }
    }
  }

  subscript(buffer: ID<BufferRecord>) -> ID<OperationRecord>? { operations[Int(buffer.index)] }
}
