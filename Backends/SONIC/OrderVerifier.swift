import Hardware
import Support

/// Checks the laws of order that ``Verifier`` lists, on instructions that ``StreamVerifier`` has
/// passed. Results do not depend on them, but time does: units that do not wait for what they read
/// would be reported to be done before they could be.
///
/// O(instructions + kernels of all tiles); O(instructions + buffers + kernels) of memory.
struct OrderVerifier {
  private let program: Program
  private(set) var diagnostics = Diagnostics()
  private var order: Order
  private var contents: [Whereabouts]
  /// The instruction that loaded each kernel of the kernel table.
  private var loads: [Int]
  /// The last instruction that squeezed each layer.
  private var squeezes: [Int?]
  /// The last instruction that loaded what an operation looks up.
  private var lookups: [ID<OperationRecord>: Int] = [:]
  /// The layer, and the kernels if those are held, that each VDU was tuned to last.
  private var tuned: [(layer: ID<LayerRecord>, kernels: Range<UInt32>?)?]
  private let rows: UnitRows
  /// The tiles of the layer that is not collected yet.
  private var fires: [Order.Event] = []

  /// What happened last to a buffer's contents.
  private struct Whereabouts {
    /// Came into being on the accelerator.
    var write: Order.Event?
    /// Came to where it can be read from.
    var arrival: Order.Event?
    var isInMainMemory = false
  }

  init(_ program: Program) {
    self.program = program
    order = Order(program.machine, tokens: Int(program.header.tokens))
    contents = program.buffers.elements.map { Whereabouts(isInMainMemory: $0.constant != nil) }
    for input in program.header.inputs { contents[Int(input.index)].isInMainMemory = true }
    rows = UnitRows(program.machine)
    tuned = Array(repeating: nil, count: rows.count)
    loads = [Int](repeating: 0, count: program.kernels.count)
    squeezes = [Int?](repeating: nil, count: program.layers.count)
  }

  mutating func verify() {
    for (index, instruction) in program.instructions.enumerated() {
      guard let problem = check(instruction, index) else { continue }
      diagnostics.error(
        at: Place(.named("instruction \(index) at byte \(16 * index) of .text")), problem)
      return
    }
    for output in program.header.outputs where !contents[Int(output.index)].isInMainMemory {
      diagnostics.error(at: Place(.named("program")), "output b\(output.index) is never stored")
    }
  }

  /// What may happen too early, as an instruction stands; nil if nothing may.
  private mutating func check(_ instruction: SONICInstruction, _ index: Int) -> String? {
    switch instruction {
    case .halt: return nil
    case .signal(let i): order.signal(i.token, from: i.unit, before: index)
    case .wait(let i): order.wait(i)
    case .tuneKernel(let i): tuned[rows[i.unit]] = (i.layer, i.kernels)
    case .tunePatch(let i): tuned[rows[i.unit]] = (i.layer, nil)
    case .loadKernels(let i):
      // The DMA does one thing after the other: what it has stored is there.
      if let source = program.layers[i.layer].weightSource,
        !contents[Int(source.index)].isInMainMemory
      {
        return "kernels of l\(i.layer.index) are loaded before b\(source.index) is stored"
      }
      for kernel in table(i.kernels, of: i.layer) { loads[kernel] = index }
      order.signal(i.token, from: .dma, before: index + 1)
    case .loadBuffer(let i): return load(i.buffer, index)
    case .loadPicked(let i): return lookUp(i.operation, index)
    case .storeBuffer(let i): return store(i.buffer)
    case .firePatch(let i):
      return fire(i.unit, tuned[rows[i.unit]]?.kernels ?? 0..<0, i.token, index)
    case .fireKernel(let i): return fire(i.unit, i.kernels, i.token, index)
    case .squeeze(let i):
      squeezes[Int(i.layer.index)] = index
      return read(program.layers[i.layer].input, by: .ecu)
    case .collect(let i): return collect(i.layer, index)
    case .operate(let i): return operate(i.operation, index)
    }
    return nil
  }

  /// Says that `what` may happen, unless `event` happens before what `unit` is handed next.
  private func after(_ event: Order.Event, _ unit: Unit, _ what: @autoclosure () -> String)
    -> String?
  {
    order.precedes(event, unit)
      ? nil
      : "\(what()): \(unit.name) waits for no signal of \(event.unit.name) after instruction "
        + "\(event.index)"
  }

  // MARK: Buffers

