import Graph
import Plan
import Support
import Tensor

/// How operations are done on codes, as far as that is the same for all samples: found out when each is
/// first done.
struct CodeWays: Sendable {
  enum Way: Sendable {
    /// With the layer that it follows.
    case done
    case table(CodeTable)
    case move(CodeMove)
    /// As the sample's buffers have it.
    case other
  }

  private let runnable: Runnable
  private let formats: [FixedPoint?]
  private let samples: Int
  private let readers: SoleReaders
  private var ways: [Way?]
  private var tables: [LayerTable?]
  /// The layers whose tables are known, or that they have none.
  private var met: [Bool]

  /// - Parameters:
  ///   - formats: of the buffers that hold codes.
  ///   - samples: how many will be run, as far as is known.
  init(_ runnable: Runnable, formats: [FixedPoint?], samples: Int) {
    self.runnable = runnable
    self.formats = formats
    self.samples = samples
    readers = SoleReaders(runnable)
    ways = [Way?](repeating: nil, count: runnable.operations.count)
    tables = [LayerTable?](repeating: nil, count: runnable.program.layers.count)
    met = [Bool](repeating: false, count: tables.count)
  }

  /// What a layer looks its activations up in; the operations that it stands for are done with it.
  mutating func table(of layer: ID<LayerRecord>) -> LayerTable? {
    let index = Int(layer.index)
    if !met[index] {
      met[index] = true
      tables[index] = LayerTable(
        runnable, layer, readers: readers, formats: formats, samples: samples)
      for operation in tables[index]?.operations ?? [] { ways[Int(operation.index)] = .done }
    }
    return tables[index]
  }

  /// - Parameters:
  ///   - output: the operation's only one.
  ///   - inputs: of any sample.
  mutating func way(
    of id: ID<OperationRecord>, output: ID<BufferRecord>, inputs: @autoclosure () -> [Operand?]
  ) -> Way {
    if let way = ways[Int(id.index)] { return way }
    let (record, resolved) = (runnable.program.operations[id], runnable.operations[Int(id.index)])
    let (type, format) = (runnable.type(output), formats[Int(output.index)])
    let inputs = inputs()
    let table = CodeTable(
      record, resolved, inputs: inputs, output: type, format: format, samples: samples)
    let move = CodeMove(record, resolved, inputs: inputs, output: type, format: format)
    let way = table.map { .table($0) } ?? move.map { Way.move($0) } ?? .other
    ways[Int(id.index)] = way
    return way
  }
}
