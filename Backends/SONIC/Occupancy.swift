import Hardware
import Plan
import Simulation
import Support

/// What memories hold in the course of a run, in bytes.
struct Occupancy {
  /// Of the SRAM: buffers with an address there, each from the start of the first instruction that
  /// touches it, which writes it, to the end of the last.
  private(set) var sram = Course()
  /// Of the parameter memory: runs of kernels, each from the start of their `load.kernels` to the end
  /// of the last `fire` that takes one of them from there.
  private(set) var parameters = Course()

  /// O(instructions + kernels of all tiles).
  ///
  /// - Parameter events: of all instructions that take a resource, in program order.
  init(_ outline: Outline, _ events: [Account.Event]) {
    var uses = Uses(outline.program)
    for (index, instruction) in outline.program.instructions.enumerated() {
      uses.take(index, instruction, events)
    }
    for (id, span) in zip(outline.program.buffers.ids, uses.buffers) {
      if let span { sram.add(Double(outline.bytes(id)), during: span) }
    }
    for load in uses.loads { parameters.add(Double(load.bytes), during: load.span) }
  }
}

/// From when to when what a program puts into memories is used.
private struct Uses {
  private let program: Program
  private let rows: UnitRows
  /// By buffer; nil where none in the SRAM is touched.
  private(set) var buffers: [Timeline.Span?]
  private(set) var loads: [(bytes: Int, span: Timeline.Span)] = []
  /// The load that brought each kernel of the kernel table last.
  private var loadOfKernel: [Int?]
  private var held: HeldVectors
  /// By the row of a VDU, the layer that it was tuned to last.
  private var layers: [ID<LayerRecord>?]
  /// The event that comes next.
  private var next = 0

  init(_ program: Program) {
    self.program = program
    rows = UnitRows(program.machine)
    buffers = Array(repeating: nil, count: program.buffers.count)
    loadOfKernel = Array(repeating: nil, count: program.kernels.count)
    held = HeldVectors(program.machine)
    layers = Array(repeating: nil, count: rows.count)
  }

  mutating func take(_ index: Int, _ instruction: SONICInstruction, _ events: [Account.Event]) {
    let tile = held.tile(instruction)
    switch instruction {
    case .tuneKernel(let i): layers[rows[i.unit]] = i.layer
    case .tunePatch(let i): layers[rows[i.unit]] = i.layer
    default: break
    }
    guard next < events.count, events[next].instruction == index else { return }
    let event = events[next]
    next += 1
    switch instruction {
    case .loadBuffer(let i): touch(i.buffer, event.span)
    case .storeBuffer(let i): touch(i.buffer, event.span)
    case .loadPicked(let i):
      for input in program.operations[i.operation].inputs.dropFirst() { touch(input, event.span) }
    case .loadKernels(let i):
      let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
      for kernel in kernels { loadOfKernel[place(kernel, of: i.layer)] = loads.count }
      loads.append((program.parameterBytes(i.layer, kernels), event.span))
    case .squeeze(let i): touch(program.layers[i.layer].input, event.span)
    case .collect(let i): touch(program.layers[i.layer].output, event.span)
    case .operate(let i):
      let operation = program.operations[i.operation]
      for buffer in operation.inputs + operation.outputs { touch(buffer, event.span) }
    default:
      if let tile, let layer = layers[event.row] { fire(tile, of: layer, event.span) }
    }
  }

  private mutating func fire(
    _ tile: Tile, of layer: ID<LayerRecord>, _ span: Timeline.Span
  ) {
    touch(program.layers[layer].input, span)
    for kernel in tile.kernels {
      guard let load = loadOfKernel[place(kernel, of: layer)] else { continue }
      loads[load].span.end = max(loads[load].span.end, span.end)
    }
  }

  private mutating func touch(_ buffer: ID<BufferRecord>?, _ span: Timeline.Span) {
    guard let buffer, program.buffers[buffer].address != nil else { return }
    let life = buffers[Int(buffer.index)] ?? span
    buffers[Int(buffer.index)] = Timeline.Span(
      start: min(life.start, span.start), end: max(life.end, span.end))
  }

  /// Where a kernel of a layer stands in the kernel table.
  private func place(_ kernel: Int, of layer: ID<LayerRecord>) -> Int {
    Int(program.layers[layer].firstKernel) + kernel
  }
}
