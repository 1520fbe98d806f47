import Photonics

/// Figures that the models need and machine files do not have.
enum OtherFigures {
  static let thermoOpticPower = Milliwatts(27.5)
  static let thermoOpticLatency = Nanoseconds(4000)
  static let groupIndex = 4.2
  static let broadbandRings = 1
  /// Between laser and photodetector, beside the bank.
  static let waveguide = Micrometers(1000)
  static let citedRate = Hertz(16e6)
  static let walden = Picojoules(0.010)
  static let schreier = Decibels(185)

  /// Each with its value, mark and source.
  static let sources: [[String]] = [
    ["TO tuning, power", "27.5 mW/FSR", "T", "SONIC table"],
    ["TO tuning, latency", "4 us", "T", "SONIC table"],
    ["group index", "4.2", "R", "usual of silicon wires at 1550 nm"],
    ["broadband rings", "1", "O", "the paper cascades several and does not say how many"],
    ["waveguide beside the bank", "1000 um", "O", "ours; not given"],
    ["rate of the ADC that the paper cites", "16 MHz", "T", "title of the cited part"],
    [
      "good ADC, Walden", "10 fJ a step", "R",
      "Verbruggen's SAR, 9.7 fJ at 250 MHz and 9.5 bits, in Jonsson's survey of 2012",
    ],
    [
      "best ADCs, Schreier", "185 dB", "R",
      "envelope of Murmann's survey at low rates; less above 100 MHz",
    ],
  ]
}
