import Charts
import Hardware
import Photonics

extension Models {
  var sensitivity: Milliwatts { Milliwatts(level: optics.sensitivity) }

  var linkSection: Section {
    Section(
      title: "Link budget",
      text: """
        P_laser - S_detector >= loss + 10 log10(wavelengths), in dB, for one laser; with a VCSEL for each wavelength, P - S >=
        loss for each (CrossLight: C). Light meets a combiner, a splitter where there are two arms, a bank in which it passes
        all rings but its own, a broadband ring, and waveguide. A VCSEL draws
        \(figure(Milliwatts(machine.devices.vcsel.power).value)) mW and gives \(figure(light.value)) mW of light (efficiency:
        O). The sensitivity (O) is that of telling light from none; what a number of bits needs is the next section's.
        """,
      tables: [lossTable, laserTable], chart: linkChart)
  }

  private var lossTable: DataTable {
    let parts = kinds.map(\.link.contributions)
    let rows = parts[0].indices.map { index in
      [parts[0][index].name] + parts.map { figure($0[index].loss.value) }
    }
    return DataTable(
      name: "losses",
      header: ["loss, dB"] + kinds.map { "\($0.name), \($0.bank.rings) rings" },
      words: rows + [["sum"] + kinds.map { figure($0.link.total.value) }])
  }

  private var laserTable: DataTable {
    func row(_ name: String, _ value: (Kind) -> String) -> [String] { [name] + kinds.map(value) }
    func needed(_ kind: Kind) -> Milliwatts { kind.link.laserPower(sensitivity: sensitivity) }
    return DataTable(
      name: "laser", header: ["a wavelength"] + kinds.map(\.name),
      words: [
        row("light that the sensitivity needs, mW") { figure(needed($0).value) },
        row("electric, mW") { figure(needed($0).value / optics.efficiency.ratio) },
        row("the VCSEL's, mW") { _ in figure(Milliwatts(machine.devices.vcsel.power).value) },
        row("margin, dB") { figure(Decibels(ratio: light / needed($0)).value) },
        row("one laser for all wavelengths of a bank, mW of light") {
          figure($0.link.sharedLaserPower(sensitivity: sensitivity).value)
        },
        row("light at a photodetector, uW") { figure(arriving($0).value * 1e3) },
      ])
  }

  private var linkChart: LineChart {
    let sizes = 1...64
    func line(
      _ name: String, _ style: LineChart.Series.Style = .line, _ power: (LinkBudget) -> Milliwatts?
    ) -> LineChart.Series {
      LineChart.Series(
        name, style: style,
        sizes.compactMap { size in
          var link = kinds[0].link
          link.length = link.length + Micrometers(optics.pitch) * Double(size - link.rings)
          link.rings = size
          return power(link).map { (Double(size), $0.value) }
        })
    }
    func bits(_ bits: Int) -> LineChart.Series {
      line("\(bits) bits") { link in
        receiver.leastPower(bits: Double(bits), channels: link.rings, arms: link.arms)
          .map(link.laserPower)
      }
    }
    return LineChart(
      name: "physics-link", title: "Light that a laser must give, by rings of a bank",
      x: LineChart.Axis("rings of a bank, one a wavelength", .logarithmic, range: 1...64),
      y: LineChart.Axis("mW of each wavelength", .logarithmic),
      series: [
        line("sensitivity") { $0.laserPower(sensitivity: sensitivity) }, bits(6), bits(8),
        line("a VCSEL's light", .dashed) { _ in light },
      ])
  }
}
