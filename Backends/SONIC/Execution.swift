import Graph
import Hardware
import Plan
import Simulation
public import Support
public import Tensor

/// Runs a program, some samples side by side, and keeps an account of time and energy for each.
public struct Execution {
  private let runnable: Runnable
  private let options: RunOptions
  private var engine: any Engine
  /// The most samples that go side by side: values of all of them are held at a time.
  public let mostSamples: Int

  /// What a run of one sample gives.
  public struct Result: Sendable {
    /// In the order of the program's outputs; empty for an estimate.
    public var outputs: [Tensor]
    public var account: Account
  }

  /// - Parameter samples: how many there are in all, as far as is known.
  public init(_ runnable: Runnable, options: RunOptions = RunOptions(), samples: Int = 1) {
    self.runnable = runnable
    self.options = options
    switch (options.numerics, options.executor) {
    case (.photonic, .fast):
      mostSamples = min(max(samples, 1), FastEngine.mostSamples)
      engine = FastEngine(runnable, threads: options.threads, samples: mostSamples)
    case (.photonic, .reference):
      mostSamples = 1
      engine = ReferenceEngine(runnable)
    case (.ideal, _):
      mostSamples = 1
      engine = IdealEngine(runnable)
    }
  }

  /// Makes ready what does not depend on values, which the first run would do otherwise.
  public mutating func prepare() { engine.prepare() }

  /// Runs one sample.
  ///
  /// - Parameter inputs: in the order of the program's inputs, of their types.
  /// - Throws: an operation's own error, which the values that reach it cause.
  public mutating func run(_ inputs: [Tensor]) throws(Failure) -> Result {
    try run(samples: [inputs])[0]
  }

  /// Runs samples side by side: each as if it were alone.
  ///
  /// - Precondition: at most ``mostSamples``.
  public mutating func run(samples: [[Tensor]]) throws(Failure) -> [Result] {
    var state = State(runnable, options: options, samples: samples.count)
    for (sample, inputs) in samples.enumerated() {
      for (id, tensor) in zip(runnable.program.header.inputs, inputs) {
        state.set(id, tensor, sample)
      }
    }
    for (index, instruction) in runnable.program.instructions.enumerated() {
      try state.execute(instruction, index, &engine)
    }
    return samples.indices.map { sample in
      Result(
        outputs: runnable.program.header.outputs.map { state.tensor($0, sample) },
        account: state.finish(sample))
    }
  }

  /// Time and energy of one sample without data, from expected fractions of zeros.
  public static func estimate(_ runnable: Runnable, options: RunOptions = RunOptions())
    throws(Failure) -> Account
  {
    var engine: any Engine = EstimateEngine(runnable)
    var state = State(runnable, options: options, samples: 1)
    state.hasData = false
    for (index, instruction) in runnable.program.instructions.enumerated() {
      try state.execute(instruction, index, &engine)
    }
    return state.finish(0)
  }
}

/// What changes while samples run.
private struct State {
  let runnable: Runnable
  let isIdeal: Bool
  let threads: Int
  var hasData = true
  /// By buffer, then by sample.
  var contents: [[Contents?]]
  /// By sample.
  var recorders: [Recorder]
  /// What each unit was told to hold.
  var held: [Unit: SONICInstruction] = [:]
  var layer: ID<LayerRecord>?
  /// How many operations still read each buffer, so that its contents can be dropped after the last.
  var readers: [Int]

  private var program: Program { runnable.program }

  init(_ runnable: Runnable, options: RunOptions, samples: Int) {
    self.runnable = runnable
    isIdeal = options.numerics == .ideal
    threads = options.threads
    contents = [[Contents?]](
      repeating: [Contents?](repeating: nil, count: samples),
      count: runnable.program.buffers.count)
    recorders = [Recorder](repeating: Recorder(runnable.program), count: samples)
    readers = runnable.program.readerCounts
  }

  private func format(_ id: ID<BufferRecord>) -> FixedPoint? {
    isIdeal ? nil : runnable.format(id)
  }

  mutating func set(_ id: ID<BufferRecord>, _ tensor: Tensor, _ sample: Int) {
    contents[Int(id.index)][sample] = Contents(tensor, format: format(id))
  }

