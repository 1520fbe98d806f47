import Plan
import Support

/// Which operation of one output reads a buffer, where nothing else does. It is one that is done: a program may
/// have others.
struct SoleReaders: Sendable {
  /// By buffer.
  private var operations: [ID<OperationRecord>?]

  /// O(operations + instructions).
  init(_ runnable: Runnable) {
    let program = runnable.program
    let counts = runnable.readerCounts
    operations = [ID<OperationRecord>?](repeating: nil, count: counts.count)
    for case .operate(let instruction) in program.instructions {
      let id = instruction.operation
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
