import Graph
import Hardware
import Plan
import Simulation
public import Support
public import Tensor

/// Runs a program, sample after sample, and keeps the account of time and energy.
public struct Execution {
  private let runnable: Runnable
  private let options: RunOptions
  private var engine: any Engine

  /// What a run of one sample gives.
  public struct Result: Sendable {
    /// In the order of the program's outputs; empty for an estimate.
    public var outputs: [Tensor]
    public var account: Account
  }

  public init(_ runnable: Runnable, options: RunOptions = RunOptions()) {
    self.runnable = runnable
    self.options = options
    engine =
      switch (options.numerics, options.executor) {
      case (.photonic, .fast): FastEngine(runnable, threads: options.threads)
      case (.photonic, .reference): ReferenceEngine(runnable)
      case (.ideal, _): IdealEngine(runnable, threads: options.threads)
      }
  }

  /// Runs one sample.
  ///
  /// - Parameter inputs: in the order of the program's inputs, of their types.
  /// - Throws: an operation's own error, which the values that reach it cause.
  public mutating func run(_ inputs: [Tensor]) throws(Failure) -> Result {
    var state = State(runnable, options: options)
    for (id, tensor) in zip(runnable.program.header.inputs, inputs) { state.set(id, tensor) }
    for (index, instruction) in runnable.program.instructions.enumerated() {
      try state.execute(instruction, index, &engine)
    }
    return Result(
      outputs: runnable.program.header.outputs.map { state.tensor($0) },
      account: state.finish())
  }

  /// Time and energy of one sample without data, from expected fractions of zeros.
  public static func estimate(_ runnable: Runnable, options: RunOptions = RunOptions())
    throws(Failure) -> Account
  {
    var engine: any Engine = EstimateEngine(runnable)
    var state = State(runnable, options: options)
    state.hasData = false
    for (index, instruction) in runnable.program.instructions.enumerated() {
      try state.execute(instruction, index, &engine)
    }
    return state.finish()
  }
}

/// What changes while a sample runs.
private struct State {
  let runnable: Runnable
  let isIdeal: Bool
  var hasData = true
  var contents: [Contents?]
  var recorder: Recorder
  /// What each unit was told to hold.
  var held: [Unit: SONICInstruction] = [:]
  var layer: ID<LayerRecord>?
  /// How many operations still read each buffer, so that its contents can be dropped after the last.
  var readers: [Int]

  private var program: Program { runnable.program }

  init(_ runnable: Runnable, options: RunOptions) {
    self.runnable = runnable
    isIdeal = options.numerics == .ideal
    contents = [Contents?](repeating: nil, count: runnable.program.buffers.count)
    recorder = Recorder(runnable.program)
    readers = runnable.program.readerCounts
  }

  private func format(_ id: ID<BufferRecord>) -> FixedPoint? {
    isIdeal ? nil : runnable.format(id)
  }

  mutating func set(_ id: ID<BufferRecord>, _ tensor: Tensor) {
    contents[Int(id.index)] = Contents(tensor, format: format(id))
  }

  /// The contents of a buffer as a tensor.
  func tensor(_ id: ID<BufferRecord>) -> Tensor {
    let type = runnable.type(id)
    if let contents = contents[Int(id.index)] { return contents.tensor(type, format: format(id)) }
    return program.constant(id, type: type)!
  }

  private mutating func release(_ id: ID<BufferRecord>) {
    readers[Int(id.index)] -= 1
    if readers[Int(id.index)] == 0 { contents[Int(id.index)] = nil }
  }

  func finish() -> Account { recorder.finish() }

