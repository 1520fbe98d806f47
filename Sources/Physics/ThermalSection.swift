import Charts
import Foundation
import Hardware
import Photonics
import Support

extension Models {
  /// What a bank's tuning takes, a mean over draws of fabrication variation.
  struct Hold {
    /// Each for a ring.
    var isolated = Milliwatts.zero
    var ringByRing = Milliwatts.zero
    var collective = Milliwatts.zero
    var bias = Nanometers.zero
    /// Resonances that a ring is moved past, ring by ring.
    var hops = 0.0

    /// - Parameter draws: the shifts wanted of each ring, for each draw.
    init(_ bank: ThermalBank, _ draws: [[Nanometers]]) {
      let rings = Double(bank.rings * draws.count)
      for shifts in draws {
        let (naive, collective) = (bank.ringByRing(shifts), bank.collective(shifts))
        isolated += bank.isolated(shifts).power / rings
        ringByRing += naive.power / rings
        self.collective += collective.power / rings
        bias += collective.bias / Double(draws.count)
        hops += Double(naive.hops.reduce(0, +)) / rings
      }
    }
  }

  var thermalSection: Section {
    Section(
      title: "Thermal crosstalk and collective tuning",
      text: """
        K(i,j) = exp(-|i - j| pitch / decay) is the share of heater j's shift that ring i gets (exponential: C; how fast:
        O). Shifts s that are wanted need heats h with K h = s; TED solves this in eigenvectors of K (M. Milanizadeh et
        al., Canceling Thermal Cross-Talk Effects in Photonic Integrated Circuits, 2019: P; its abstract claims that
        tuning converges; that it takes less power is SONIC's claim: T). A ring's heat takes
        \(figure(Milliwatts(optics.thermoOpticPower).value)) mW a free spectral range (T), and **no heater can cool**. Compared are

        - *isolated*: no heat reaches a neighbour, h = s. What the machine file's `thermal-hold` is; it takes a guard distance.
        - *ring by ring*, naive: each ring's controller knows only its ring. Where neighbours overheat it, it goes on to the
          next resonance, and warms them. This is where that ends.
        - *collective*, TED: all rings at once, with the smallest common bias at which no heater need cool (rings laid out
          that much to the blue), or with the hops of ring by ring where these take less.

        for two kinds of variation of the same mean, \(figure(variation.value)) nm: all rings of a bank off *alike*, or *each
        by itself*, evenly between 0 and \(figure(2 * variation.value)) nm (O: which it is, is not given; the mean over
        \(Self.drawCount) draws by a seed). Noise takes the same figure for a standard deviation; `thermal-hold` charges it as
        a mean, and so do these. Heat that a neighbour sends is welcome where rings are off alike, and to be fought where
        they are not: differences between neighbours are the small eigenvalues of K, and the condition number says how much
        dearer they are than what is common. So whether TED saves power depends on what fabrication does to neighbours.
        """,
      tables: [thermalTable], chart: thermalChart)
  }

  private static let drawCount = 100

  var variation: Nanometers { Nanometers(optics.variation) }

  /// Shifts of rings that are all off by the mean.
  func alike(_ rings: Int) -> [[Nanometers]] {
    [[Nanometers](repeating: variation, count: rings)]
  }

  /// Shifts evenly between none and twice the mean, the same draws every time.
  func byThemselves(_ rings: Int) -> [[Nanometers]] {
    var random = SeededRandom(seed: 1)
    return (0..<Self.drawCount).map { _ in
      (0..<rings).map { _ in variation * (2 * Double(random.nextFloat())) }
    }
  }

  private var thermalTable: DataTable {
    DataTable(
      name: "thermal",
      header: [
        "bank", "rings off", "condition", "isolated, mW a ring", "ring by ring, mW a ring",
        "hops a ring", "collective, mW a ring", "bias, nm", "collective / ring by ring",
        "collective / isolated",
      ],
      words: kinds.flatMap { kind in
        let rings = kind.bank.rings
        return [("alike", alike(rings)), ("each by itself", byThemselves(rings))].map {
          name, draws in
          let hold = Hold(kind.thermal, draws)
          return [
            "\(kind.name), \(rings) rings", name, figure(kind.thermal.modes.condition),
            figure(hold.isolated.value), figure(hold.ringByRing.value), figure(hold.hops),
            figure(hold.collective.value), figure(hold.bias.value),
            figure(hold.collective / hold.ringByRing), figure(hold.collective / hold.isolated),
          ]
        }
      })
  }

  private var thermalChart: LineChart {
    let rings = kinds[0].bank.rings
    let decay = Micrometers(optics.thermalDecay)
    let pitches = (0...24).map { decay * (0.4 * pow(25, Double($0) / 24)) }
    let shared = pitches.map { hold(rings, $0, alike(rings)) }
    let own = pitches.map { hold(rings, $0, byThemselves(rings)) }
    func line(_ name: String, _ style: LineChart.Series.Style, _ powers: [Milliwatts])
      -> LineChart.Series
    {
      LineChart.Series(name, style: style, zip(pitches, powers).map { ($0.value, $1.value) })
    }
    return LineChart(
      name: "physics-thermal",
      title: "What holds \(rings) rings on their wavelengths, by their distance",
      x: LineChart.Axis("pitch, um", .logarithmic, range: decay.value * 0.4...decay.value * 10),
      y: LineChart.Axis("mW a ring", .logarithmic),
      series: [
        line("isolated", .dashed, own.map(\.isolated)),
        line("collective, alike", .line, shared.map(\.collective)),
        line("ring by ring, each", .line, own.map(\.ringByRing)),
        line("collective, each", .line, own.map(\.collective)),
      ])
  }

  private func hold(_ rings: Int, _ pitch: Micrometers, _ draws: [[Nanometers]]) -> Hold {
    Hold(
      ThermalBank(
        rings: rings, pitch: pitch, decay: Micrometers(optics.thermalDecay),
        freeSpectralRange: ring.freeSpectralRange,
        fullShiftPower: Milliwatts(optics.thermoOpticPower)), draws)
  }
}
