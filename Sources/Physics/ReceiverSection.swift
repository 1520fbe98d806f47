import Charts
import Foundation
import Hardware
import Photonics

extension Models {
  var receiverSection: Section {
    Section(
      title: "Receiver",
      text: """
        Variance of a current = 4 k T B / R + 2 q B I + RIN B (sum of squares of the wavelengths' currents): thermal, shot and
        relative intensity noise (textbook: R; R, RIN: O). B = \(figure(receiver.bandwidth.value * 1e-9)) GHz is half
        the rate of vectors. With two arms, shot noise is of both currents and intensity noise of their difference, as one
        laser feeds both. Effective bits = log2(range / sqrt(12 variance)) at full scale, all VCSELs lit and all light in one
        arm; two arms double the range. Sums of real data are far below full scale, so less is left of them; averaging over
        vectors gives some of it back. Intensity noise grows with the light, so it sets a bound that no laser moves.
        """,
      tables: [receiverTable], chart: receiverChart)
  }

  /// The effective bits that a VDU's receiver leaves at full scale.
  func receivedBits(_ kind: Kind) -> Double {
    receiver.effectiveBits(fullScale: fullScale(kind), arms: kind.link.arms)
  }

  private var receiverTable: DataTable {
    func row(_ name: String, _ value: (Kind) -> Double?) -> [String] {
      [name] + kinds.map { value($0).map(figure) ?? "out of reach" }
    }
    func microamperes(_ variance: Double) -> Double { variance.squareRoot() * 1e6 }
    func sum(_ kind: Kind) -> Double { fullScale(kind).reduce(.zero, +).value }
    func least(_ bits: Double, _ kind: Kind) -> Double? {
      receiver.leastPower(bits: bits, channels: kind.elements, arms: kind.link.arms)
        .map { kind.link.laserPower(sensitivity: $0).value / optics.efficiency.ratio }
    }
    let noise = receiver.noise
    return DataTable(
      name: "receiver",
      header: [""] + kinds.map { "\($0.name), \($0.elements) wavelengths" },
      words: [
        row("full scale, uA") { sum($0) * 1e6 },
        row("thermal noise, uA") { _ in microamperes(noise.thermal) },
        row("shot noise, uA") { microamperes(noise.shot * sum($0)) },
        row("intensity noise, uA") {
          let squares = fullScale($0).reduce(0) { $0 + $1.value * $1.value }
          return microamperes(noise.intensity * squares)
        },
        row("signal to noise, dB") {
          receiver.signalToNoise(fullScale: fullScale($0)).value
        },
        row("effective bits") { receivedBits($0) },
        row("most bits at any light") {
          receiver.mostBits(channels: $0.elements, arms: $0.link.arms)
        },
      ]
        + [4, 6, 8, 16].map { bits in
          row("electric power of a VCSEL for \(bits) bits, mW") { least(Double(bits), $0) }
        })
  }

  private var receiverChart: LineChart {
    let kind = kinds[0]
    let (noise, count) = (receiver.noise, Double(kind.elements))
    let powers = (0...60).map { pow(10, Double($0) / 20 - 3) }
    func line(_ name: String, _ style: LineChart.Series.Style, _ noise: ReceiverNoise)
      -> LineChart.Series
    {
      LineChart.Series(
        name, style: style,
        powers.map { power in
          let current = receiver.current(Milliwatts(power))
          let variance = noise.variance([Amperes](repeating: current, count: kind.elements))
          let range = Double(kind.link.arms) * count * current.value
          return (power, log2(range / (12 * variance).squareRoot()))
        })
    }
    return LineChart(
      name: "physics-receiver",
      title: "What a receiver leaves of \(kind.elements) wavelengths at full scale",
      x: LineChart.Axis("light of each wavelength at the photodetector, mW", .logarithmic),
      y: LineChart.Axis("effective bits", range: 0...16),
      series: [
        line("all noise", .line, noise),
        line("thermal only", .dashed, ReceiverNoise(thermal: noise.thermal, shot: 0, intensity: 0)),
        line("shot only", .dashed, ReceiverNoise(thermal: 0, shot: noise.shot, intensity: 0)),
        line(
          "intensity only", .dashed, ReceiverNoise(thermal: 0, shot: 0, intensity: noise.intensity)),
        LineChart.Series(
          "this machine", style: .points, [(arriving(kind).value, receivedBits(kind))]),
      ])
  }
}