  /// Executes one instruction: its values, then its time and energy.
  mutating func execute(
    _ instruction: SONICInstruction, _ index: Int, _ engine: inout any Engine
  ) throws(Failure) {
    switch instruction {
    case .halt: break
    case .signal(let i): recorder.signal(i)
    case .wait(let i): recorder.wait(i)
    case .loadKernels(let i):
      let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
      recorder.transfer(
        bytes: program.parameterBytes(i.layer, kernels), to: .parameterMemory, index)
    case .loadBuffer(let i): recorder.transfer(bytes: bytes(i.buffer), to: .sram, index)
    case .storeBuffer(let i): recorder.transfer(bytes: bytes(i.buffer), to: .sram, index)
    case .tuneKernel(let i): begin(i.layer, i.unit, instruction, &engine)
    case .tunePatch(let i): begin(i.layer, i.unit, instruction, &engine)
    case .firePatch(let i): fire(i.unit, i.positions, index, &engine)
    case .fireKernel(let i): fire(i.unit, i.kernels, index, &engine)
    case .squeeze(let i): recorder.squeeze(program.layers[i.layer].geometry, index)
    case .collect(let i):
      let record = program.layers[i.layer]
      recorder.collect(record.geometry, index)
      if let codes = engine.collect() { contents[Int(record.output.index)] = codes }
      layer = nil
      release(record.input)
    case .operate(let i): try operate(i.operation, index)
    }
  }

  private func bytes(_ id: ID<BufferRecord>) -> Int {
    program.buffers[id].bytes(runnable.type(id).shape)
  }

  private mutating func begin(
    _ id: ID<LayerRecord>, _ unit: Unit, _ instruction: SONICInstruction,
    _ engine: inout any Engine
  ) {
    held[unit] = instruction
    guard layer != id else { return }
    layer = id
    engine.begin(id, input: contents[Int(program.layers[id].input.index)])
  }

  private mutating func fire(
    _ unit: Unit, _ streamed: Range<UInt32>, _ index: Int, _ engine: inout any Engine
  ) {
    let streamed = Int(streamed.lowerBound)..<Int(streamed.upperBound)
    let firing: Firing
    switch held[unit] {
    case .tuneKernel(let tune):
      let kernels = Int(tune.kernels.lowerBound)..<Int(tune.kernels.upperBound)
      firing = engine.fire(kernels: kernels, positions: streamed)
    case .tunePatch(let tune):
      let positions = Int(tune.positions.lowerBound)..<Int(tune.positions.upperBound)
      firing = engine.fire(kernels: streamed, positions: positions)
    default: preconditionFailure("the verifier lets no VDU fire untuned")
    }
    recorder.fire(firing, unit, program.layers[layer!], index)
  }

  private mutating func operate(_ id: ID<OperationRecord>, _ index: Int) throws(Failure) {
    let record = program.operations[id]
    let resolved = runnable.operations[Int(id.index)]
    let operands = (record.inputs + record.outputs).compactMap { $0 }
    let traffic = resolved.op.isView ? 0 : operands.reduce(0) { $0 + bytes($1) }
    recorder.operate(resolved.work, bytes: traffic, index)
    guard hasData else { return }
    // An operation may name a buffer any number of times; it is decoded once.
    var tensors: [ID<BufferRecord>: Tensor] = [:]
    for id in record.inputs.compactMap({ $0 }) where tensors[id] == nil { tensors[id] = tensor(id) }
    let inputs = record.inputs.map { $0.map { tensors[$0]! } }
    let place = Place.node(record.name)
    var outputs: [Tensor]
    do {
      outputs = try resolved.op.evaluate(
        Operator.Call(
          inputs: inputs, attributes: resolved.attributes, outputCount: record.outputs.count,
          order: .ascending))
      if record.isBounded {
        outputs[0] = try outputs[0].clamped(Clamp(lower: record.lower, upper: record.upper))
      }
    } catch {
      throw .data(at: place, "\(record.op): \(error.message)")
    }
    for (output, tensor) in zip(record.outputs, outputs) {
      guard let output else { continue }
      let type = TensorType(tensor.type, tensor.shape)
      guard type == runnable.type(output) else {
        throw .data(at: place, "\(record.op): gave \(type), expected \(runnable.type(output))")
      }
      set(output, tensor)
    }
    for input in record.inputs.compactMap({ $0 }) { release(input) }
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
