import Foundation
import Hardware
import SONICBackend
public import Support

/// The SONIC paper's evaluation done again: what it says, what comes out here, and where both stand.
public struct Reproduction: Sendable {
  /// In Markdown.
  public let page: String
  public let tables: [ReproductionTable]
  public let charts: [BarChart]

  /// One layout of a network on the machine of one reading.
  struct Result: Sendable {
    let network: String
    let layout: String
    let reading: String
    /// Whether it is the likeliest layout, which means are of.
    let isFirst: Bool
    let report: Report
  }

  /// How many steps ``init(threads:progress:)`` tells of.
  public static var steps: Int { PaperNetwork.all.reduce(0) { $0 + $1.layouts.count } }

  /// Compiles and runs all networks. The largest takes some seconds and a gigabyte.
  ///
  /// - Parameter progress: called after every network.
  public init(threads: Int, progress: () -> Void) throws(Failure) {
    let (readings, parts) = (try Reading.all(), try Part.all())
    var counts: [(PaperNetwork, PaperNetwork.Layout, NetworkCounts)] = []
    var results: [Result] = []
    var worth: [[Report]] = []
    for network in PaperNetwork.all {
      for (place, layout) in network.layouts.enumerated() {
        let graph = try layout.read()
        counts.append((network, layout, NetworkCounts(graph)))
        let prepared = try PreparedNetwork(
          graph, clusters: network.clusters, readings[0].machine, threads: threads)
        for reading in readings {
          results.append(
            Result(
              network: network.data, layout: layout.name, reading: reading.name,
              isFirst: place == 0, report: try prepared.report(on: reading.machine, reading.pack)))
        }
        if place == 0 {
          let dense = try PreparedNetwork(
            graph.withoutZeros, clusters: network.clusters, parts[0].machine, threads: threads)
          var reports: [Report] = []
          for part in parts {
            let network = part.isDense ? dense : prepared
            reports.append(try network.report(on: part.machine))
          }
          worth.append(reports)
        }
        progress()
      }
    }
    let machine = Self.machineTable(readings[0].machine)
    let networks = Self.networkTable(counts)
    let origins = Self.originTable(counts)
    let outcome = Self.resultTable(results, readings)
    let read = Self.readingTable(results, readings)
    let partTable = Self.partTable(worth, parts)
    let chart = Self.chart(results, readings)
    tables = [
      machine, networks, origins, outcome, read, partTable, .ratios, .crossLight, .contradictions,
    ]
    charts = [chart]
    page = """
      # The paper's evaluation, done again

      Printed by `sonic reproduce`. Every figure says where it is from: **T** read in the SONIC paper
      (arXiv 2109.04459), **C** in CrossLight's (arXiv 2102.06960), **P** in another paper's abstract, **R** recalled,
      **O** ours; *paper* columns are T; all else is computed by compiling and executing programs.

      ## The machine

      \(machine.markdown)
      ## The networks

      Layer shapes are not published. These layouts have the published totals exactly; many do by chance, so that proves
      little. What is left after pruning is published as an exact fraction of all parameters, biases and normalization
      included, so it looks like arithmetic on the total; here so many parameters are not zero, and fewer weights proper.
      Weights are random, by a seed. Accuracies are the paper's, in per cent before and after; random weights have none.

      \(networks.markdown)
      \(origins.markdown)
      ## SONIC on them

      One random picture each, batch 1, calibrated on it. *Energy a bit* divides by the bits that stream past the
      rings ([CostModel.md](CostModel.md)), as the paper does not say what it divides by; it leaves memory and the control unit out,
      so that *without memory* is the closer one. Of each reading the mean is over the first layout of every network.

      ![Frames a second and watt](\(chart.name).svg)

      \(outcome.markdown)
      What each reading of the paper is worth, means over the four networks:

      \(read.markdown)
      ## What each part of SONIC is worth

      Means over the four networks of what it takes against the whole, as SONIC is read by default. What compression of
      activations and what collective tuning (TED) are worth is not told yet: `thermal-hold` is of rings tuned each on
      its own.

      \(partTable.markdown)
      ## What the papers say of others

      SONIC over each, averages over its four networks (T). No absolute figure is published.

      \(ReproductionTable.ratios.markdown)
      CrossLight's table III, by the same group a few months earlier, over four other networks (C):

      \(ReproductionTable.crossLight.markdown)
      The two contradict each other: what CrossLight is worth against the same accelerator by the one paper and by the
      other. No one model can match both.

      \(ReproductionTable.contradictions.markdown)
      """
  }

  private static func machineTable(_ machine: Machine) -> ReproductionTable {
    ReproductionTable(
      name: "machine", header: ["figure", "value", "mark", "source"],
      rows: machine.figures.map { [$0.path, $0.value, $0.mark, $0.source] })
  }

  private static func networkTable(
    _ counts: [(PaperNetwork, PaperNetwork.Layout, NetworkCounts)]
  ) -> ReproductionTable {
    ReproductionTable(
      name: "networks",
      header: [
        "layout", "data", "CONV, FC", "paper", "parameters", "paper", "left", "paper", "weights",
        "left", "layers pruned", "paper", "clusters, paper", "accuracy, paper",
      ],
      rows: counts.map { (network, layout, counts) in
        [
          layout.name, network.data, "\(counts.convolutions), \(counts.fullyConnected)",
          "\(network.layers.convolutions), \(network.layers.fullyConnected)",
          grouped(counts.parameters), grouped(network.parameters), grouped(counts.parametersLeft),
          grouped(network.parametersLeft), grouped(counts.weights), grouped(counts.weightsLeft),
          "\(counts.layersPruned)", "\(network.layersPruned)", "\(network.clusters)",
          "\(network.accuracy.baseline), \(network.accuracy.after)",
        ]
      })
  }

