import Graph
import Plan
import Support
import Tensor

/// What buffers hold while some samples run side by side, and what operations of the control unit
/// make of it.
struct Buffers {
  private let runnable: Runnable
  /// Of those that hold codes.
  private let formats: [FixedPoint?]
  private let workers: Workers
  private let samples: Int
  /// By buffer, then by sample.
  private var contents: [[Contents?]]
  /// How many layers and operations still read each buffer, so that its contents can be dropped
  /// after the last.
  private var readers: [Int]

  private var program: Program { runnable.program }

  /// - Parameters:
  ///   - formats: of the buffers that hold codes.
  ///   - samples: of each, the inputs, in the order of the program's.
  init(
    _ runnable: Runnable, formats: [FixedPoint?], samples: [[Tensor]], workers: Workers
  ) {
    self.runnable = runnable
    self.formats = formats
    self.workers = workers
    self.samples = samples.count
    contents = [[Contents?]](
      repeating: [Contents?](repeating: nil, count: samples.count),
      count: runnable.program.buffers.count)
    readers = runnable.readerCounts
    for (sample, inputs) in samples.enumerated() {
      for (id, tensor) in zip(program.header.inputs, inputs) {
        contents[Int(id.index)][sample] = Contents(tensor, format: format(id), workers)
      }
    }
  }

  private func format(_ id: ID<BufferRecord>) -> FixedPoint? { formats[Int(id.index)] }

  /// What a buffer holds of each sample.
  func contents(of id: ID<BufferRecord>) -> [Contents] {
    contents[Int(id.index)].compactMap { $0 }
  }

  /// The program's outputs, in its order.
  func outputs(of sample: Int) -> [Tensor] {
    program.header.outputs.map { tensor($0, sample) }
  }

  /// The contents of a buffer as a tensor.
  private func tensor(_ id: ID<BufferRecord>, _ sample: Int) -> Tensor {
    let type = runnable.type(id)
    if let contents = contents[Int(id.index)][sample] {
      return contents.tensor(type, format: format(id), workers)
    }
    return program.constant(id, type: type)!
  }

  private mutating func release(_ id: ID<BufferRecord>) {
    let index = Int(id.index)
    readers[index] -= 1
    guard readers[index] == 0 else { return }
    for sample in contents[index].indices { contents[index][sample] = nil }
  }

  /// Takes what `collect` made of a layer, looked up in its table if it has one.
  mutating func finish(_ layer: ID<LayerRecord>, _ outputs: [Contents], _ table: LayerTable?) {
    let record = program.layers[layer]
    for (sample, output) in outputs.enumerated() {
      contents[Int((table?.output ?? record.output).index)][sample] =
        table?.contents(output) ?? output
    }
    for id in record.reads { release(id) }
  }

  /// Does an operation for all samples.
  ///
  /// - Parameter ways: how operations are done on codes; nil if none is.
  /// - Throws: its error, which the values that reach it cause.
  mutating func operate(
    _ id: ID<OperationRecord>, _ ways: inout CodeWays?
  ) throws(Failure) {
    let record = program.operations[id]
    let resolved = runnable.operations[Int(id.index)]
    let way = way(of: id, &ways)
    // Nothing was ever held of what is between a layer and its table's output.
    if case .done? = way { return }
    let results = workers.map(count: samples) { [self] sample in
      Swift.Result { () throws(Failure) in try outputs(record, resolved, way, sample) }
    }
    for (sample, result) in results.enumerated() {
      for (output, contents) in zip(record.outputs, try result.get()) {
        if let output { self.contents[Int(output.index)][sample] = contents }
      }
    }
    for input in record.inputs.compactMap({ $0 }) { release(input) }
  }

  /// How an operation with one output is done on codes; nil if it is done on whole buffers.
  private func way(
    of id: ID<OperationRecord>, _ ways: inout CodeWays?
  ) -> CodeWays.Way? {
    let record = program.operations[id]
    guard record.outputs.count == 1, let output = record.outputs[0] else { return nil }
    return ways?.way(of: id, output: output, inputs: operands(record, 0))
  }

  /// What an operation makes of a sample; nil where nobody wants an output.
  private func outputs(
    _ record: OperationRecord, _ resolved: ResolvedOperation, _ way: CodeWays.Way?, _ sample: Int
  ) throws(Failure) -> [Contents?] {
    do {
      guard let way else { return try whole(record, resolved, sample) }
      // Samples are on threads of their own.
      let workers = samples == 1 ? workers : Workers.alone
      switch way {
      case .table(let table):
        return [table.run(operand(record.inputs[table.input]!, sample), workers)]
      case .move(let move):
        return [move.run(record.inputs[move.inputs].map { operand($0!, sample) }, workers)]
      case .done, .other: break
      }
      let inputs = operands(record, sample)
      let output = record.outputs[0]!
      let (type, format) = (runnable.type(output), format(output))
      if let combination = CodeCombination(
        record, resolved, inputs: inputs, output: type, format: format)
      {
        return [combination.run(workers)]
      }
      if let pooling = CodePooling(record, resolved, inputs: inputs, output: type, format: format) {
        return [pooling.run(workers)]
      }
      if let pieces = PiecewiseOperation(
        record, resolved, inputs: inputs, output: type, format: format)
      {
        return [try pieces.run(workers)]
      }
      return try whole(record, resolved, sample)
    } catch {
      throw .data(at: Place.node(record.name), "\(record.op): \(error.message)")
    }
  }

  /// What an operation reads of a sample.
  private func operands(_ record: OperationRecord, _ sample: Int) -> [Operand?] {
    record.inputs.map { $0.map { operand($0, sample) } }
  }

  private func operand(_ id: ID<BufferRecord>, _ sample: Int) -> Operand {
    let type = runnable.type(id)
    if let contents = contents[Int(id.index)][sample] {
      return Operand(contents: contents, type: type, format: format(id))
    }
    return Operand(constant: id, of: runnable)!
  }

  /// The outputs of an operation on whole buffers.
  private func whole(
    _ record: OperationRecord, _ resolved: ResolvedOperation, _ sample: Int
  ) throws(OperatorError) -> [Contents?] {
    // An operation may name a buffer any number of times; it is decoded once.
    var tensors: [ID<BufferRecord>: Tensor] = [:]
    for id in record.inputs.compactMap({ $0 }) where tensors[id] == nil {
      tensors[id] = tensor(id, sample)
    }
    let outputs = try resolved.evaluate(record, record.inputs.map { $0.map { tensors[$0]! } })
    var contents: [Contents?] = []
    for (output, tensor) in zip(record.outputs, outputs) {
      guard let output else {
        contents.append(nil)
        continue
      }
      let type = TensorType(tensor.type, tensor.shape)
      guard type == runnable.type(output) else {
        throw OperatorError("gave \(type), expected \(runnable.type(output))")
      }
      contents.append(Contents(tensor, format: format(output), workers))
    }
    return contents
  }
}

extension ResolvedOperation {
  /// The operation's outputs in floats, bounded where it says so.
  func evaluate(_ record: OperationRecord, _ inputs: [Tensor?]) throws(OperatorError) -> [Tensor] {
    var outputs = try op.evaluate(
      Operator.Call(
        inputs: inputs, attributes: attributes, outputCount: record.outputs.count,
        order: .ascending))
    if record.isBounded {
      outputs[0] = try outputs[0].clamped(Clamp(lower: record.lower, upper: record.upper))
    }
    return outputs
  }
}