  private mutating func load(_ buffer: ID<BufferRecord>, _ index: Int) -> String? {
    guard contents[Int(buffer.index)].isInMainMemory else {
      return "b\(buffer.index) is loaded before it is stored"
    }
    contents[Int(buffer.index)].arrival = Order.Event(unit: .dma, index: index)
    return nil
  }

  /// Indices must be there before the DMA can follow them.
  private mutating func lookUp(_ id: ID<OperationRecord>, _ index: Int) -> String? {
    let inputs = program.operations[id].inputs
    if let table = inputs[0], !contents[Int(table.index)].isInMainMemory {
      return "b\(table.index) is looked up before it is stored"
    }
    lookups[id] = index
    for input in inputs.dropFirst().compactMap({ $0 }) {
      if let problem = read(input, by: .dma) { return problem }
    }
    return nil
  }

  private mutating func store(_ buffer: ID<BufferRecord>) -> String? {
    let found = contents[Int(buffer.index)]
    guard let event = found.write ?? found.arrival else {
      return "b\(buffer.index) is stored before it is loaded"
    }
    contents[Int(buffer.index)].isInMainMemory = true
    return after(event, .dma, "b\(buffer.index) may be stored before it is written")
  }

  private func read(_ buffer: ID<BufferRecord>, by unit: Unit) -> String? {
    guard let event = contents[Int(buffer.index)].arrival else {
      return "b\(buffer.index) is read before it is loaded"
    }
    let arrives = event.unit == .dma ? "loaded" : "written"
    return after(event, unit, "b\(buffer.index) may be read before it is \(arrives)")
  }

  private mutating func write(_ buffer: ID<BufferRecord>, _ index: Int) {
    let event = Order.Event(unit: .ecu, index: index)
    contents[Int(buffer.index)].write = event
    if program.buffers[buffer].address != nil { contents[Int(buffer.index)].arrival = event }
  }

  // MARK: Layers and operations

  /// Where kernels of a layer are in the kernel table.
  private func table(_ kernels: Range<UInt32>, of layer: ID<LayerRecord>) -> Range<Int> {
    let first = Int(program.layers[layer].firstKernel)
    return first + Int(kernels.lowerBound)..<first + Int(kernels.upperBound)
  }

  /// A tile, with the kernels that it takes.
  private mutating func fire(
    _ unit: Unit, _ kernels: Range<UInt32>, _ token: ID<Token>, _ index: Int
  ) -> String? {
    order.signal(token, from: unit, before: index + 1)
    guard let layer = tuned[rows[unit]]?.layer else { return nil }
    fires.append(Order.Event(unit: unit, index: index))
    if let problem = readActivations(of: layer, by: unit) { return problem }
    guard let load = loads[table(kernels, of: layer)].max() else { return nil }
    return after(
      Order.Event(unit: .dma, index: load), unit,
      "kernels \(kernels) of l\(layer.index) may be fired before they are loaded")
  }

  private func readActivations(of layer: ID<LayerRecord>, by unit: Unit) -> String? {
    if program.layers[layer].dataflow == .kernel {
      return read(program.layers[layer].input, by: unit)
    }
    guard let squeeze = squeezes[Int(layer.index)] else {
      return "l\(layer.index) is fired before it is squeezed"
    }
    return after(
      Order.Event(unit: .ecu, index: squeeze), unit,
      "l\(layer.index) may be fired before it is squeezed")
  }

  private mutating func collect(_ layer: ID<LayerRecord>, _ index: Int) -> String? {
    for fire in fires {
      let problem = after(fire, .ecu, "l\(layer.index) may be collected before it is fired")
      if let problem { return problem }
    }
    fires.removeAll(keepingCapacity: true)
    write(program.layers[layer].output, index)
    return nil
  }

  private mutating func operate(_ id: ID<OperationRecord>, _ index: Int) -> String? {
    let record = program.operations[id]
    var inputs = record.inputs
    if let lookup = lookups[id] {
      inputs[0] = nil
      let event = Order.Event(unit: .dma, index: lookup)
      let problem = after(event, .ecu, "e\(id.index) may run before what it looks up is loaded")
      if let problem { return problem }
    }
    for input in inputs.compactMap({ $0 }) {
      if let problem = read(input, by: .ecu) { return problem }
    }
    for output in record.outputs.compactMap({ $0 }) { write(output, index) }
    return nil
  }
}

extension Unit {
  /// `dma`, `ecu`, `conv 4`.
  fileprivate var name: String {
    switch resource {
    case .dma, .ecu: "\(resource)"
    case .conv, .fc: "\(resource) \(number)"
    }
  }
}
