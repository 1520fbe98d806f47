import Graph
import Hardware
import Plan
import Support

/// Walks the instructions in program order and checks the laws about them that ``Verifier`` lists.
struct StreamVerifier {
  private let program: Program
  var diagnostics = Diagnostics()
  private var isWritten: [Bool]
  private var signals: [Int]
  /// The layer that is being tuned and fired, with what is known of its progress.
  private var open: Progress?
  private var isCollected: [Bool]
  private var isOperated: [Bool]
  /// What each unit holds.
  private var tuned: [Unit: Tuned] = [:]
  /// Kernels loaded, by layer.
  private var isLoaded: [ID<LayerRecord>: [Bool]] = [:]

  private struct Progress {
    var layer: ID<LayerRecord>
    /// For each kernel, the positions done.
    var done: [Int]
  }

  private enum Tuned {
    case kernels(ID<LayerRecord>, Range<Int>)
    case positions(ID<LayerRecord>, Range<Int>)
  }

  init(_ program: Program) {
    self.program = program
    isWritten = program.buffers.elements.map { $0.constant != nil }
    for input in program.header.inputs { isWritten[Int(input.index)] = true }
    signals = [Int](repeating: 0, count: Int(program.header.tokens))
    isCollected = program.layers.elements.map { _ in false }
    isOperated = program.operations.elements.map { _ in false }
  }

  mutating func verify() {
    let count = program.instructions.count
    for (index, instruction) in program.instructions.enumerated() {
      guard let problem = check(instruction, isLast: index == count - 1) else { continue }
      diagnostics.error(
        at: Place(.named("instruction \(index) at byte \(16 * index) of .text")), problem)
      return
    }
    if case .halt? = program.instructions.last {
    } else {
      diagnostics.error(at: Place(.named("program")), "it does not end with halt")
    }
    if let open {
      diagnostics.error(at: Place(.named("program")), "l\(open.layer.index) is never collected")
    }
    for output in program.header.outputs where !isWritten[Int(output.index)] {
      diagnostics.error(at: Place(.named("program")), "output b\(output.index) is never written")
    }
    var last = 0
    for step in program.steps {
      let range = step.instructions
      guard range.lowerBound >= last, range.upperBound <= count,
        step.layer.map({ Int($0.index) < program.layers.count }) ?? true,
        step.operation.map({ Int($0.index) < program.operations.count }) ?? true,
        step.layer == nil || step.operation == nil
      else {
        diagnostics.error(at: Place(.named("steps")), "a step lies outside the program")
        return
      }
      last = Int(range.upperBound)
    }
  }

  /// What is wrong with an instruction where it stands; nil if nothing is.
  private mutating func check(_ instruction: SONICInstruction, isLast: Bool) -> String? {
    switch instruction {
    case .halt: isLast ? nil : "halt is not the last instruction"
    case .loadKernels(let i): load(i) ?? signal(i.token)
    case .loadBuffer(let i): read(i.buffer)
    case .loadPicked(let i): lookUp(i.operation)
    case .storeBuffer(let i): read(i.buffer)
    case .tuneKernel(let i): tune(i)
    case .tunePatch(let i): tune(i)
    case .firePatch(let i): fire(i) ?? signal(i.token)
    case .fireKernel(let i): fire(i) ?? signal(i.token)
    case .squeeze(let i): squeeze(i)
    case .collect(let i): collect(i.layer)
    case .operate(let i): operate(i.operation)
    case .signal(let i): exists(i.unit) ?? signal(i.token)
    case .wait(let i): wait(i)
    }
  }

  // MARK: References

  private func exists(_ layer: ID<LayerRecord>) -> String? {
    Int(layer.index) < program.layers.count ? nil : "there is no layer l\(layer.index)"
  }

  private func exists(_ unit: Unit) -> String? {
    let count =
      switch unit.resource {
      case .dma, .ecu: 1
      case .conv: program.machine.conv.units
      case .fc: program.machine.fc.units
      }
    return Int(unit.number) < count ? nil : "there is no \(unit.resource) \(unit.number)"
  }

  private func contains(_ range: Range<UInt32>, below count: Int, _ what: String) -> String? {
    !range.isEmpty && Int(range.upperBound) <= count
      ? nil : "\(what): found \(range), expected a range within 0..<\(count)"
  }

  private func read(_ buffer: ID<BufferRecord>) -> String? {
    guard Int(buffer.index) < program.buffers.count else {
      return "there is no buffer b\(buffer.index)"
    }
    return isWritten[Int(buffer.index)] ? nil : "b\(buffer.index) is read before it is written"
  }

  private mutating func write(_ buffer: ID<BufferRecord>) -> String? {
    if isWritten[Int(buffer.index)] { return "b\(buffer.index) is written twice" }
    isWritten[Int(buffer.index)] = true
    return nil
  }

  // MARK: Layers