  private static func originTable(
    _ counts: [(PaperNetwork, PaperNetwork.Layout, NetworkCounts)]
  ) -> ReproductionTable {
    ReproductionTable(
      name: "layouts", header: ["layout", "how it was found"],
      rows: counts.map { [$0.1.name, $0.1.origin] })
  }

  private static func resultTable(
    _ results: [Result], _ readings: [Reading]
  ) -> ReproductionTable {
    ReproductionTable(
      name: "results",
      header: [
        "reading", "layout", "latency, us", "kFPS", "W", "kFPS/W", "pJ a bit",
        "pJ a bit without memory", "bottleneck",
      ],
      rows: readings.flatMap { reading in
        let own = results.filter { $0.reading == reading.name }
        let rows = own.map { result in
          [reading.name, result.layout] + result.figures.map(figure) + [result.report.bottleneck]
        }
        let first = own.filter(\.isFirst).map(\.figures)
        let means = first[0].indices.map { column in mean(first.map { $0[column] }) }
        return rows + [[reading.name, "mean"] + means.map(figure) + [""]]
      })
  }

  private static func readingTable(
    _ results: [Result], _ readings: [Reading]
  ) -> ReproductionTable {
    func means(_ reading: Reading) -> (efficiency: Double, energy: Double) {
      let own = results.filter { $0.reading == reading.name && $0.isFirst }.map(\.report)
      return (
        mean(own.map(\.framesPerSecondPerWatt)),
        mean(own.map(\.energyPerBitWithoutMemoryPicojoules))
      )
    }
    let base = means(readings[0])
    return ReproductionTable(
      name: "readings",
      header: ["reading", "what it is", "FPS/W", "energy a bit without memory"],
      rows: readings.map { reading in
        let own = means(reading)
        return [
          reading.name, reading.summary, figure(own.efficiency / base.efficiency) + "x",
          figure(own.energy / base.energy) + "x",
        ]
      })
  }

  /// - Parameter worth: for each network, a report of each part.
  private static func partTable(_ worth: [[Report]], _ parts: [Part]) -> ReproductionTable {
    func ratio(_ index: Int, _ quantity: (Report) -> Int) -> String {
      let ratios = worth.map { Double(quantity($0[index])) / Double(quantity($0[0])) }
      return String(format: "%.3fx", mean(ratios))
    }
    return ReproductionTable(
      name: "parts",
      header: ["SONIC", "what it is", "latency", "energy", "energy without memory"],
      rows: parts.enumerated().map { index, part in
        [
          part.name, part.summary, ratio(index, \.latencyPicoseconds),
          ratio(index, \.energyFemtojoules), ratio(index, \.energyWithoutMemoryFemtojoules),
        ]
      })
  }

  private static func chart(_ results: [Result], _ readings: [Reading]) -> BarChart {
    let first = results.filter(\.isFirst)
    let networks = PaperNetwork.all.map(\.data)
    return BarChart(
      name: "reproduction", title: "SONIC on the paper's networks, by how the paper is read",
      unit: "kFPS/W", groups: networks,
      series: readings.map { reading in
        (
          reading.name,
          networks.map { network in
            first.first { $0.network == network && $0.reading == reading.name }
              .map { $0.report.framesPerSecondPerWatt / 1e3 } ?? 0
          }
        )
      })
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(values.count, 1))
  }
}

extension Reproduction.Result {
  /// Latency in us, kFPS, W, kFPS/W, pJ a bit with memory and without.
  fileprivate var figures: [Double] {
    [
      Double(report.latencyPicoseconds) / 1e6, report.framesPerSecond / 1e3,
      report.averagePowerWatts, report.framesPerSecondPerWatt / 1e3,
      report.energyPerBitPicojoules, report.energyPerBitWithoutMemoryPicojoules,
    ]
  }
}

extension ReproductionTable {
  fileprivate static var ratios: ReproductionTable {
    ReproductionTable(
      name: "published-ratios", header: ["SONIC over", "FPS/W", "energy a bit"],
      rows: PublishedFigures.ratios.map {
        [$0.accelerator, figure($0.efficiency), figure($0.energyPerBit)]
      })
  }

  fileprivate static var crossLight: ReproductionTable {
    ReproductionTable(
      name: "published-crosslight", header: ["accelerator", "kFPS/W", "pJ a bit"],
      rows: PublishedFigures.crossLight.map {
        [$0.accelerator, figure($0.efficiency), figure($0.energyPerBit)]
      })
  }

  /// CrossLight over each accelerator of which both papers speak.
  fileprivate static var contradictions: ReproductionTable {
    let ratios = PublishedFigures.ratios
    let rows = PublishedFigures.crossLight
    guard let own = rows.first(where: { $0.accelerator == "CrossLight" }),
      let sonic = ratios.first(where: { $0.accelerator == "CrossLight" })
    else { preconditionFailure("both papers have CrossLight") }
    return ReproductionTable(
      name: "contradictions",
      header: [
        "CrossLight over", "FPS/W, SONIC paper", "FPS/W, CrossLight paper",
        "energy a bit, SONIC paper",
        "energy a bit, CrossLight paper",
      ],
      rows: ratios.compactMap { ratio in
        guard ratio.accelerator != "CrossLight",
          let row = rows.first(where: { $0.accelerator == ratio.accelerator })
        else { return nil }
        return [
          ratio.accelerator, figure(ratio.efficiency / sonic.efficiency),
          figure(own.efficiency / row.efficiency), figure(ratio.energyPerBit / sonic.energyPerBit),
          figure(row.energyPerBit / own.energyPerBit),
        ]
      })
  }
}
