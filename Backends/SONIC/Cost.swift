import Graph
import Hardware
import Plan
import Simulation
import Support

/// What an instruction takes on its resource, and what it spends.
struct Charge {
  var duration = Picoseconds.zero
  var energy = Ledger<Component>()
}

/// Time and energy of instructions on a machine; Docs/CostModel.md is this in words.
struct CostModel {
  private let machine: Machine
  /// By kind of VDU, then by dataflow.
  private let timings: [[VDUTiming]]

  init(_ machine: Machine) {
    self.machine = machine
    timings = VDUKind.allCases.map { kind in
      Dataflow.allCases.map { machine.timing(kind, $0) }
    }
  }

  private var devices: Devices { machine.devices }

  /// What elements that stream spend.
  struct Light {
    /// Their converters, and what those take.
    var dac: Component
    var converting: Femtojoules
    /// What their VCSELs take.
    var shining: Femtojoules
  }

  /// What elements spend that stream past what a tile holds, as far as it depends on which are zero.
  ///
  /// - Parameters:
  ///   - lit: the elements that are not zero.
  ///   - streamed: all of them.
  @inline(__always)
  func light(_ lit: Int, of streamed: Int, kind: VDUKind, dataflow: Dataflow) -> Light {
    let pace = timings[Int(kind.rawValue)][Int(dataflow.rawValue)].pace
    let streaming = pace * (devices.gatesDAC ? lit : streamed)
    let dac: Component = dataflow == .kernel ? .activationDAC : .weightDAC
    let power = (dac == .weightDAC ? devices.weightDAC : devices.activationDAC).power
    return Light(
      dac: dac, converting: power.energy(over: streaming),
      shining: devices.vcsel.power.energy(
        devices: devices.gatesVCSEL ? lit : streamed, over: pace))
  }

  /// A tile, but for its light.
  func still(_ firing: Firing, kind: VDUKind, dataflow: Dataflow) -> Charge {
    let timing = timings[Int(kind.rawValue)][Int(dataflow.rawValue)]
    var charge = Charge(duration: firing.busy)
    // A DAC for each element, on both sides: one holds, the other streams.
    let (dac, component): (Device, Component) =
      dataflow == .kernel
      ? (devices.weightDAC, .weightDAC) : (devices.activationDAC, .activationDAC)
    charge.energy[component] = dac.power.energy(over: firing.driven)
    // Every row that vectors stream through has rings of its own, in every arm.
    charge.energy[.tuning] = devices.tuning.power.energy(
      devices: machine.array(kind).rows * devices.arms, over: firing.driven)
    charge.energy[.photodetector] = devices.photodetector.power.energy(
      devices: firing.vectors * devices.arms, over: timing.pace)
    charge.energy[.tia] = devices.tia.power.energy(devices: firing.vectors, over: timing.pace)
    charge.energy[.adc] = devices.adc.power.energy(devices: firing.vectors, over: timing.pace)
    charge.energy[.accumulation] = machine.control.accumulate.energy(events: firing.vectors)
    // Codes and partial sums: two bytes an element streamed, four bytes read and written a vector.
    charge.energy[.localMemory] = machine.memory.local.energy.energy(
      events: 2 * firing.streamed + 8 * firing.vectors)
    let read = dataflow == .kernel ? firing.held : firing.streamed
    charge.energy[.parameterMemory] = machine.memory.parameters.energy.energy(events: 2 * read)
    charge.energy[.sram] = machine.memory.sram.energy.energy(events: 2 * firing.fetched)
    return charge
  }

  /// A transfer between main memory and another: bytes move once through each.
  func transfer(bytes: Int, to memory: Component) -> Charge {
    var charge = Charge(duration: machine.memory.dram.time(bytes: bytes))
    charge.energy[.dram] = machine.memory.dram.energy.energy(events: bytes)
    let level = memory == .parameterMemory ? machine.memory.parameters : machine.memory.sram
    charge.energy[memory] = level.energy.energy(events: bytes)
    return charge
  }

  /// Work on the control unit that reads and writes `bytes` of SRAM.
  func control(_ work: Work, bytes: Int) -> Charge {
    let unit = machine.control
    let operations =
      work.adds + work.multiplies + work.divides + work.compares + work.functions
      + work.moves
    let compute = unit.period * ((operations + unit.lanes - 1) / unit.lanes)
    var charge = Charge(duration: max(compute, machine.memory.sram.time(bytes: bytes)))
    charge.energy[.control] =
      unit.add.energy(events: work.adds) + unit.multiply.energy(events: work.multiplies)
      + unit.divide.energy(events: work.divides) + unit.compare.energy(events: work.compares)
      + unit.function.energy(events: work.functions)
    charge.energy[.sram] = machine.memory.sram.energy.energy(events: bytes)
    return charge
  }

  /// `squeeze`: every element of every patch is read and compared, if zeros are dropped at all.
  func squeeze(_ geometry: Geometry) -> Charge {
    guard machine.control.dropsZeros else { return Charge() }
    let elements = geometry.positions * geometry.groups * geometry.patch
    return control(Work(compares: elements), bytes: 2 * elements)
  }

  /// `collect`: a multiplication, an addition and two bounds for each output.
  func collect(_ geometry: Geometry) -> Charge {
    let outputs = geometry.outputCount
    return control(
      Work(adds: outputs, multiplies: outputs, compares: 2 * outputs), bytes: 2 * outputs)
  }

  /// What the accelerator draws however busy it is, over a whole run.
  func standing(over time: Picoseconds) -> Ledger<Component> {
    var ledger = Ledger<Component>()
    ledger[.thermalHold] = devices.thermalHold.energy(devices: machine.microrings, over: time)
    ledger[.idle] = machine.control.power.energy(over: time)
    return ledger
  }
}
