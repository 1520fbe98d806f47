import Charts
import Foundation
import Hardware
import Photonics

extension Models {
  var ringSection: Section {
    Section(
      title: "Microring",
      text: """
        Lorentzian L = 1 / (1 + (2 detuning / width)^2), width = wavelength / Q; through port 1 - (1 - 1/extinction) L,
        drop port (1 - 1/sqrt(extinction))^2 L (W. Bogaerts et al., Silicon microring resonators, 2012: R). The exact
        response repeats every free spectral range and is an Airy function: the Lorentzian is right near the resonance, and
        too small by \(figure(ring.airy(at: ring.freeSpectralRange / 2) / ring.lorentzian(at: ring.freeSpectralRange / 2)))x
        halfway to the next one, where little is left of either.
        """,
      tables: [ringTable], chart: ringChart)
  }

  private var ringTable: DataTable {
    let around = ring.circumference(groupIndex: Microring.groupIndex)
    return DataTable(
      name: "ring", header: ["", "value"],
      words: [
        ["full width at half maximum", figure(ring.width.value * 1e3) + " pm"],
        ["finesse", figure(ring.finesse)],
        ["bandwidth", figure(bandwidth(quality: ring.quality)) + " GHz"],
        ["circumference", figure(around.value) + " um"],
        ["diameter, if a circle", figure(around.value / .pi) + " um"],
        ["pitch in the machine file", figure(thermalPitch.value) + " um"],
        ["through port on resonance", figure(ring.minimum * 100) + " %"],
        ["drop port on resonance", figure(ring.dropMaximum * 100) + " %"],
        [
          "through port at the largest EO shift",
          figure(ring.through(at: imprint.range) * 100) + " %",
        ],
        ["largest slope of a weight", figure(imprint.largestSlope * 1e-3 * 100) + " % a pm"],
      ])
  }

  private var thermalPitch: Micrometers { Micrometers(optics.pitch) }

  /// The light's frequency over Q, in GHz.
  func bandwidth(quality: Double) -> Double { 299_792_458 / ring.resonance.value / quality }

  private var ringChart: LineChart {
    let detunings = (-150...150).map { ring.width * (Double($0) / 50) }
    return LineChart(
      name: "physics-ring", title: "What a ring passes and drops",
      x: LineChart.Axis("detuning, nm"), y: LineChart.Axis("transmission", range: 0...1),
      series: [
        LineChart.Series("through port", detunings.map { ($0.value, ring.through(at: $0)) }),
        LineChart.Series("drop port", detunings.map { ($0.value, ring.drop(at: $0)) }),
      ])
  }
}
