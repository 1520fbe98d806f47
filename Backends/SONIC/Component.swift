/// What a SONIC accelerator spends energy on.
public enum Component: Int, CaseIterable, Sendable {
  case weightDAC, activationDAC, vcsel, tuning, photodetector, tia, adc
  case accumulation, control
  case localMemory, parameterMemory, sram, dram
  case thermalHold, idle

  /// As reports and the trace spell it.
  public var name: String {
    switch self {
    case .weightDAC: "weight DAC"
    case .activationDAC: "activation DAC"
    case .vcsel: "VCSEL"
    case .tuning: "MR tuning (EO)"
    case .photodetector: "photodetector"
    case .tia: "TIA"
    case .adc: "ADC"
    case .accumulation: "accumulation"
    case .control: "ECU operations"
    case .localMemory: "VDU buffers"
    case .parameterMemory: "parameter memory"
    case .sram: "SRAM"
    case .dram: "DRAM"
    case .thermalHold: "MR hold (TO)"
    case .idle: "ECU idle"
    }
  }

  /// The machine's figures for a device and time, a byte or an operation, by path. Times, counts and
  /// ``choices`` make energy of them.
  private var prices: [String] {
    switch self {
    case .weightDAC: ["devices.weight-dac.power"]
    case .activationDAC: ["devices.activation-dac.power"]
    case .vcsel: ["devices.vcsel.power"]
    case .tuning: ["devices.tuning.power"]
    case .photodetector: ["devices.photodetector.power"]
    case .tia: ["devices.tia.power"]
    case .adc: ["devices.adc.power"]
    case .accumulation: ["control.accumulate"]
    case .control:
      ["control.add", "control.multiply", "control.divide", "control.compare", "control.function"]
    case .localMemory: ["memory.local.energy"]
    case .parameterMemory: ["memory.parameters.energy"]
    case .sram: ["memory.sram.energy"]
    case .dram: ["memory.dram.energy"]
    case .thermalHold: ["devices.thermal-hold"]
    case .idle: ["control.power"]
    }
  }

  /// What decides of how many the price is paid, beside what happens in a run, by path.
  private var choices: [String] {
    switch self {
    case .weightDAC, .activationDAC: ["devices.gates-dac"]
    case .vcsel: ["devices.gates-vcsel"]
    case .tuning, .photodetector, .thermalHold: ["devices.arms"]
    default: []
    }
  }

  /// All of the machine's figures that its energy, and nothing else, is computed from, prices first.
  public var figures: [String] { prices + choices }

  /// Whether it is memory: reports give totals with and without.
  public var isMemory: Bool {
    switch self {
    case .localMemory, .parameterMemory, .sram, .dram: true
    default: false
    }
  }
}
