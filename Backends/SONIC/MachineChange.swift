import Hardware
import Simulation
import Support

/// A machine that is better in one respect: twice as fast, or with one more.
struct MachineChange {
  /// As one would ask for it.
  let name: String
  let settings: [(path: String, value: String)]

  /// A device of a VDU's pipeline.
  struct Stage {
    let name: String
    let path: String
    let device: Device
  }

  /// All that are worth a try on a program.
  static func all(for program: Program) -> [MachineChange] {
    let machine = program.machine
    let devices = machine.devices
    let pacemakers = pacemakers(of: program)
    var changes = [
      MachineChange(
        name: "a second " + pacemakers.map(\.name).joined(separator: " and a second ")
          + " at each VDU",
        settings: pacemakers.map {
          ("devices.\($0.path).interval", half($0.device.interval))
        }),
      MachineChange(
        name: "tuning in half the time",
        settings: [("devices.tuning.latency", half(devices.tuning.latency))]),
      MachineChange(
        name: "main memory of twice the bandwidth",
        settings: twice("memory.dram.bandwidth", machine.memory.dram)),
      MachineChange(
        name: "a control unit of twice the lanes, with twice the bandwidth to the SRAM",
        settings: [("control.lanes", "\(2 * machine.control.lanes)")]
          + twice("memory.sram.bandwidth", machine.memory.sram)),
    ]
    if let slowest = stages(of: .kernel, devices).max(by: {
      $0.device.latency < $1.device.latency
    }) {
      changes.append(
        MachineChange(
          name: "half the latency of the \(slowest.name)",
          settings: [("devices.\(slowest.path).latency", half(slowest.device.latency))]))
    }
    if machine.conv.banks == 1 || machine.fc.banks == 1 {
      changes.append(
        MachineChange(
          name: "a second bank of microrings",
          settings: [("conv.banks", "2"), ("fc.banks", "2")]))
    }
    return changes.filter { !$0.settings.isEmpty }
  }

  /// The stages that set the pace of the program's layers.
  static func pacemakers(of program: Program) -> [Stage] {
    let dataflows = Set(program.layers.elements.map(\.dataflow))
    var found: [Stage] = []
    for dataflow in Dataflow.allCases where dataflows.contains(dataflow) {
      let stages = stages(of: dataflow, program.machine.devices)
      let pace = stages.map(\.device.interval).max()
      for stage in stages where stage.device.interval == pace {
        if !found.contains(where: { $0.path == stage.path }) { found.append(stage) }
      }
    }
    return found
  }

  /// What a vector that streams goes through.
  private static func stages(of dataflow: Dataflow, _ devices: Devices) -> [Stage] {
    let streamed =
      dataflow == .kernel
      ? Stage(name: "activation DAC", path: "activation-dac", device: devices.activationDAC)
      : Stage(name: "weight DAC", path: "weight-dac", device: devices.weightDAC)
    return [
      streamed, Stage(name: "VCSEL", path: "vcsel", device: devices.vcsel),
      Stage(name: "photodetector", path: "photodetector", device: devices.photodetector),
      Stage(name: "TIA", path: "tia", device: devices.tia),
      Stage(name: "ADC", path: "adc", device: devices.adc),
    ]
  }

  /// Nothing where the memory keeps up with whatever reads it.
  private static func twice(
    _ path: String, _ memory: MemoryLevel
  ) -> [(path: String, value: String)] {
    memory.bandwidth > 0 ? [(path, "\(2 * memory.bandwidth) MB/s")] : []
  }

  /// Rounded up, as a machine file spells it.
  private static func half(_ time: Picoseconds) -> String { "\((time.count + 1) / 2) ps" }

  /// What ``Outline/estimate()`` says of the same program there; nil where a figure would be
  /// beyond what machines may have.
  func latency(of runnable: Runnable) -> Picoseconds? {
    let machine = runnable.program.machine
    guard let changed = try? machine.setting(settings, name: machine.name) else { return nil }
    return runnable.outline.on(changed).estimate().latency
  }
}
