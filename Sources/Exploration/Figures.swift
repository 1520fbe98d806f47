import Hardware
import SONICBackend

/// What is kept of a network on a machine: all that objectives are made of, in whole numbers.
public struct Figures: Sendable, Equatable, Encodable {
  /// Of one sample.
  public var latencyPicoseconds: Int
  public var energyFemtojoules: Int
  public var energyWithoutMemoryFemtojoules: Int
  /// Bits that stream past microrings.
  public var bits: Int
  public var trafficBytes: Int
  public var peakMicrowatts: Int
  /// All of the machine's.
  public var microrings: Int
  /// What pruning and clustering leave of the network's outputs, in hundredths of a decibel; nil where
  /// nobody asked.
  public var signalToNoiseCentidecibels: Int?

  init(_ report: Report, on machine: Machine, signalToNoise: Int?) {
    latencyPicoseconds = report.latencyPicoseconds
    energyFemtojoules = report.energyFemtojoules
    energyWithoutMemoryFemtojoules = report.energyWithoutMemoryFemtojoules
    bits = report.bits
    trafficBytes = report.trafficBytes
    peakMicrowatts = Int((report.peakPowerWatts * 1e6).rounded())
    microrings = machine.microrings
    signalToNoiseCentidecibels = signalToNoise
  }

  init(
    latencyPicoseconds: Int, energyFemtojoules: Int, energyWithoutMemoryFemtojoules: Int,
    bits: Int, trafficBytes: Int, peakMicrowatts: Int, microrings: Int,
    signalToNoiseCentidecibels: Int?
  ) {
    self.latencyPicoseconds = latencyPicoseconds
    self.energyFemtojoules = energyFemtojoules
    self.energyWithoutMemoryFemtojoules = energyWithoutMemoryFemtojoules
    self.bits = bits
    self.trafficBytes = trafficBytes
    self.peakMicrowatts = peakMicrowatts
    self.microrings = microrings
    self.signalToNoiseCentidecibels = signalToNoiseCentidecibels
  }
}
