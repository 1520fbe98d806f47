import Graph
import Hardware
import OrderedCollections
import Plan
import Simulation
import Support

/// What each instruction of a program does to time and energy, as far as no value decides that: found
/// once, and shared by all samples.
final class Tariff: Sendable {
  /// An instruction that takes time, or that somebody waits for. Small, as all of them are read for each
  /// sample.
  struct Entry: Sendable {
    var instruction: Int32
    var deed: Deed
  }

  /// What an instruction does.
  enum Deed: Sendable {
    case signal(token: Int32, row: Int32)
    case wait(token: Int32, count: Int32, row: Int32)
    /// Which of ``works``.
    case work(Int32)
    /// Which of ``fires``.
    case fire(Int32)
  }

  /// A transfer, or work of the control unit.
  struct Work: Sendable {
    var row: Int
    /// The step that it belongs to, if any; see ``Account/steps``.
    var step: Int?
    var duration: Picoseconds
    var energy: Femtojoules
    /// What is signalled at its end.
    var token: Int?
  }

  /// A tile, whose cost depends on what it makes a VDU do.
  struct Fire: Sendable {
    var kind: VDUKind
    var dataflow: Dataflow
    var row: Int32
    var step: Int32?
    var token: Int32
    /// Which of ``knowns`` it is, if its stretch is known.
    var known: Int32
  }

  /// What a tile of known kernels makes a VDU do as long as they stay on the rings: all but how many
  /// VCSELs are lit. It is ``base``'s as well.
  struct Known: Hashable, Sendable {
    var imprints: Int
    var streamed: Int
    var busy: Picoseconds
    var streaming: Picoseconds
    var draining: Picoseconds
    var energy: Femtojoules
  }

  /// What a program does up to the end of a layer, since the layer before.
  struct Stretch: Sendable {
    /// Of ``entries``.
    var entries: Range<Int>
    /// Of ``fires``: the layer's tiles.
    var fires: Range<Int>
    /// Whether the tiles are among ``knowns``.
    var isKnown: Bool
  }

  /// In the order of the program.
  let entries: [Entry]
  /// Layer by layer, in the order of the program.
  let stretches: [Stretch]
  let works: [Work]
  let fires: [Fire]
  /// Of ``fires``.
  let tiles: [Tile]
  /// Most tiles of a layer are alike.
  let knowns: [Known]
  /// How many instructions take a resource.
  var events: Int { works.count + fires.count }
  let model: CostModel
  /// All that is spent whatever the sample, and the time that it takes of resources.
  let base: Account
  /// Before anything has happened.
  let timeline: Timeline

  /// O(instructions + kernels loaded).
  init(_ outline: Outline) {
    var maker = TariffMaker(outline)
    let instructions = outline.program.instructions
    for (index, instruction) in instructions.enumerated() { maker.take(index, instruction) }
    (entries, stretches) = (maker.entries, maker.stretches)
    (works, fires, tiles) = (maker.works, maker.fires, maker.tiles)
    knowns = maker.knowns.elements
    model = maker.model
    base = maker.base
    timeline = Timeline(resources: maker.rows.count, signals: outline.program.signalCounts)
  }
}

/// Goes through a program once.
private struct TariffMaker {
  let outline: Outline
  let model: CostModel
  let rows: UnitRows
  var base: Account
  var entries: [Tariff.Entry] = []
  var stretches: [Tariff.Stretch] = []
  var works: [Tariff.Work] = []
  var fires: [Tariff.Fire] = []
  var tiles: [Tile] = []
  var knowns: OrderedSet<Tariff.Known> = []
  private var held: HeldVectors
  /// By the row of a VDU, the layer that it was last tuned for.
  private var layers: [ID<LayerRecord>]
  private var shapes: [LayerShape?]
  /// The step that instructions now belong to, or the next one.
  private var step = 0

  private var program: Program { outline.program }

  init(_ outline: Outline) {
    self.outline = outline
    let machine = outline.program.machine
    model = CostModel(machine)
    rows = UnitRows(machine)
    base = Account(outline.program)
    held = HeldVectors(machine)
    layers = [ID<LayerRecord>](repeating: ID(0), count: rows.count)
    shapes = [LayerShape?](repeating: nil, count: outline.program.layers.count)
  }

  mutating func take(_ index: Int, _ instruction: SONICInstruction) {
    if let deed = deed(index, instruction) {
      entries.append(Tariff.Entry(instruction: Int32(index), deed: deed))
    }
    guard case .collect(let i) = instruction else { return }
    let last = stretches.last
    stretches.append(
      Tariff.Stretch(
        entries: (last?.entries.upperBound ?? 0)..<entries.count,
        fires: (last?.fires.upperBound ?? 0)..<fires.count, isKnown: isKnown(i.layer)))
  }

  /// Whether no value of a sample decides what a layer's tiles make VDUs do, but for their light.
  private func isKnown(_ layer: ID<LayerRecord>) -> Bool {
    program.layers[layer].dataflow == .kernel && program.layers[layer].weightSource == nil
  }

