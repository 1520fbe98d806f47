import Hardware
import Simulation
import Support

/// A machine that is better in one respect: twice as fast, or with one more.
struct MachineChange {
  /// As one would ask for it.
  let name: String
  let settings: [(path: String, value: String)]

  /// A device of a VDU's pipeline.
  struct Stage: Sendable {
    let name: String
    /// In a machine file, below `devices`.
    let path: String
    let device: any WritableKeyPath<Devices, Device> & Sendable
    let latency: Picoseconds
    let interval: Picoseconds

    fileprivate init(
      _ name: String, _ path: String, _ device: any WritableKeyPath<Devices, Device> & Sendable,
      _ devices: Devices
    ) {
      self.name = name
      self.path = path
      self.device = device
      latency = devices[keyPath: device].latency
      interval = devices[keyPath: device].interval
    }
  }

  /// Makes a machine of it that has those settings; reading a machine file anew for each takes longer than
  /// all else.
  private let apply: @Sendable (inout Machine) -> Void

  /// All that are worth a try on a program.
  static func all(for program: Program) -> [MachineChange] {
    let machine = program.machine
    let pacemakers = pacemakers(of: program)
    var changes: [MachineChange] = []
    if machine.devices.tuning.latency > .zero { changes.append(fasterTuning(machine)) }
    if !pacemakers.isEmpty { changes.append(fasterPace(pacemakers)) }
    if machine.memory.dram.bandwidth > 0 { changes.append(widerMemory(machine)) }
    changes += [strongerControl(machine), shorterConversion(machine)]
    if let change = secondBank(machine) { changes.append(change) }
    return changes
  }

  private static func fasterPace(_ stages: [Stage]) -> MachineChange {
    MachineChange(
      name: "a second " + stages.map(\.name).joined(separator: " and a second ") + " at each VDU",
      settings: stages.map { ("devices.\($0.path).interval", "\(half($0.interval)) ps") }
    ) { machine in
      for stage in stages {
        machine.devices[keyPath: stage.device].interval = Picoseconds(half(stage.interval))
      }
    }
  }

  private static func fasterTuning(_ machine: Machine) -> MachineChange {
    let latency = half(machine.devices.tuning.latency)
    return MachineChange(
      name: "tuning in half the time",
      settings: [("devices.tuning.latency", "\(latency) ps")]
    ) { $0.devices.tuning.latency = Picoseconds(latency) }
  }

  private static func widerMemory(_ machine: Machine) -> MachineChange {
    let bandwidth = 2 * machine.memory.dram.bandwidth
    return MachineChange(
      name: "main memory of twice the bandwidth",
      settings: [("memory.dram.bandwidth", "\(bandwidth) MB/s")]
    ) { $0.memory.dram.bandwidth = bandwidth }
  }

  private static func strongerControl(_ machine: Machine) -> MachineChange {
    let (lanes, bandwidth) = (2 * machine.control.lanes, 2 * machine.memory.sram.bandwidth)
    // An SRAM without a bandwidth keeps up as it is.
    let memory = bandwidth > 0 ? [("memory.sram.bandwidth", "\(bandwidth) MB/s")] : []
    return MachineChange(
      name: "a control unit of twice the lanes, with twice the bandwidth to the SRAM",
      settings: [("control.lanes", "\(lanes)")] + memory
    ) {
      $0.control.lanes = lanes
      $0.memory.sram.bandwidth = bandwidth
    }
  }

  /// Of the stages that every vector goes through, the slowest.
  private static func shorterConversion(_ machine: Machine) -> MachineChange {
    let slowest = stages(of: .kernel, machine.devices).max { $0.latency < $1.latency }!
    let latency = half(slowest.latency)
    return MachineChange(
      name: "half the latency of the \(slowest.name)",
      settings: [("devices.\(slowest.path).latency", "\(latency) ps")]
    ) { $0.devices[keyPath: slowest.device].latency = Picoseconds(latency) }
  }

  /// Nil where all VDUs have one.
  private static func secondBank(_ machine: Machine) -> MachineChange? {
    let (conv, fc) = (max(machine.conv.banks, 2), max(machine.fc.banks, 2))
    guard (conv, fc) != (machine.conv.banks, machine.fc.banks) else { return nil }
    return MachineChange(
      name: "a second bank of microrings",
      settings: (conv != machine.conv.banks ? [("conv.banks", "2")] : [])
        + (fc != machine.fc.banks ? [("fc.banks", "2")] : [])
    ) {
      $0.conv.banks = conv
      $0.fc.banks = fc
    }
  }

  /// The stages that set the pace of the program's layers.
  static func pacemakers(of program: Program) -> [Stage] {
    let dataflows = Set(program.layers.elements.map(\.dataflow))
    var found: [Stage] = []
    for dataflow in Dataflow.allCases where dataflows.contains(dataflow) {
      let stages = stages(of: dataflow, program.machine.devices)
      let pace = stages.map(\.interval).max()
      for stage in stages where stage.interval == pace {
        if !found.contains(where: { $0.path == stage.path }) { found.append(stage) }
      }
    }
    return found
  }

  /// What a vector that streams goes through.
  private static func stages(of dataflow: Dataflow, _ devices: Devices) -> [Stage] {
    let streamed =
      dataflow == .kernel
      ? Stage("activation DAC", "activation-dac", \.activationDAC, devices)
      : Stage("weight DAC", "weight-dac", \.weightDAC, devices)
    return [
      streamed, Stage("VCSEL", "vcsel", \.vcsel, devices),
      Stage("photodetector", "photodetector", \.photodetector, devices),
      Stage("TIA", "tia", \.tia, devices), Stage("ADC", "adc", \.adc, devices),
    ]
  }

  /// In picoseconds, rounded up.
  private static func half(_ time: Picoseconds) -> Int { (time.count + 1) / 2 }

  /// What ``Outline/estimate()`` says of the same program there.
  func latency(of runnable: Runnable) -> Picoseconds {
    var machine = runnable.program.machine
    apply(&machine)
    return runnable.outline.on(machine).estimate().latency
  }
}
