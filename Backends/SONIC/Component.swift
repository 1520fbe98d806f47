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

  /// Whether it is memory: reports give totals with and without.
  public var isMemory: Bool {
    switch self {
    case .localMemory, .parameterMemory, .sram, .dram: true
    default: false
    }
  }
}
