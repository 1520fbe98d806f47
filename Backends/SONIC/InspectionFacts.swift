import Tensor
import Graph
import Hardware
import ISA
import Plan
import Simulation
public import Support

extension Inspection {
  /// Looks into a program and estimates one sample.
  ///
  /// - Parameters:
  ///   - runnable: the program.
  ///   - instructions: whether to list them.
  public init(_ runnable: Runnable, instructions: Bool = false) {
    self.init(runnable, Execution.estimate(runnable), .expected, instructions: instructions)
  }

  /// Looks into a program and what one sample took.
  ///
  /// - Parameters:
  ///   - runnable: the program.
  ///   - account: of the sample.
  ///   - counts: whether it was run or estimated.
  ///   - instructions: whether to list them.
  public init(
    _ runnable: Runnable, _ account: Account, _ counts: Report.Basis.Counts,
    instructions: Bool = false
  ) {
    let program = runnable.program
    let report = Report(runnable.outline, account, counts, samples: 1)
    self.counts = counts
    machine = Hardware(program.machine)
    memory = Memory(runnable)
    schedule = Schedule(program, account)
    steps = []
    // Events and steps both ascend by instruction.
    var events = account.events[...]
    for (record, estimate) in zip(program.steps, report.steps) {
      let range = record.instructions
      events = events.drop { $0.instruction < range.lowerBound }
      let own = events.prefix { $0.instruction < range.upperBound }
      steps.append(Step(runnable, record, estimate, events: own))
    }
    self.program = Facts(program, steps)
    if instructions {
      self.instructions = program.instructions.map {
        String(SONICInstruction.print([$0]).dropLast())
      }
    }
  }

  /// Leaves only the steps of this name.
  ///
  /// - Throws: exit code 65 if there is none.
  public mutating func select(_ name: String) throws(Failure) {
    steps = try self.steps(named: name).map { steps[$0] }
  }

  /// The positions of the steps of this name.
  ///
  /// - Throws: exit code 65 if there is none.
  func steps(named name: String) throws(Failure) -> [Int] {
    let selected = steps.indices.filter { steps[$0].name == name }
    guard !selected.isEmpty else {
      let near = name.nearNames(in: steps.map(\.name)).map(\.quoted).joined(separator: ", ")
      throw .data(
        "found no layer or operation \(name.quoted)" + (near.isEmpty ? "" : "; near it: \(near)"))
    }
    return selected
  }
}

extension Inspection.Facts {
  fileprivate init(_ program: Program, _ steps: [Inspection.Step]) {
    let header = program.header
    model = header.model
    modelHash = header.modelHash
    compiler = header.compiler
    format = Int(header.format)
    isBatchOpen = header.isBatchOpen
    inputs = header.inputs.map { Int($0.index) }
    outputs = header.outputs.map { Int($0.index) }
    layers = program.layers.count
    operations = program.operations.count
    instructions = program.instructions.count
    tokens = Int(header.tokens)
    weights = steps.reduce(0) { $0 + $1.estimate.weights }
    survivors = steps.reduce(0) { $0 + $1.estimate.survivors }
  }
}

extension Inspection.Hardware {
  fileprivate init(_ machine: Machine) {
    func vdus(_ array: VDUArray) -> VDUs {
      VDUs(units: array.units, length: array.length, rows: array.rows, banks: array.banks)
    }
    name = machine.name
    summary = machine.summary
    conv = vdus(machine.conv)
    fc = vdus(machine.fc)
  }
}

extension Inspection.Memory {
  fileprivate init(_ runnable: Runnable) {
    let program = runnable.program
    let sizes = program.machine.memory
    buffers = program.buffers.ids.map { id in
      let record = program.buffers[id]
      let shape = runnable.type(id).shape
      return Inspection.Buffer(
        name: record.name, element: record.element.keyword, shape: shape.sizes,
        bytes: record.bytes(shape), fraction: record.fraction.map { Int($0) },
        density: Double(record.density), sramAddress: record.address.map { Int($0) },
        isConstant: record.constant != nil)
    }
    sramPeakBytes = buffers.reduce(0) { peak, buffer in
      max(peak, buffer.sramAddress.map { $0 + buffer.bytes } ?? 0)
    }
    sramCapacityBytes = sizes.sram.capacity
    dramBufferBytes = buffers.reduce(0) {
      $0 + ($1.sramAddress == nil && !$1.isConstant ? $1.bytes : 0)
    }
    dramCapacityBytes = sizes.dram.capacity
    weightBytes = program.weights.count
    kernelBytes = program.kernels.count * KernelRecord.size
    constantBytes = program.constants.count
    instructionBytes = program.instructions.count * SONICInstruction.size
  }
}

extension Inspection.Step {
  fileprivate init(
    _ runnable: Runnable, _ record: StepRecord, _ estimate: Report.Step,
    events: ArraySlice<Account.Event>
  ) {
    let program = runnable.program
    name = estimate.name
    inputs = []
    outputs = []
    attributes = []
    if let id = record.layer {
      inputs = [Int(program.layers[id].input.index)]
      outputs = [Int(program.layers[id].output.index)]
      layer = Inspection.Layer(runnable, id, record, events: events)
    } else if let id = record.operation {
      let operation = program.operations[id]
      inputs = operation.inputs.map { $0.map { Int($0.index) } }
      outputs = operation.outputs.map { $0.map { Int($0.index) } }
      attributes = operation.attributes.map(\.words)
    }
    firstInstruction = Int(record.instructions.lowerBound)
    instructionCount = record.instructions.count
    self.estimate = estimate
  }
}

extension AttributeRecord {
  /// The attribute as `name=values`, long lists cut.
  fileprivate var words: String {
    let values = ints.map(String.init) + floats.map(\.description) + strings.map(\.quoted)
    let shown = values.prefix(8) + (values.count > 8 ? ["..."] : [])
    return name + "=" + shown.joined(separator: ", ")
  }
}

extension Inspection.Schedule {
  fileprivate init(_ program: Program, _ account: Account) {
    latencyPicoseconds = account.latency.count
    energyFemtojoules = account.energy.total.count
    transferFemtojoules = account.transfers.energy.total.count
    standingFemtojoules = account.standing.total.count
    groups = program.machine.resourceGroups.map { Group($0.name, rows: $0.rows, account) }
  }
}

extension Inspection.Schedule.Group {
  /// - Parameter rows: of the timeline; ``Machine/resourceNames`` says which there are.
  fileprivate init(_ name: String, rows: Range<Int>, _ account: Account) {
    let latency = Double(account.latency.count)
    self.name = name
    units = rows.count
    busyPicoseconds = account.busy[rows].reduce(0) { $0 + $1.count }
    utilization = latency > 0 ? Double(busyPicoseconds) / (latency * Double(units)) : 0
    profile = [Double](repeating: 0, count: Inspection.bins)
    let width = latency / Double(Inspection.bins)
    let last = Inspection.bins - 1
    for event in account.events where rows.contains(event.row) && event.span.duration.count > 0 {
      let (start, end) = (Double(event.span.start.count), Double(event.span.end.count))
      for bin in min(Int(start / width), last)...min(Int(end / width), last) {
        let (from, to) = (Double(bin) * width, Double(bin + 1) * width)
        profile[bin] += max(0, min(end, to) - max(start, from)) / (width * Double(units))
      }
    }
  }
}