  private mutating func load(_ i: LoadKernels) -> String? {
    if let problem = exists(i.layer) { return problem }
    let count = program.layers[i.layer].geometry.allKernels
    if let problem = contains(i.kernels, below: count, "kernels")
      ?? program.layers[i.layer].weightSource.flatMap(read)
    {
      return problem
    }
    let kernels = Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound)
    var isLoaded = isLoaded.removeValue(forKey: i.layer) ?? [Bool](repeating: false, count: count)
    for kernel in kernels {
      if isLoaded[kernel] { return "kernel k\(kernel) is loaded already" }
      isLoaded[kernel] = true
    }
    self.isLoaded[i.layer] = isLoaded
    return nil
  }

  /// Opens a layer for tuning, or checks that it is the open one.
  private mutating func begin(_ layer: ID<LayerRecord>, _ unit: Unit, _ dataflow: Dataflow)
    -> String?
  {
    if let problem = exists(layer) ?? exists(unit) { return problem }
    let (kind, held) = (program.layers[layer].kind, program.layers[layer].dataflow)
    guard unit.resource == (kind == .conv ? .conv : .fc) else {
      return "l\(layer.index) is for VDUs of kind \(kind.name)"
    }
    guard held == dataflow else { return "l\(layer.index) keeps \(held.name)s on the rings" }
    if let open, open.layer != layer { return "l\(open.layer.index) is not collected yet" }
    if isCollected[Int(layer.index)] { return "l\(layer.index) is collected already" }
    if open == nil {
      if let problem = read(program.layers[layer].input) { return problem }
      let kernels = program.layers[layer].geometry.allKernels
      open = Progress(layer: layer, done: [Int](repeating: 0, count: kernels))
    }
    return nil
  }

  private mutating func tune(_ i: TuneKernel) -> String? {
    if let problem = begin(i.layer, i.unit, .kernel) { return problem }
    let count = program.layers[i.layer].geometry.allKernels
    if let problem = contains(i.kernels, below: count, "kernels") { return problem }
    tuned[i.unit] = .kernels(i.layer, Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound))
    return nil
  }

  private mutating func tune(_ i: TunePatch) -> String? {
    if let problem = begin(i.layer, i.unit, .patch) { return problem }
    let count = program.layers[i.layer].geometry.positions
    if let problem = contains(i.positions, below: count, "positions") { return problem }
    tuned[i.unit] = .positions(i.layer, Int(i.positions.lowerBound)..<Int(i.positions.upperBound))
    return nil
  }

  private mutating func fire(_ i: FirePatch) -> String? {
    guard case .kernels(let layer, let kernels)? = tuned[i.unit], open?.layer == layer else {
      return "no kernels of an open layer are held by \(i.unit.resource) \(i.unit.number)"
    }
    let count = program.layers[layer].geometry.positions
    if let problem = contains(i.positions, below: count, "positions") { return problem }
    return cover(kernels, Int(i.positions.lowerBound)..<Int(i.positions.upperBound))
  }

  private mutating func fire(_ i: FireKernel) -> String? {
    guard case .positions(let layer, let positions)? = tuned[i.unit], open?.layer == layer else {
      return "no patches of an open layer are held by \(i.unit.resource) \(i.unit.number)"
    }
    let count = program.layers[layer].geometry.allKernels
    if let problem = contains(i.kernels, below: count, "kernels") { return problem }
    return cover(Int(i.kernels.lowerBound)..<Int(i.kernels.upperBound), positions)
  }

  /// Marks a tile as done. The total cost over a program is at most a layer's kernels times its
  /// positions, since each call moves every kernel of the tile on.
  private mutating func cover(_ kernels: Range<Int>, _ positions: Range<Int>) -> String? {
    let loaded = isLoaded[open!.layer]
    for kernel in kernels {
      guard loaded?[kernel] == true else { return "kernel k\(kernel) is not loaded" }
      guard open!.done[kernel] == positions.lowerBound else {
        return "kernel k\(kernel) is at position \(open!.done[kernel]), found \(positions)"
      }
      open!.done[kernel] = positions.upperBound
    }
    return nil
  }

  private func squeeze(_ i: Squeeze) -> String? {
    if let problem = exists(i.layer) { return problem }
    return read(program.layers[i.layer].input)
  }

  private mutating func collect(_ layer: ID<LayerRecord>) -> String? {
    if let problem = exists(layer) { return problem }
    let record = program.layers[layer]
    guard let progress = open, progress.layer == layer else {
      return "l\(layer.index) has not been fired"
    }
    if let kernel = progress.done.firstIndex(where: { $0 != record.geometry.positions }) {
      return "kernel k\(kernel) has \(progress.done[kernel]) of \(record.geometry.positions) "
        + "positions"
    }
    open = nil
    isCollected[Int(layer.index)] = true
    return write(record.output)
  }

  // MARK: Operations and tokens

  private func lookUp(_ id: ID<OperationRecord>) -> String? {
    guard Int(id.index) < program.operations.count else {
      return "there is no operation e\(id.index)"
    }
    let record = program.operations[id]
    guard Operator.named(record.op)?.isLookup ?? false else {
      return "e\(id.index) is \(record.op), which looks nothing up"
    }
    return record.inputs.lazy.compactMap { $0 }.compactMap(read).first
  }

  private mutating func operate(_ id: ID<OperationRecord>) -> String? {
    guard Int(id.index) < program.operations.count else {
      return "there is no operation e\(id.index)"
    }
    let record = program.operations[id]
    if isOperated[Int(id.index)] { return "e\(id.index) runs a second time" }
    isOperated[Int(id.index)] = true
    for input in record.inputs.compactMap({ $0 }) {
      if let problem = read(input) { return problem }
    }
    for output in record.outputs.compactMap({ $0 }) {
      if let problem = write(output) { return problem }
    }
    return nil
  }

  private mutating func signal(_ token: ID<Token>) -> String? {
    guard Int(token.index) < signals.count else { return "there is no token t\(token.index)" }
    signals[Int(token.index)] += 1
    return nil
  }

  private func wait(_ i: Wait) -> String? {
    if let problem = exists(i.unit) { return problem }
    guard Int(i.token.index) < signals.count else { return "there is no token t\(i.token.index)" }
    let given = signals[Int(i.token.index)]
    return given >= Int(i.count)
      ? nil : "t\(i.token.index) has \(given) signals before this, expected \(i.count)"
  }
}
