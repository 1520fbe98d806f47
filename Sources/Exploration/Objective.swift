import Tensor

/// What a design is judged by. Over several networks it is the geometric mean, in which each counts by how
/// many times better or worse it does; the signal-to-noise ratio is the worst network's.
public enum Objective: String, CaseIterable, Sendable {
  case fps
  case latency
  case energy
  case energyWithoutMemory = "energy-without-memory"
  case fpsPerWatt = "fps-per-watt"
  case fpsPerWattWithoutMemory = "fps-per-watt-without-memory"
  case energyPerBit = "energy-per-bit"
  case energyPerBitWithoutMemory = "energy-per-bit-without-memory"
  case power
  case peakPower = "peak-power"
  case traffic
  case microrings
  case signalToNoise = "signal-to-noise"

  /// Whether more of it is better.
  public var isMaximized: Bool {
    switch self {
    case .fps, .fpsPerWatt, .fpsPerWattWithoutMemory, .signalToNoise: true
    default: false
    }
  }

  public var unit: String {
    switch self {
    case .fps: "kFPS"
    case .latency: "us"
    case .energy, .energyWithoutMemory: "uJ"
    case .fpsPerWatt, .fpsPerWattWithoutMemory: "kFPS/W"
    case .energyPerBit, .energyPerBitWithoutMemory: "pJ/bit"
    case .power, .peakPower: "W"
    case .traffic: "MB"
    case .microrings: "rings"
    case .signalToNoise: "dB"
    }
  }

  /// One line for the reference page.
  public var summary: String {
    switch self {
    case .fps: "frames a second, one at a time"
    case .latency: "time of a frame"
    case .energy: "energy of a frame"
    case .energyWithoutMemory: "the same without memory, as the SONIC paper counts it"
    case .fpsPerWatt: "frames a second and watt: frames a joule"
    case .fpsPerWattWithoutMemory: "the same without memory"
    case .energyPerBit: "energy a bit that streams past microrings"
    case .energyPerBitWithoutMemory: "the same without memory"
    case .power: "average power"
    case .peakPower: "the most power at a moment"
    case .traffic: "bytes to and from main memory"
    case .microrings: "microrings of the machine, for its area"
    case .signalToNoise: "what pruning and clustering leave of the outputs, for accuracy"
    }
  }

  /// Its value over networks, in ``unit``.
  public func value(_ networks: [Figures]) -> Double {
    let values = networks.map { value($0) }
    if self == .signalToNoise { return values.min() ?? 0 }
    guard values.count > 1 else { return values.first ?? 0 }
    return Elementary.exp(values.reduce(0) { $0 + Elementary.log($1) } / Double(values.count))
  }

  /// Of one network. What takes no time or energy at all counts as one picosecond or femtojoule, so that every
  /// value is a number.
  private func value(_ figures: Figures) -> Double {
    let seconds = Double(max(figures.latencyPicoseconds, 1)) * 1e-12
    let energy = Double(max(figures.energyFemtojoules, 1))
    let withoutMemory = Double(max(figures.energyWithoutMemoryFemtojoules, 1))
    let bits = Double(max(figures.bits, 1))
    return switch self {
    case .fps: 1e-3 / seconds
    case .latency: seconds * 1e6
    case .energy: energy * 1e-9
    case .energyWithoutMemory: withoutMemory * 1e-9
    case .fpsPerWatt: 1e12 / energy
    case .fpsPerWattWithoutMemory: 1e12 / withoutMemory
    case .energyPerBit: energy * 1e-3 / bits
    case .energyPerBitWithoutMemory: withoutMemory * 1e-3 / bits
    case .power: energy * 1e-15 / seconds
    case .peakPower: Double(figures.peakMicrowatts) * 1e-6
    case .traffic: Double(figures.trafficBytes) * 1e-6
    case .microrings: Double(figures.microrings)
    case .signalToNoise: Double(figures.signalToNoiseCentidecibels ?? 0) / 100
    }
  }

  /// A value as a cost, of which less is better.
  func cost(_ value: Double) -> Double { isMaximized ? -value : value }
}
