import Graph
import Plan
import Support
import Tensor

/// How each operation is done on codes, as far as that is the same for all samples: found out when it
/// is first done.
struct CodeWays: Sendable {
  enum Way: Sendable {
    case table(CodeTable)
    case move(CodeMove)
    /// As the sample's buffers have it.
    case other
  }

  private var ways: [Way?]
  private let samples: Int

  /// - Parameter samples: how many will be run, as far as is known.
  init(_ runnable: Runnable, samples: Int) {
    ways = [Way?](repeating: nil, count: runnable.operations.count)
    self.samples = samples
  }

  /// - Parameter inputs: of any sample.
  mutating func way(
    of id: ID<OperationRecord>, _ record: OperationRecord, _ resolved: ResolvedOperation,
    inputs: @autoclosure () -> [Operand?], output: TensorType, format: FixedPoint?
  ) -> Way {
    if let way = ways[Int(id.index)] { return way }
    let inputs = inputs()
    let table = CodeTable(
      record, resolved, inputs: inputs, output: output, format: format, samples: samples)
    let move = CodeMove(record, resolved, inputs: inputs, output: output, format: format)
    let way = table.map { .table($0) } ?? move.map { Way.move($0) } ?? .other
    ways[Int(id.index)] = way
    return way
  }
}
