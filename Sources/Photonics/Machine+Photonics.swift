public import Hardware

// The devices of a machine, as its file has them.

extension Machine {
  /// A microring in the middle of the band.
  public func ring(_ optics: Optics) -> Microring {
    Microring(
      resonance: Nanometers(optics.wavelength.nanometers), quality: Double(optics.quality),
      freeSpectralRange: Nanometers(optics.freeSpectralRange.nanometers),
      extinction: Decibels(optics.extinction.decibels))
  }

  /// The rings of a vector, or of a part of it, that share a set of wavelengths: as many as fit.
  public func bank(_ kind: VDUKind, _ optics: Optics) -> WDMBank {
    WDMBank(rings: min(array(kind).length, optics.channels), filling: ring(optics))
  }

  /// The way of light through a VDU: split among the arms of balanced detection, past the rings of a bank and
  /// through the broadband one of normalization.
  public func linkBudget(_ kind: VDUKind, _ optics: Optics) -> LinkBudget {
    let rings = bank(kind, optics).rings
    let losses = Losses(
      propagation: Decibels(optics.losses.propagation.decibels),
      splitter: Decibels(optics.losses.splitter.decibels),
      combiner: Decibels(optics.losses.combiner.decibels),
      ringThrough: Decibels(optics.losses.ringThrough.decibels),
      ringModulation: Decibels(optics.losses.ringModulation.decibels),
      electroOptic: Decibels(optics.losses.electroOptic.decibels),
      thermoOptic: Decibels(optics.losses.thermoOptic.decibels))
    let pitch = Micrometers(optics.pitch.nanometers * 1e-3)
    return LinkBudget(
      losses: losses, rings: rings, arms: devices.arms, broadbandRings: 1,
      length: pitch * Double(rings + 1), tunedLength: pitch)
  }

  /// The light of a VCSEL.
  public func laserPower(_ optics: Optics) -> Milliwatts {
    Milliwatts(devices.vcsel.power.watts * 1e3 * optics.efficiency.ratio)
  }

  /// The current of a photodetector for one channel at full power through a ring fully open.
  public func channelCurrent(_ kind: VDUKind, _ optics: Optics) -> Amperes {
    let received = laserPower(optics).after(linkBudget(kind, optics).total)
    return receiver(kind, .kernel, optics).current(received)
  }

  /// A photodetector with its amplifier. It integrates a vector's light over the pace of its VDU: the noise
  /// bandwidth is half of the rate.
  public func receiver(_ kind: VDUKind, _ dataflow: Dataflow, _ optics: Optics) -> Receiver {
    Receiver(
      responsivity: Double(optics.responsivity) * 1e-3, load: Double(optics.load) * 1e-3,
      temperature: Double(optics.temperature) * 1e-3,
      bandwidth: Hertz(0.5 / timing(kind, dataflow).pace.seconds),
      intensityNoise: Decibels(optics.intensityNoise.decibels))
  }
}
