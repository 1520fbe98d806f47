/// What the physics of a VDU depends on beyond time and power: what `--numerics noisy` and
/// Docs/Physics.md are computed from. A machine file may leave all of it out.
public struct Optics: Sendable, Hashable {
  /// Of the middle of the band.
  public var wavelength: Picometers
  /// Loaded quality factor of a microring.
  public var quality: Int
  public var freeSpectralRange: Picometers
  /// Between the through port's largest and least transmission.
  public var extinction: Millidecibels
  /// The most rings of a bank that share one set of wavelengths; a longer vector has more arms.
  public var channels: Int
  /// From the middle of a ring to the middle of the next.
  public var pitch: Picometers
  /// The distance over which thermal crosstalk falls to 1/e.
  public var thermalDecay: Picometers
  /// The largest shift that electro-optic tuning gives; beyond it, tuning is thermo-optic.
  public var tuningRange: Picometers
  /// What thermo-optic tuning draws for a whole free spectral range, and how long it takes.
  public var thermoOpticPower: Nanowatts
  public var thermoOpticLatency: Picoseconds
  /// How far a ring stays from its wavelength after tuning: standard deviation.
  public var drift: Picometers
  /// The same before any tuning: fabrication variation.
  public var variation: Picometers
  /// The light of a VCSEL over the power that it draws.
  public var efficiency: PartsPerMillion
  public var losses: Losses
  /// Rings of a VDU that act on all wavelengths, for normalization.
  public var broadbandRings: Int
  /// From laser to photodetector, beside the bank.
  public var waveguide: Picometers
  /// The least power that the photodetector tells from nothing, in mW on the decibel scale: dBm.
  public var sensitivity: Millidecibels
  /// Of the photodetector, in mA/W.
  public var responsivity: Int
  /// The resistance that gives the TIA's noise, in milliohms.
  public var load: Int
  /// In millikelvins.
  public var temperature: Int
  /// Relative intensity noise of a VCSEL, per hertz.
  public var intensityNoise: Millidecibels
  /// Whether photodetectors have shot noise: to see what it is worth.
  public var hasShotNoise: Bool
  /// What is left of crosstalk between channels after the fixed part has been calibrated out; all of it
  /// where nothing is calibrated.
  public var crosstalkLeft: PartsPerMillion
  /// To how many bits the levels of the DACs are where they should be.
  public var weightBits: Int
  public var activationBits: Int

  /// Losses of light on its way through a VDU.
  public struct Losses: Sendable, Hashable {
    /// A centimeter.
    public var propagation: Millidecibels
    public var splitter: Millidecibels
    public var combiner: Millidecibels
    /// Of a ring that is passed.
    public var ringThrough: Millidecibels
    /// Of the ring that imprints.
    public var ringModulation: Millidecibels
    /// A centimeter of electro-optic tuning.
    public var electroOptic: Millidecibels
    /// A centimeter of thermo-optic tuning.
    public var thermoOptic: Millidecibels
  }
}
