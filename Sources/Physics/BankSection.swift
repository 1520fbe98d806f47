import Charts
import Foundation
import Hardware
import Photonics

extension Models {
  private static let claim = 16.0

  var bankSection: Section {
    Section(
      title: "Crosstalk between wavelengths",
      text: """
        phi(i,j) = d^2 / ((l_i - l_j)^2 + d^2), d = l_i / 2Q; noise of ring i = sum of phi(i,j) P(j) over j other than i;
        levels = 1 / largest noise (CrossLight, equations 8 to 10: C). Wavelengths fill the free spectral range evenly.

        CrossLight concludes \(Int(Self.claim)) bits for 15 rings more than 1 nm apart; its own equations do not. Three
        things could reconcile them. *Another Q*: the column says which, and how wide a ring then is; vectors need some
        \(figure(receiver.bandwidth.value * 1e-9)) GHz. *Fewer wavelengths*, reused by more banks: the rows above. *Calibration*: crosstalk is linear and fixed, so weights
        can make up for it, and of a matrix known to a relative error u the share u of the noise is left, to first order;
        the machine file says u = \(figure(left * 100)) %. The last column says how well the matrix must be known.
        """,
      tables: [bankTable], chart: bankChart)
  }

  private var left: Double { optics.crosstalkLeft.ratio }

  private var bankTable: DataTable {
    let sizes = Set([2, 3, 5, 10, 15, 25, 50] + kinds.map(\.bank.rings)).filter { $0 > 1 }.sorted()
    return DataTable(
      name: "bank",
      header: [
        "rings", "spacing, nm", "levels", "bits", "bits, \(figure(left * 100)) % left",
        "Q for \(Int(Self.claim)) bits", "its bandwidth, GHz", "left for \(Int(Self.claim)) bits",
      ],
      words: sizes.map { size in
        let bank = WDMBank(rings: size, filling: ring)
        let quality = bank.quality(bits: Self.claim)
        return [
          "\(size)" + used(size), figure(bank.spacing.value), figure(bank.resolution()),
          figure(bank.bits()), figure(bank.bits(uncertainty: left)),
          grouped(Int((quality / 1e3).rounded()) * 1000), figure(bandwidth(quality: quality)),
          figure(pow(2, bank.bits() - Self.claim) * 100) + " %",
        ]
      })
  }

  /// Which VDUs have a bank of so many rings.
  private func used(_ size: Int) -> String {
    let names = kinds.filter { $0.bank.rings == size }.map(\.name)
    return names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
  }

  private var bankChart: LineChart {
    let sizes = 2...64
    func line(_ name: String, _ left: Double) -> LineChart.Series {
      LineChart.Series(
        name,
        sizes.map { size in
          (Double(size), WDMBank(rings: size, filling: ring).bits(uncertainty: left))
        })
    }
    return LineChart(
      name: "physics-crosstalk", title: "What crosstalk leaves, by rings in a free spectral range",
      x: LineChart.Axis("rings of a bank", .logarithmic, range: 2...64),
      y: LineChart.Axis("bits", range: 0...24),
      series: [
        line("not calibrated", 1), line("10 % left", 0.1), line("1 % left", 0.01),
        line("0.1 % left", 0.001),
        LineChart.Series("claimed for 15", style: .points, [(15, Self.claim)]),
      ])
  }
}
