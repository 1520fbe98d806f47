public import Hardware

// The devices of a machine, as its file has them.

extension Machine {
  /// A microring in the middle of the band.
  public func ring(_ optics: Optics) -> Microring {
    Microring(
      resonance: Nanometers(optics.wavelength), quality: Double(optics.quality),
      freeSpectralRange: Nanometers(optics.freeSpectralRange),
      extinction: Decibels(optics.extinction))
  }

  /// The rings that share a set of wavelengths. A vector that is longer is divided evenly over banks that use the
  /// same ones.
  public func bank(_ kind: VDUKind, _ optics: Optics) -> WDMBank {
    let length = array(kind).length
    let banks = (length + optics.channels - 1) / optics.channels
    return WDMBank(rings: (length + banks - 1) / banks, filling: ring(optics))
  }

  /// The way of a wavelength's light through a VDU: split among the arms of balanced detection, past the rings of
  /// a bank and through the broadband ones.
  public func link(_ kind: VDUKind, _ optics: Optics) -> LinkBudget {
    let rings = bank(kind, optics).rings
    return LinkBudget(
      losses: Losses(optics.losses), rings: rings, arms: devices.arms,
      broadbandRings: optics.broadbandRings,
      length: Micrometers(optics.waveguide) + Micrometers(optics.pitch) * Double(rings),
      tunedLength: ring(optics).circumference(groupIndex: Microring.groupIndex))
  }

  /// The largest shift of electro-optic tuning: none is beyond the middle between two resonances.
  public func largestShift(_ optics: Optics) -> Nanometers {
    min(Nanometers(optics.tuningRange), Nanometers(optics.freeSpectralRange) / 2)
  }

  /// The light of a VCSEL.
  public func light(_ optics: Optics) -> Milliwatts {
    Milliwatts(devices.vcsel.power) * optics.efficiency.ratio
  }

  /// A photodetector with its amplifier. It integrates a vector's light for as long as it streams past: noise has
  /// half of that rate for a bandwidth.
  public func receiver(_ kind: VDUKind, _ dataflow: Dataflow, _ optics: Optics) -> Receiver {
    Receiver(
      responsivity: Double(optics.responsivity) * 1e-3, load: Double(optics.load) * 1e-3,
      temperature: Double(optics.temperature) * 1e-3,
      bandwidth: Hertz(1 / (2 * timing(kind, dataflow).pace.seconds)),
      intensityNoise: Decibels(optics.intensityNoise))
  }
}

// MARK: Units of machine files

extension Nanometers {
  public init(_ length: Picometers) { self.init(length.nanometers) }
}

extension Micrometers {
  public init(_ length: Picometers) { self.init(length.nanometers * 1e-3) }
}

extension Decibels {
  public init(_ ratio: Millidecibels) { self.init(ratio.decibels) }
}

extension Milliwatts {
  public init(_ power: Nanowatts) { self.init(power.watts * 1e3) }

  /// A level against one milliwatt.
  public init(level: Millidecibels) { self.init(Decibels(level).ratio) }
}

extension Losses {
  fileprivate init(_ losses: Optics.Losses) {
    self.init(
      propagation: Decibels(losses.propagation), splitter: Decibels(losses.splitter),
      combiner: Decibels(losses.combiner), ringThrough: Decibels(losses.ringThrough),
      ringModulation: Decibels(losses.ringModulation),
      electroOptic: Decibels(losses.electroOptic), thermoOptic: Decibels(losses.thermoOptic))
  }
}