  private mutating func deed(_ index: Int, _ instruction: SONICInstruction) -> Tariff.Deed? {
    let tile = held.tile(instruction)
    let step = stepIndex(index)
    switch instruction {
    case .halt: return nil
    case .tuneKernel(let i):
      layers[rows[i.unit]] = i.layer
      return nil
    case .tunePatch(let i):
      layers[rows[i.unit]] = i.layer
      return nil
    case .signal(let i):
      return .signal(token: Int32(i.token.index), row: Int32(rows[i.unit]))
    case .wait(let i):
      return .wait(
        token: Int32(i.token.index), count: Int32(i.count), row: Int32(rows[i.unit]))
    case .loadKernels(let i):
      let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
      let bytes = program.parameterBytes(i.layer, kernels)
      return transfer(bytes, to: .parameterMemory, step, token: Int(i.token.index))
    case .loadBuffer(let i): return transfer(outline.bytes(i.buffer), to: .sram, step)
    case .loadPicked(let i): return transfer(outline.picked(i.operation), to: .sram, step)
    case .storeBuffer(let i): return transfer(outline.bytes(i.buffer), to: .sram, step)
    case .firePatch(let i): return fire(tile!, i.unit, .kernel, step, i.token)
    case .fireKernel(let i): return fire(tile!, i.unit, .patch, step, i.token)
    case .squeeze(let i): return work(model.squeeze(program.layers[i.layer].geometry), .ecu, step)
    case .collect(let i): return work(model.collect(program.layers[i.layer].geometry), .ecu, step)
    case .operate(let i):
      let work = outline.operations[Int(i.operation.index)].work
      return self.work(model.control(work, bytes: outline.traffic(i.operation)), .ecu, step)
    }
  }

  /// The step that an instruction belongs to; nil before the first and after the last.
  private mutating func stepIndex(_ index: Int) -> Int? {
    while step < program.steps.count, Int(program.steps[step].instructions.upperBound) <= index {
      step += 1
    }
    guard step < program.steps.count, program.steps[step].instructions.contains(UInt32(index))
    else { return nil }
    return step
  }

  private mutating func transfer(
    _ bytes: Int, to memory: Component, _ step: Int?, token: Int? = nil
  ) -> Tariff.Deed {
    base.add(traffic: bytes, toStep: step)
    return work(model.transfer(bytes: bytes, to: memory), .dma, step, token: token)
  }

  private mutating func work(
    _ charge: Charge, _ unit: Unit, _ step: Int?, token: Int? = nil
  ) -> Tariff.Deed {
    base.add(charge, row: rows[unit], toStep: step)
    works.append(
      Tariff.Work(
        row: rows[unit], step: step, duration: charge.duration, energy: charge.energy.total,
        token: token))
    return .work(Int32(works.count - 1))
  }

  private mutating func fire(
    _ tile: Tile, _ unit: Unit, _ dataflow: Dataflow, _ step: Int?, _ token: ID<Token>
  ) -> Tariff.Deed {
    let row = rows[unit]
    var fire = Tariff.Fire(
      kind: unit.resource == .fc ? .fc : .conv, dataflow: dataflow, row: Int32(row),
      step: step.map { Int32($0) }, token: Int32(token.index), known: 0)
    let layer = layers[row]
    if isKnown(layer) { fire.known = known(fire, tile, shape(of: layer)) }
    fires.append(fire)
    tiles.append(tile)
    return .fire(Int32(fires.count - 1))
  }

  private mutating func shape(of layer: ID<LayerRecord>) -> LayerShape {
    let shape = shapes[Int(layer.index)] ?? LayerShape(outline, layer)
    shapes[Int(layer.index)] = shape
    return shape
  }

  private mutating func known(
    _ fire: Tariff.Fire, _ tile: Tile, _ shape: LayerShape
  ) -> Int32 {
    let firing = shape.kernelFiring(kernels: tile.kernels, positions: tile.positions.count)
    let charge = model.still(firing, kind: fire.kind, dataflow: fire.dataflow)
    let step = fire.step.map { Int($0) }
    base.add(firing, toStep: step)
    base.add(charge, row: Int(fire.row), toStep: step)
    let known = Tariff.Known(
      imprints: firing.imprints, streamed: firing.streamed, busy: charge.duration,
      streaming: firing.streaming, draining: firing.draining, energy: charge.energy.total)
    return Int32(knowns.append(known).index)
  }
}

extension Program {
  /// How many signals each token is given.
  var signalCounts: [Int] {
    var counts = [Int](repeating: 0, count: Int(header.tokens))
    for instruction in instructions {
      if let given = instruction.given { counts[Int(given.token.index)] += 1 }
    }
    return counts
  }
}

extension Outline {
  /// The bytes that a buffer holds of one sample.
  func bytes(_ id: ID<BufferRecord>) -> Int {
    program.buffers[id].bytes(type(id).shape)
  }

  /// The bytes that a lookup reads of its table: as many elements as its output has.
  fileprivate func picked(_ id: ID<OperationRecord>) -> Int {
    let record = program.operations[id]
    guard let table = record.inputs[0], let output = record.outputs[0] else { return 0 }
    return program.buffers[table].bytes(type(output).shape)
  }

  /// The bytes of SRAM that an operation reads and writes: none where nothing need move.
  fileprivate func traffic(_ id: ID<OperationRecord>) -> Int {
    let op = operations[Int(id.index)].op
    guard !op.isView else { return 0 }
    let record = program.operations[id]
    let whole = op.isLookup ? record.inputs.dropFirst() : record.inputs[...]
    let read = op.isLookup ? picked(id) : 0
    return (whole + record.outputs).compactMap { $0 }.reduce(read) { $0 + bytes($1) }
  }
}
