import Foundation

/// What the parts of a path lose.
public struct Losses: Hashable, Sendable {
  /// A centimeter of waveguide.
  public var propagation: Decibels
  /// A splitter, beyond the division itself.
  public var splitter: Decibels
  public var combiner: Decibels
  /// A ring that is tuned to another wavelength.
  public var ringThrough: Decibels
  /// The ring that modulates.
  public var ringModulation: Decibels
  /// A centimeter of electro-optically tuned waveguide.
  public var electroOptic: Decibels
  /// A centimeter of thermo-optically tuned waveguide.
  public var thermoOptic: Decibels

  public init(
    propagation: Decibels, splitter: Decibels, combiner: Decibels, ringThrough: Decibels,
    ringModulation: Decibels, electroOptic: Decibels, thermoOptic: Decibels
  ) {
    self.propagation = propagation
    self.splitter = splitter
    self.combiner = combiner
    self.ringThrough = ringThrough
    self.ringModulation = ringModulation
    self.electroOptic = electroOptic
    self.thermoOptic = thermoOptic
  }
}

/// From a laser of each wavelength through a combiner and a bank of rings to a photodetector.
public struct LinkBudget: Hashable, Sendable {
  /// One part of the path.
  public struct Contribution: Hashable, Sendable {
    public let name: String
    public let loss: Decibels
  }

  public var losses: Losses
  /// Rings of a bank, one a wavelength.
  public var rings: Int
  /// Banks among which the light is divided.
  public var arms: Int
  /// Rings that act on all wavelengths.
  public var broadbandRings: Int
  /// Waveguide from laser to photodetector.
  public var length: Micrometers
  /// Waveguide of the ring that modulates, tuned both ways.
  public var tunedLength: Micrometers

  public init(
    losses: Losses, rings: Int, arms: Int, broadbandRings: Int, length: Micrometers,
    tunedLength: Micrometers
  ) {
    self.losses = losses
    self.rings = rings
    self.arms = arms
    self.broadbandRings = broadbandRings
    self.length = length
    self.tunedLength = tunedLength
  }

  /// The parts in the order in which light meets them. A wavelength passes all rings but its own, which
  /// modulates it; a splitter divides it among arms: 10 log10(arms) and what the splitter loses.
  public var contributions: [Contribution] {
    let split = arms > 1 ? Decibels(ratio: Double(arms)) : .zero
    let splitters = log2(Double(arms)).rounded(.up)
    return [
      Contribution(name: "combiner", loss: losses.combiner),
      Contribution(name: "division among arms", loss: split),
      Contribution(name: "splitter", loss: losses.splitter * splitters),
      Contribution(name: "rings passed", loss: losses.ringThrough * Double(rings - 1)),
      Contribution(name: "modulation", loss: losses.ringModulation),
      Contribution(name: "EO-tuned waveguide", loss: losses.electroOptic * tunedLength.centimeters),
      Contribution(name: "TO-tuned waveguide", loss: losses.thermoOptic * tunedLength.centimeters),
      Contribution(
        name: "broadband rings", loss: losses.ringModulation * Double(broadbandRings)),
      Contribution(name: "propagation", loss: losses.propagation * length.centimeters),
    ]
  }

  /// The sum of ``contributions``.
  public var total: Decibels { contributions.map(\.loss).reduce(.zero, +) }

  /// The least power of each wavelength's laser: sensitivity + loss, in dB.
  ///
  /// - Parameter sensitivity: what the photodetector must get of each wavelength.
  public func laserPower(sensitivity: Milliwatts) -> Milliwatts { sensitivity.before(total) }

  /// The least power of one laser for all wavelengths: P_laser - S_detector >= loss + 10 log10(N), in dB
  /// (CrossLight, arXiv 2102.06960, section on laser power).
  public func sharedLaserPower(sensitivity: Milliwatts) -> Milliwatts {
    laserPower(sensitivity: sensitivity) * Double(rings)
  }
}
