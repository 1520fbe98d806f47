import Charts
import Hardware
import Photonics

extension Models {
  var imprintSection: Section {
    Section(
      title: "Weights on rings",
      text: """
        A weight is the through port's transmission between that on resonance (0) and that at the largest EO shift (1).
        Its error is slope x error of the detuning: a linear DAC of b bits over the largest shift is off by at most half a
        step, drift by a standard deviation. *Effective bits* are those of an even quantizer with the same mean square error
        over weights uniform in 0...1. On the flank, where the slope is largest, a step of the DAC moves a weight much
        further than one level of that quantizer. A layer has at most 64 weights (T): which 64 shifts its DAC has, and
        how exactly, decides how well it meets them.
        """,
      tables: [imprintTable], chart: imprintChart)
  }

  private var imprintTable: DataTable {
    let quantized = [6, 8, 10, 12, 16].map { bits in
      ("DAC of \(bits) bits, evenly over the largest shift", imprint.quantizationError(bits: bits))
    }
    let drift = Nanometers(optics.drift)
    let drifted = ("drift of \(figure(drift.value * 1e3)) pm", imprint.driftError(drift))
    return DataTable(
      name: "imprint", header: ["cause", "worst error of a weight", "rms", "effective bits"],
      words: (quantized + [drifted]).map { name, error in
        [name, figure(error.worst), figure(error.rms), figure(error.effectiveBits)]
      })
  }

  /// How exactly shifts must be set for weights to be exact, on wider and narrower rings.
  private var imprintChart: LineChart {
    let series = [0.25, 1, 4].map { share in
      let ring = Microring(
        resonance: ring.resonance, quality: ring.quality * share,
        freeSpectralRange: ring.freeSpectralRange, extinction: ring.extinction)
      let imprint = WeightImprint(ring, range: imprint.range)
      return LineChart.Series(
        "Q \(grouped(Int(ring.quality.rounded())))",
        (2...16).map { (Double($0), imprint.quantizationError(bits: $0).effectiveBits) })
    }
    return LineChart(
      name: "physics-imprint", title: "What even steps of a shift leave of a weight",
      x: LineChart.Axis("bits of the DAC that sets the shift"),
      y: LineChart.Axis("effective bits of a weight"), series: series)
  }
}
