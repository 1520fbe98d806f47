/// Electro-optic tuning where it reaches far enough, thermo-optic tuning beyond (CrossLight, arXiv 2102.06960,
/// as SONIC uses it).
public struct HybridTuning: Hashable, Sendable {
  public enum Method: String, Hashable, Sendable {
    /// Carriers in the ring: fast, and little power.
    case electroOptic = "EO"
    /// A heater beside the ring: slow, and as far as a free spectral range.
    case thermoOptic = "TO"
  }

  /// What a shift takes.
  public struct Shift: Hashable, Sendable {
    public let method: Method
    public let latency: Nanoseconds
    /// While it lasts.
    public let power: Milliwatts
  }

  /// The largest electro-optic shift.
  public var threshold: Nanometers
  public var electroOpticLatency: Nanoseconds
  /// For a shift of one nanometer.
  public var electroOpticPower: Milliwatts
  public var thermoOpticLatency: Nanoseconds
  /// For a shift of a free spectral range.
  public var thermoOpticPower: Milliwatts
  public var freeSpectralRange: Nanometers

  public init(
    threshold: Nanometers, electroOpticLatency: Nanoseconds, electroOpticPower: Milliwatts,
    thermoOpticLatency: Nanoseconds, thermoOpticPower: Milliwatts, freeSpectralRange: Nanometers
  ) {
    self.threshold = threshold
    self.electroOpticLatency = electroOpticLatency
    self.electroOpticPower = electroOpticPower
    self.thermoOpticLatency = thermoOpticLatency
    self.thermoOpticPower = thermoOpticPower
    self.freeSpectralRange = freeSpectralRange
  }

  /// How a ring is shifted by so much; power is proportional to the shift's magnitude.
  public func tune(by shift: Nanometers) -> Shift {
    let distance = Nanometers(shift.value.magnitude)
    if distance <= threshold {
      return Shift(
        method: .electroOptic, latency: electroOpticLatency,
        power: electroOpticPower * distance.value)
    }
    return Shift(
      method: .thermoOptic, latency: thermoOpticLatency,
      power: thermoOpticPower * (distance / freeSpectralRange))
  }
}
