import Photonics

/// Figures that the models need and machine files do not have.
enum OtherFigures {
  static let citedRate = Hertz(16e6)
  static let walden = Picojoules(0.010)
  static let schreier = Decibels(185)

  /// Each with its value, mark and source.
  static let sources: [[String]] = [
    ["group index", "4.2", "R", "usual of silicon wires at 1550 nm"],
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
