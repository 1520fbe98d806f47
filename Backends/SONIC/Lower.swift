import Foundation
import Graph
import Hardware
import Plan
import Support
import Tensor

/// Turns a plan into a program: numbers into integers, steps into instructions with the tokens that
/// keep them in order.
struct Lowering {
  let plan: Plan
  var program: Program
  private var unfolding = UnfoldingLimit()
  /// The token that says that a buffer's contents are there; nil where it needs no waiting.
  private var ready: [ID<Buffer>: ID<Token>] = [:]
  /// How many signals each token has been given.
  private var signals: [Int] = []
  /// The waves so far: what tells when a half of the parameter memory is free again.
  private var waves: [(done: ID<Token>, tiles: Int)] = []

  init(_ plan: Plan, header: ProgramRecord) {
    self.plan = plan
    program = Program(header: header, machine: plan.machine)
    program.header.isBatchOpen = plan.isBatchOpen
    program.header.inputs = plan.inputs.map { ID(Int($0.index)) }
    program.header.outputs = plan.outputs.map { ID(Int($0.index)) }
  }

  /// The whole program.
  mutating func lower() -> Program {
    _ = outline()
    program.weights.reserveCapacity(
      plan.layers.elements.reduce(0) { $0 + $1.kernels.entries.count })
    for id in plan.buffers.ids { addContents(of: id) }
    for id in plan.layers.ids { addNumbers(of: id) }
    return program
  }

  /// The program without constants, numbers and weights.
  mutating func outline() -> Program {
    for buffer in plan.buffers.elements { add(buffer) }
    var weights = 0
    for layer in plan.layers.elements {
      add(layer, weights: weights)
      weights += layer.kernels.bytes(0..<layer.kernels.count)
    }
    for operation in plan.operations.elements { program.operations.append(record(operation)) }
    prologue()
    for step in plan.steps {
      let start = program.instructions.count
      var record = StepRecord()
      switch step {
      case .layer(let id):
        emit(layer: id)
        record.layer = ID(Int(id.index))
      case .operation(let id):
        emit(operation: id)
        record.operation = ID(Int(id.index))
      }
      record.instructions = UInt32(start)..<UInt32(program.instructions.count)
      program.steps.append(record)
    }
    epilogue()
    program.header.tokens = UInt32(signals.count)
    return program
  }

  // MARK: Tables

  private mutating func add(_ buffer: Buffer) {
    var record = BufferRecord()
    record.name = buffer.name
    record.element = ElementCode(buffer.type.element)
    record.sizes = buffer.type.shape.sizes.map(UInt64.init)
    record.fraction = buffer.format.map { Int8($0.fraction) }
    record.density = buffer.density
    if case .sram(let address)? = buffer.location { record.address = UInt64(address) }
    program.buffers.append(record)
  }

  private mutating func addContents(of id: ID<Buffer>) {
    guard let constant = plan.buffers[id].constant else { return }
    program.setContents(of: ID(Int(id.index)), to: constant, &unfolding)
  }

  /// - Parameter weights: where those of the layer start, in bytes.
  private mutating func add(_ layer: Layer, weights: Int) {
    var record = LayerRecord()
    record.name = layer.name
    record.kind = layer.kind
    record.dataflow = layer.tilings[0].dataflow
    record.input = ID(Int(layer.input.index))
    record.output = ID(Int(layer.output.index))
    record.geometry = layer.geometry
    record.slice = UInt32(layer.slice)
    if let clamp = layer.clamp, let format = plan.buffers[layer.output].format {
      record.lower = format.encode(clamp.lower)
      record.upper = format.encode(clamp.upper)
    }
    record.weightSource = layer.weightSource.map { ID(Int($0.index)) }
    record.firstKernel = UInt32(program.kernels.count)
    record.weights = UInt64(weights)
    record.origins = layer.origins
    program.layers.append(record)
    for index in 0..<layer.geometry.allKernels {
      var kernel = KernelRecord()
      if layer.weightSource == nil {
        kernel.pairs = UInt32(layer.kernels.starts[index + 1] - layer.kernels.starts[index])
      }
      program.kernels.append(kernel)
    }
  }

