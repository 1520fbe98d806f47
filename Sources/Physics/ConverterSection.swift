import Charts
import Hardware
import Photonics

extension Models {
  private static let converterBits = 16.0

  var converterSection: Section {
    Section(
      title: "Converters",
      text: """
        Energy of a conversion = power / rate. Walden's figure = energy / 2^bits (R. H. Walden, 1999: R): less is better;
        \(figure(OtherFigures.walden.value * 1e3)) fJ is good at hundreds of MHz (R). Schreier's = SNDR + 10 log10(rate / 2 /
        power) (R. Schreier and G. C. Temes, 2005: R): more is better; the best reach \(figure(OtherFigures.schreier.value)) dB,
        at rates below 100 MHz (R). Thermal noise takes four times the energy for a bit, so Schreier's is the fairer one at 16
        bits. Bits are taken to be effective, which flatters.
        """,
      tables: [converterTable, stateOfTheArtTable], chart: converterChart)
  }

  /// The ADC as its latency says, as the machine runs it, and as the part that the paper cites runs.
  var adcs: [(name: String, converter: Converter)] {
    let adc = machine.devices.adc
    let power = Milliwatts(adc.power)
    func converter(_ rate: Hertz) -> Converter {
      Converter(power: power, rate: rate, bits: Self.converterBits)
    }
    return [
      ("ADC, one conversion a latency", converter(Hertz(1 / adc.latency.seconds))),
      ("ADC, as often as the machine file has it", converter(Hertz(1 / adc.interval.seconds))),
      ("ADC, at the rate of the cited part", converter(OtherFigures.citedRate)),
    ]
  }

  private var dacs: [(name: String, converter: Converter)] {
    [
      ("weight DAC", machine.devices.weightDAC, 6),
      ("activation DAC", machine.devices.activationDAC, 16),
    ]
    .map { name, device, bits in
      (
        name,
        Converter(
          power: Milliwatts(device.power), rate: Hertz(1 / device.interval.seconds), bits: bits)
      )
    }
  }

  private var converterTable: DataTable {
    DataTable(
      name: "converters",
      header: ["", "bits", "MHz", "mW", "pJ a conversion", "Walden, fJ a step", "Schreier, dB"],
      words: (adcs + dacs).map { name, converter in
        [
          name, "\(Int(converter.bits))", figure(converter.rate.value * 1e-6),
          figure(converter.power.value), figure(converter.energy.value),
          figure(converter.waldenFigure.value * 1e3), figure(converter.schreierFigure.value),
        ]
      })
  }

  private var stateOfTheArtTable: DataTable {
    let rate = 1 / machine.devices.adc.interval.seconds
    return DataTable(
      name: "state-of-the-art",
      header: [
        "an ADC of", "pJ by good Walden", "pJ by best Schreier",
        "the larger, mW at the machine's rate",
      ],
      words: [4, 6, 8, 10, 12, 16].map { bits in
        let walden = Converter.energy(bits: bits, walden: OtherFigures.walden)
        let schreier = Converter.energy(bits: bits, schreier: OtherFigures.schreier)
        return [
          "\(Int(bits)) bits", figure(walden.value), figure(schreier.value),
          figure(max(walden, schreier).value * 1e-9 * rate),
        ]
      })
  }

  private var converterChart: LineChart {
    let bits = (8...34).map { Double($0) / 2 }
    func line(_ name: String, _ energy: (Double) -> Picojoules) -> LineChart.Series {
      LineChart.Series(name, style: .dashed, bits.map { ($0, energy($0).value) })
    }
    let points = (adcs + dacs).map { ($0.converter.bits, $0.converter.energy.value) }
    return LineChart(
      name: "physics-converters", title: "Energy of a conversion",
      x: LineChart.Axis("bits"), y: LineChart.Axis("pJ", .logarithmic, range: 0.01...10_000),
      series: [
        line("good, Walden") { Converter.energy(bits: $0, walden: OtherFigures.walden) },
        line("best, Schreier") { Converter.energy(bits: $0, schreier: OtherFigures.schreier) },
        LineChart.Series("ADC, three rates", style: .points, Array(points.prefix(adcs.count))),
        LineChart.Series("DACs", style: .points, Array(points.dropFirst(adcs.count))),
      ])
  }
}
