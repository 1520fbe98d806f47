import Kernels
import Plan
import Support
import Tensor

/// The element-wise operations that alone read what a layer collects, one after another: a table of what
/// they make of each code, in which a layer can look its activations up while it collects them.
struct LayerTable: Sendable {
  /// At least one.
  private(set) var operations: [ID<OperationRecord>] = []
  /// What the last of them writes.
  private(set) var output: ID<BufferRecord>
  /// Nil where codes stay as they are.
  private(set) var codes: LookedCodes?
  /// What the codes that it gives stand for, where the output is floats.
  private var values: [Float]?

  /// - Parameters:
  ///   - readers: of each buffer.
  ///   - formats: of the buffers that hold codes.
  ///   - samples: how many will be run, as far as is known.
  /// - Returns: nil if there are no such operations, or if the layer gives floats.
  init?(
    _ runnable: Runnable, _ layer: ID<LayerRecord>, readers: SoleReaders,
    formats: [FixedPoint?], samples: Int
  ) {
    output = runnable.program.layers[layer].output
    guard let format = formats[Int(output.index)] else { return nil }
    var entries: [Int16]?
    var operand = Operand(contents: .codes([]), type: runnable.type(output), format: format)
    while let reader = readers[output], let next = runnable.program.operations[reader].outputs[0],
      let table = Self.table(reader, of: output, operand, runnable, formats, samples: samples)
    {
      switch table.entries {
      case .codes(let next):
        entries = entries?.looked(next) ?? next
        values = nil
        operand.contents = .codes([])
      case .values(let next):
        values = next
        operand.contents = .looked([], in: next)
      }
      operand.type = runnable.type(next)
      operand.format = formats[Int(next.index)]
      operations.append(reader)
      output = next
    }
    if operations.isEmpty { return nil }
    codes = entries.map { entries in
      LookedCodes(
        entries: entries,
        swish: sonic_swish(
          runnable, operations, from: format, to: operand.format, entries))
    }
  }

  /// What an operation makes of a buffer, if it reads nothing else but constants.
  private static func table(
    _ id: ID<OperationRecord>, of buffer: ID<BufferRecord>, _ operand: Operand,
    _ runnable: Runnable, _ formats: [FixedPoint?], samples: Int
  ) -> CodeTable? {
    let record = runnable.program.operations[id]
    var inputs: [Operand?] = []
    for input in record.inputs {
      guard let input else {
        inputs.append(nil)
        continue
      }
      guard let operand = input == buffer ? operand : Operand(constant: input, of: runnable) else {
        return nil
      }
      inputs.append(operand)
    }
    let output = record.outputs[0]!
    return CodeTable(
      record, runnable.operations[Int(id.index)], inputs: inputs, output: runnable.type(output),
      format: formats[Int(output.index)], samples: samples)
  }

  /// What the output holds where a layer gave contents, looked up already.
  func contents(_ collected: Contents) -> Contents {
    guard let values, case .codes(let codes) = collected else { return collected }
    return .looked(codes, in: values)
  }
}