  private mutating func addNumbers(of id: ID<Layer>) {
    let layer = plan.layers[id]
    let record = ID<LayerRecord>(Int(id.index))
    let quantized = QuantizedLayer(
      layer, dataflow: program.layers[record].dataflow, input: plan.buffers[layer.input],
      output: plan.buffers[layer.output].format!, on: plan.machine)
    program.layers[record].codebook = quantized.codebook
    program.layers[record].spread = plan.layers[id].spread
    let first = Int(program.layers[record].firstKernel)
    for (index, numbers) in quantized.kernels.enumerated() {
      var kernel = numbers
      kernel.pairs = program.kernels[first + index].pairs
      program.kernels[first + index] = kernel
    }
    program.weights.append(contentsOf: layer.kernels.entries)
  }

  private func record(_ operation: ControlOperation) -> OperationRecord {
    var record = OperationRecord()
    record.name = operation.name
    record.op = operation.op.name
    record.inputs = operation.inputs.map { $0.map { ID(Int($0.index)) } }
    record.outputs = operation.outputs.map { $0.map { ID(Int($0.index)) } }
    record.attributes = operation.attributes.values.map { AttributeRecord($0.key, $0.value) }
    if let clamp = operation.clamp {
      record.lower = clamp.lower
      record.upper = clamp.upper
    }
    record.origins = operation.origins
    return record
  }

  // MARK: Instructions

  private mutating func newToken() -> ID<Token> {
    signals.append(0)
    return ID(signals.count - 1)
  }

  /// Whether a wait can still count a token's signals after `more`.
  private func hasRoom(_ token: ID<Token>, _ more: Int) -> Bool {
    signals[Int(token.index)] + more <= Int(UInt16.max)
  }

  private mutating func emit(_ instruction: SONICInstruction) {
    program.instructions.append(instruction)
  }

  /// A new token, which a unit gives once it has done all that it was handed.
  private mutating func signal(_ unit: Unit) -> ID<Token> {
    var signal = Signal()
    signal.unit = unit
    signal.token = newToken()
    emit(.signal(signal))
    signals[Int(signal.token.index)] += 1
    return signal.token
  }

  private mutating func wait(_ unit: Unit, _ token: ID<Token>?, count: Int = 1) {
    guard let token else { return }
    var wait = Wait()
    wait.unit = unit
    wait.token = token
    wait.count = UInt16(count)
    emit(.wait(wait))
  }

  private func isInMainMemory(_ id: ID<Buffer>) -> Bool { plan.buffers[id].location == .dram }

  /// Streams a buffer in from main memory; the token that says it is there.
  private mutating func load(_ id: ID<Buffer>) -> ID<Token> {
    wait(.dma, ready[id])
    var load = LoadBuffer()
    load.buffer = ID(Int(id.index))
    emit(.loadBuffer(load))
    return signal(.dma)
  }

  private mutating func store(_ id: ID<Buffer>) {
    wait(.dma, ready[id])
    var store = StoreBuffer()
    store.buffer = ID(Int(id.index))
    emit(.storeBuffer(store))
    ready[id] = nil
  }

  private mutating func prologue() {
    for input in plan.inputs where !isInMainMemory(input) { ready[input] = load(input) }
  }

  private mutating func epilogue() {
    for output in plan.outputs where !isInMainMemory(output) { store(output) }
    emit(.halt(Halt()))
  }

  /// The token that a reader of a buffer waits for, after streaming it in where need be.
  private mutating func fetch(_ id: ID<Buffer>) -> ID<Token>? {
    isInMainMemory(id) ? load(id) : ready[id]
  }

  /// Says that the control unit has written a buffer, and streams it out where need be.
  private mutating func written(_ id: ID<Buffer>) {
    ready[id] = signal(.ecu)
    if isInMainMemory(id) { store(id) }
  }

  /// Whether an operation takes less than the whole of a table in main memory.
  private func isLookedUp(_ id: ID<ControlOperation>) -> Bool {
    let operation = plan.operations[id]
    guard operation.op.isLookup, let table = operation.inputs[0], let output = operation.outputs[0]
    else { return false }
    return isInMainMemory(table)
      && plan.buffers[output].type.shape.count < plan.buffers[table].type.shape.count
  }