  /// The contents of a buffer as a tensor.
  func tensor(_ id: ID<BufferRecord>, _ sample: Int) -> Tensor {
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

  func finish(_ sample: Int) -> Account { recorders[sample].finish() }

  private mutating func record(_ body: (inout Recorder) -> Void) {
    for sample in recorders.indices { body(&recorders[sample]) }
  }

  /// Executes one instruction: its values, then its time and energy.
  mutating func execute(
    _ instruction: SONICInstruction, _ index: Int, _ engine: inout any Engine
  ) throws(Failure) {
    switch instruction {
    case .halt: break
    case .signal(let i): record { $0.signal(i.token, from: i.unit) }
    case .wait(let i): record { $0.wait(i) }
    case .loadKernels(let i):
      let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
      let bytes = program.parameterBytes(i.layer, kernels)
      record {
        $0.transfer(bytes: bytes, to: .parameterMemory, index)
        $0.signal(i.token, from: .dma)
      }
    case .loadBuffer(let i): transfer(i.buffer, index)
    case .storeBuffer(let i): transfer(i.buffer, index)
    case .tuneKernel(let i): begin(i.layer, i.unit, instruction, &engine)
    case .tunePatch(let i): begin(i.layer, i.unit, instruction, &engine)
    case .firePatch(let i):
      fire(i.unit, i.positions, index, &engine)
      record { $0.signal(i.token, from: i.unit) }
    case .fireKernel(let i):
      fire(i.unit, i.kernels, index, &engine)
      record { $0.signal(i.token, from: i.unit) }
    case .squeeze(let i):
      let geometry = program.layers[i.layer].geometry
      record { $0.squeeze(geometry, index) }
    case .collect(let i): collect(i.layer, index, &engine)
    case .operate(let i): try operate(i.operation, index)
    }
  }

  private func bytes(_ id: ID<BufferRecord>) -> Int {
    program.buffers[id].bytes(runnable.type(id).shape)
  }

  private mutating func transfer(_ id: ID<BufferRecord>, _ index: Int) {
    let bytes = bytes(id)
    record { $0.transfer(bytes: bytes, to: .sram, index) }
  }

  private mutating func begin(
    _ id: ID<LayerRecord>, _ unit: Unit, _ instruction: SONICInstruction,
    _ engine: inout any Engine
  ) {
    held[unit] = instruction
    guard layer != id else { return }
    layer = id
    engine.begin(id, inputs: contents[Int(program.layers[id].input.index)].compactMap { $0 })
  }

  private mutating func fire(
    _ unit: Unit, _ streamed: Range<UInt32>, _ index: Int, _ engine: inout any Engine
  ) {
    let streamed = Int(streamed.lowerBound)..<Int(streamed.upperBound)
    let firings: [Firing]
    switch held[unit] {
    case .tuneKernel(let tune):
      let kernels = Int(tune.kernels.lowerBound)..<Int(tune.kernels.upperBound)
      firings = engine.fire(kernels: kernels, positions: streamed)
    case .tunePatch(let tune):
      let positions = Int(tune.positions.lowerBound)..<Int(tune.positions.upperBound)
      firings = engine.fire(kernels: streamed, positions: positions)
    default: preconditionFailure("the verifier lets no VDU fire untuned")
    }
    let (kind, dataflow) = (program.layers[layer!].kind, program.layers[layer!].dataflow)
    for (sample, firing) in firings.enumerated() {
      recorders[sample].fire(firing, unit, kind, dataflow, index)
    }
  }

  private mutating func collect(
    _ id: ID<LayerRecord>, _ index: Int, _ engine: inout any Engine
  ) {
    let record = program.layers[id]
    self.record { $0.collect(record.geometry, index) }
    for (sample, codes) in engine.collect().enumerated() {
      contents[Int(record.output.index)][sample] = codes
    }
    layer = nil
    release(record.input)
  }

  private mutating func operate(_ id: ID<OperationRecord>, _ index: Int) throws(Failure) {
    let record = program.operations[id]
    let resolved = runnable.operations[Int(id.index)]
    let operands = (record.inputs + record.outputs).compactMap { $0 }
    let traffic = resolved.op.isView ? 0 : operands.reduce(0) { $0 + bytes($1) }
    self.record { $0.operate(resolved.work, bytes: traffic, index) }
    guard hasData else { return }
    let results = parallelMap(count: recorders.count, threads: threads) { [self] sample in
      Swift.Result { () throws(Failure) in try outputs(record, resolved, sample) }
    }
    for (sample, result) in results.enumerated() {
      for (output, contents) in zip(record.outputs, try result.get()) {
        if let output { self.contents[Int(output.index)][sample] = contents }
      }
    }
    for input in record.inputs.compactMap({ $0 }) { release(input) }
  }

  /// What an operation makes of a sample.
  private func outputs(
    _ record: OperationRecord, _ resolved: Runnable.ResolvedOperation, _ sample: Int
  ) throws(Failure) -> [Contents?] {
    do {
      if resolved.op.isElementwise, record.outputs.count == 1, let output = record.outputs[0],
        let pieces = PiecewiseOperation(
          record.inputs.map { $0.map { operand($0, sample) } }, output: runnable.type(output),
          format: format(output))
      {
        let threads = recorders.count == 1 ? threads : 1
        let contents = try pieces.run(threads: threads) { inputs throws(OperatorError) in
          try evaluate(record, resolved, inputs)[0]
        }
        return [contents]
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

  private func evaluate(
    _ record: OperationRecord, _ resolved: Runnable.ResolvedOperation, _ inputs: [Tensor?]
  ) throws(OperatorError) -> [Tensor] {
    var outputs = try resolved.op.evaluate(
      Operator.Call(
        inputs: inputs, attributes: resolved.attributes, outputCount: record.outputs.count,
        order: .ascending))
    if record.isBounded {
      outputs[0] = try outputs[0].clamped(Clamp(lower: record.lower, upper: record.upper))
    }
    return outputs
  }

  /// The outputs of an operation on whole buffers; nil where nobody wants one.
  private func whole(
    _ record: OperationRecord, _ resolved: Runnable.ResolvedOperation, _ sample: Int
  ) throws(OperatorError) -> [Contents?] {
    // An operation may name a buffer any number of times; it is decoded once.
    var tensors: [ID<BufferRecord>: Tensor] = [:]
    for id in record.inputs.compactMap({ $0 }) where tensors[id] == nil {
      tensors[id] = tensor(id, sample)
    }
    let outputs = try evaluate(record, resolved, record.inputs.map { $0.map { tensors[$0]! } })
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

extension Program {
  /// How many layers and operations read each buffer; an output has one reader more.
  fileprivate var readerCounts: [Int] {
    var counts = [Int](repeating: 0, count: buffers.count)
    for layer in layers.elements { counts[Int(layer.input.index)] += 1 }
    for operation in operations.elements {
      for input in operation.inputs.compactMap({ $0 }) { counts[Int(input.index)] += 1 }
    }
    for output in header.outputs { counts[Int(output.index)] += 1 }
    return counts
  }
}
