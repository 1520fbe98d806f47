import Graph
import Plan
import Support
import Tensor

/// What buffers hold while some samples run side by side, and what operations of the control unit
/// make of it.
struct Buffers {
  private let runnable: Runnable
  private let isIdeal: Bool
  private let workers: Workers
  private let samples: Int
  /// By buffer, then by sample.
  private var contents: [[Contents?]]
  /// How many layers and operations still read each buffer, so that its contents can be dropped
  /// after the last.
  private var readers: [Int]

  private var program: Program { runnable.program }

  /// - Parameter samples: of each, the inputs, in the order of the program's.
  init(_ runnable: Runnable, isIdeal: Bool, samples: [[Tensor]], workers: Workers) {
    self.runnable = runnable
    self.isIdeal = isIdeal
    self.workers = workers
    self.samples = samples.count
    contents = [[Contents?]](
      repeating: [Contents?](repeating: nil, count: samples.count),
      count: runnable.program.buffers.count)
    readers = runnable.program.readerCounts
    for (sample, inputs) in samples.enumerated() {
      for (id, tensor) in zip(program.header.inputs, inputs) {
        contents[Int(id.index)][sample] = Contents(tensor, format: format(id))
      }
    }
  }

  private func format(_ id: ID<BufferRecord>) -> FixedPoint? {
    isIdeal ? nil : runnable.format(id)
  }

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
      return contents.tensor(type, format: format(id))
    }
    return program.constant(id, type: type)!
  }

  private mutating func release(_ id: ID<BufferRecord>) {
    let index = Int(id.index)
    readers[index] -= 1
    guard readers[index] == 0 else { return }
    for sample in contents[index].indices { contents[index][sample] = nil }
  }

  /// Takes what `collect` made of a layer.
  mutating func finish(_ layer: ID<LayerRecord>, _ outputs: [Contents]) {
    let record = program.layers[layer]
    for (sample, output) in outputs.enumerated() {
      contents[Int(record.output.index)][sample] = output
    }
    for id in record.reads { release(id) }
  }

  /// Does an operation for all samples.
  ///
  /// - Throws: its error, which the values that reach it cause.
  mutating func operate(_ id: ID<OperationRecord>) throws(Failure) {
    let record = program.operations[id]
    let resolved = runnable.operations[Int(id.index)]
    let results = workers.map(count: samples) { [self] sample in
      Swift.Result { () throws(Failure) in try outputs(record, resolved, sample) }
    }
    for (sample, result) in results.enumerated() {
      for (output, contents) in zip(record.outputs, try result.get()) {
        if let output { self.contents[Int(output.index)][sample] = contents }
      }
    }
    for input in record.inputs.compactMap({ $0 }) { release(input) }
  }

  /// What an operation makes of a sample; nil where nobody wants an output.
  private func outputs(
    _ record: OperationRecord, _ resolved: ResolvedOperation, _ sample: Int
  ) throws(Failure) -> [Contents?] {
    do {
      guard record.outputs.count == 1, let output = record.outputs[0] else {
        return try whole(record, resolved, sample)
      }
      let inputs = record.inputs.map { $0.map { operand($0, sample) } }
      let (type, format) = (runnable.type(output), format(output))
      // Samples are on threads of their own.
      let workers = samples == 1 ? workers : Workers.alone
      if let sum = CodeAddition(record, resolved, inputs: inputs, output: type, format: format) {
        return [.codes(sum.run(workers))]
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

  /// What a buffer holds, for an operation to take in pieces.
  private func operand(_ id: ID<BufferRecord>, _ sample: Int) -> PiecewiseOperation.Input {
    let type = runnable.type(id)
    if let contents = contents[Int(id.index)][sample] {
      return PiecewiseOperation.Input(contents: contents, type: type, format: format(id))
    }
    let constant = program.constant(id, type: type)!
    return PiecewiseOperation.Input(
      contents: Contents(constant, format: nil), type: type, format: nil)
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
      contents.append(Contents(tensor, format: format(output)))
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

extension Program {
  /// How many layers and operations read each buffer; an output has one reader more.
  fileprivate var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: buffers.count)
    for id in layers.elements.flatMap(\.reads) { counts[Int(id.index)] += 1 }
    for operation in operations.elements {
      for input in operation.inputs.compactMap({ $0 }) { counts[Int(input.index)] += 1 }
    }
    for output in header.outputs { counts[Int(output.index)] += 1 }
    return counts
  }
}