  /// Streams in what an operation looks up; the token that says it is there.
  private mutating func lookUp(_ id: ID<ControlOperation>) -> ID<Token> {
    var load = LoadPicked()
    load.operation = ID(Int(id.index))
    emit(.loadPicked(load))
    return signal(.dma)
  }

  private mutating func emit(operation id: ID<ControlOperation>) {
    let inputs = plan.operations[id].inputs
    if isLookedUp(id) {
      for input in inputs.dropFirst().compactMap({ $0 }) {
        let token = fetch(input)
        wait(.dma, token)
        wait(.ecu, token)
      }
      wait(.ecu, lookUp(id))
    } else {
      for input in inputs.compactMap({ $0 }) { wait(.ecu, fetch(input)) }
    }
    var operate = Operate()
    operate.operation = ID(Int(id.index))
    emit(.operate(operate))
    for output in plan.operations[id].outputs.compactMap({ $0 }) { written(output) }
  }

  private mutating func emit(layer id: ID<Layer>) {
    let layer = plan.layers[id]
    let tiling = layer.tilings[0]
    let record = ID<LayerRecord>(Int(id.index))
    var input = fetch(layer.input)
    if tiling.dataflow == .patch {
      wait(.ecu, input)
      var squeeze = Squeeze()
      squeeze.layer = record
      emit(.squeeze(squeeze))
      input = signal(.ecu)
    }
    var first = waves.count
    var started: Set<Int> = []
    for tiles in tiling.waves {
      emit(wave: tiles, of: layer, record, tiling.dataflow, input: input, started: &started)
    }
    while first < waves.count {
      wait(.ecu, waves[first].done, count: waves[first].tiles)
      first += 1
    }
    var collect = Collect()
    collect.layer = record
    emit(.collect(collect))
    written(layer.output)
  }

  /// A wave: each run of kernels is loaded once, then its tiles are tuned and fired.
  private mutating func emit(
    wave tiles: [Tile], of layer: Layer, _ record: ID<LayerRecord>, _ dataflow: Dataflow,
    input: ID<Token>?, started: inout Set<Int>
  ) {
    if waves.count >= 2 {
      let freed = waves[waves.count - 2]
      wait(.dma, freed.done, count: freed.tiles)
    }
    // The first wave's loads follow the input's signal on its token: one wait is for both.
    let loaded =
      input.flatMap { started.isEmpty && hasRoom($0, tiles.count) ? $0 : nil } ?? newToken()
    let done = newToken()
    var runs: [Range<Int>: Int] = [:]
    for tile in tiles where runs[tile.kernels] == nil {
      var load = LoadKernels()
      load.layer = record
      load.kernels = UInt32(tile.kernels.lowerBound)..<UInt32(tile.kernels.upperBound)
      load.token = loaded
      emit(.loadKernels(load))
      signals[Int(loaded.index)] += 1
      runs[tile.kernels] = signals[Int(loaded.index)]
    }
    for tile in tiles {
      let unit = Unit.vdu(layer.kind, tile.unit)
      if started.insert(tile.unit).inserted, loaded != input { wait(unit, input) }
      wait(unit, loaded, count: runs[tile.kernels]!)
      emit(tile, on: unit, record, dataflow, done)
      signals[Int(done.index)] += 1
    }
    waves.append((done, tiles.count))
  }

  private mutating func emit(
    _ tile: Tile, on unit: Unit, _ record: ID<LayerRecord>, _ dataflow: Dataflow,
    _ done: ID<Token>
  ) {
    let kernels = UInt32(tile.kernels.lowerBound)..<UInt32(tile.kernels.upperBound)
    let positions = UInt32(tile.positions.lowerBound)..<UInt32(tile.positions.upperBound)
    switch dataflow {
    case .kernel:
      var tune = TuneKernel()
      tune.unit = unit
      tune.layer = record
      tune.kernels = kernels
      emit(.tuneKernel(tune))
      var fire = FirePatch()
      fire.unit = unit
      fire.positions = positions
      fire.token = done
      emit(.firePatch(fire))
    case .patch:
      var tune = TunePatch()
      tune.unit = unit
      tune.layer = record
      tune.positions = positions
      emit(.tunePatch(tune))
      var fire = FireKernel()
      fire.unit = unit
      fire.kernels = kernels
      fire.token = done
      emit(.fireKernel(fire))
    }
  }
}
