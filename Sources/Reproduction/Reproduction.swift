public import Charts
import Foundation
import Hardware
import SONICBackend
public import Support

/// The SONIC paper's evaluation done again: what it says, what comes out here, and where both stand.
public struct Reproduction: Sendable {
  /// In Markdown.
  public let page: String
  public let tables: [DataTable]
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
    let (readings, parts) = (try Variant.readings(), try Variant.parts())
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
              isFirst: place == 0, report: try prepared.report(on: reading)))
        }
        if place == 0 {
          let dense = try PreparedNetwork(
            graph.withoutZeros, clusters: network.clusters, readings[0].machine, threads: threads)
          var reports: [Report] = []
          for part in parts {
            let network = part.isDense ? dense : prepared
            reports.append(try network.report(on: part))
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
    let partTable = Self.partTable(worth, parts, of: results.reports(of: readings[0]))
    let chart = Self.chart(results, readings)
    tables = [
      machine, networks, origins, outcome, read, partTable, .ratios, .crossLight, .contradictions,
    ]
    charts = [chart]
    page = """
      # The paper's evaluation, done again

      Printed by `sonic reproduce`. Every figure says where it is from: **T** read in the SONIC paper
      (arXiv 2109.04459), **C** in CrossLight's (arXiv 2102.06960), **P** in another paper's abstract, **R** recalled,
      **O** ours. Columns *of the paper* are T; how a layout was found is ours; all else is counted, or computed by
      compiling programs and executing them.

      ## The machine

      \(machine.markdown)
      ## The networks

      Layer shapes are not published. These layouts have the published totals exactly; many do by chance, so that proves
      little. What is left after pruning is published as a half or 60 % of all parameters, biases and normalization
      included, so it looks like arithmetic on the total; here so many parameters are not zero, and fewer weights proper.
      Weights are random, by a seed, and each layer that is pruned is pruned alike; which layers are not is our choice. So
      half of the activations are zero, as random weights make them. 16 clusters would need DACs of 4 bits; they are
      charged as 6. Accuracies are the paper's, in per cent before and after; random weights have none.

      \(networks.markdown)
      \(origins.markdown)
      ## SONIC on them

      One random picture each, batch 1, calibrated on it. The paper costs neither memory nor the control unit, so
      figures without the energy of memory are the closer ones; time always has the memory's, of which the reading *fast
      memory* is free. The paper does not say what *energy a bit* divides by; here these are the bits that stream past the
      rings ([CostModel.md](CostModel.md)): 16 for an activation, 6 for a weight. How many there are depends on what stays on
      the rings, which is picked for each reading anew, so these figures do not compare from one reading to another; energies
      of a picture do. *MR hold* is what keeping all rings on their wavelengths takes, 3.2 mW each (O), also while nothing
      is computed: with n rows a VDU has n times as many. An ADC takes 14 ns; that it takes a vector every 0.33 ns for the
      62 mW of one is an assumption (O) that the default rests on: *43 ADCs* pays for as many as that needs.

      The layout matters as much as the reading: one mean is over the first layout of every network, the other over the last.

      ![Frames a second and watt](\(chart.name).svg)

      \(outcome.markdown)
      What each reading of the paper does, against the default: means of the four networks' ratios, first layouts.

      \(read.markdown)
      ## What each part of SONIC is worth

      Against the whole, as SONIC is read by default: means of the four networks' ratios, first layouts. What compression
      of activations and what collective tuning (TED) are worth is not told yet: `thermal-hold` is of rings tuned each
      on its own.

      \(partTable.markdown)
      ## What the papers say of others

      How many times better SONIC is than each, averages over its four networks (T). P100 and Xeon Platinum 9282 are
      drawn without numbers; absolute figures we have not found. Which NullHop is meant, of 28 nm or of an FPGA, is
      not said, and SONIC draws more power than the electronic sparse ones. None of these is modelled here yet.

      \(DataTable.ratios.markdown)
      CrossLight's table III, by the same group a few months earlier, over four other networks (C):

      \(DataTable.crossLight.markdown)
      The two contradict each other: how many times better CrossLight is than the same accelerator, by the one paper and by
      the other. No one model can match both.

      \(DataTable.contradictions.markdown)
      """
  }

  private static func machineTable(_ machine: Machine) -> DataTable {
    DataTable(
      name: "machine", header: ["figure", "value", "mark", "source"],
      rows: machine.figures.map { [$0.path, $0.value, $0.mark, $0.source] })
  }

  private static func networkTable(
    _ counts: [(PaperNetwork, PaperNetwork.Layout, NetworkCounts)]
  ) -> DataTable {
    DataTable(
      name: "networks",
      header: [
        "layout", "data", "CONV, FC", "of the paper", "parameters", "parameters of the paper",
        "left",
        "left of the paper", "weights", "weights left", "layers pruned", "pruned of the paper",
        "clusters of the paper", "accuracy of the paper",
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
  ) -> DataTable {
    DataTable(
      name: "layouts", header: ["layout", "how it was found"],
      rows: counts.map { [$0.1.name, $0.1.origin] })
  }

  private static func resultTable(
    _ results: [Result], _ readings: [Variant]
  ) -> DataTable {
    DataTable(
      name: "results",
      header: [
        "reading", "layout", "latency, us", "kFPS", "W", "uJ a picture", "MR hold, %", "kFPS/W",
        "kFPS/W without memory", "pJ a bit", "pJ a bit without memory", "bottleneck",
      ],
      rows: readings.flatMap { reading in
        let own = results.filter { $0.reading == reading.name }
        let rows = own.map { result in
          [reading.name, result.layout] + result.figures.map(figure) + [result.report.bottleneck]
        }
        let last = PaperNetwork.all.compactMap { network in
          own.last { $0.network == network.data }
        }
        return rows + [
          meanRow(reading, "mean of first", own.filter(\.isFirst)),
          meanRow(reading, "mean of last", last),
        ]
      })
  }

  /// Means of what the paper gives means of.
  private static func meanRow(_ reading: Variant, _ name: String, _ results: [Result]) -> [String] {
    let figures = results.map(\.figures)
    let averaged = figures[0].indices.map { column in
      column < 5 ? "" : figure(mean(figures.map { $0[column] }))
    }
    return [reading.name, name] + averaged + [""]
  }

  private static func readingTable(
    _ results: [Result], _ readings: [Variant]
  ) -> DataTable {
    let base = results.reports(of: readings[0])
    return DataTable(
      name: "readings", header: ["reading", "what it is"] + ratioHeader,
      rows: readings.map { reading in
        [reading.name, reading.summary] + ratios(results.reports(of: reading), to: base)
      })
  }

  private static let ratioHeader = ["latency", "energy", "energy without memory"]

  /// The means over networks of what each takes against what it takes otherwise.
  private static func ratios(_ reports: [Report], to base: [Report]) -> [String] {
    [\Report.latencyPicoseconds, \.energyFemtojoules, \.energyWithoutMemoryFemtojoules].map { key in
      let ratios = zip(reports, base).map { Double($0[keyPath: key]) / Double($1[keyPath: key]) }
      return String(format: "%.3fx", mean(ratios))
    }
  }

  /// - Parameters:
  ///   - worth: for each network, a report of each part.
  ///   - whole: for each network.
  private static func partTable(
    _ worth: [[Report]], _ parts: [Variant], of whole: [Report]
  ) -> DataTable {
    let rows = parts.enumerated().map { index, part in
      [part.name, part.summary] + ratios(worth.map { $0[index] }, to: whole)
    }
    return DataTable(
      name: "parts", header: ["SONIC", "what it is"] + ratioHeader,
      rows: [["full", "all of it"] + ratios(whole, to: whole)] + rows)
  }

  private static func chart(_ results: [Result], _ readings: [Variant]) -> BarChart {
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

extension [Reproduction.Result] {
  /// Of each network's likeliest layout.
  fileprivate func reports(of reading: Variant) -> [Report] {
    filter { $0.reading == reading.name && $0.isFirst }.map(\.report)
  }
}

extension Reproduction.Result {
  /// Latency in us, kFPS, W, uJ, per cent of MR hold; then kFPS/W and pJ a bit, each with memory and without.
  fileprivate var figures: [Double] {
    let hold = report.components.first { $0.name == Component.thermalHold.name }
    let energy = Double(report.energyFemtojoules)
    return [
      Double(report.latencyPicoseconds) / 1e6, report.framesPerSecond / 1e3,
      report.averagePowerWatts, energy / 1e9,
      100 * Double(hold?.energyFemtojoules ?? 0) / energy, report.framesPerSecondPerWatt / 1e3,
      1e12 / Double(report.energyWithoutMemoryFemtojoules), report.energyPerBitPicojoules,
      report.energyPerBitWithoutMemoryPicojoules,
    ]
  }
}

extension DataTable {
  fileprivate static var ratios: DataTable {
    DataTable(
      name: "published-ratios",
      header: ["SONIC against", "times the FPS/W", "times less energy a bit"],
      rows: PublishedFigures.ratios.map { [$0.accelerator, $0.efficiency, $0.energyPerBit] })
  }

  fileprivate static var crossLight: DataTable {
    DataTable(
      name: "published-crosslight", header: ["accelerator", "kFPS/W", "pJ a bit"],
      rows: PublishedFigures.crossLight.map { [$0.accelerator, $0.efficiency, $0.energyPerBit] })
  }

  /// CrossLight over each accelerator of which both papers speak.
  fileprivate static var contradictions: DataTable {
    let ratios = PublishedFigures.ratios
    let rows = PublishedFigures.crossLight
    func number(_ text: String) -> Double { Double(text) ?? .nan }
    guard let own = rows.first(where: { $0.accelerator.hasPrefix("CrossLight") }),
      let sonic = ratios.first(where: { $0.accelerator == "CrossLight" })
    else { preconditionFailure("both papers have CrossLight") }
    return DataTable(
      name: "contradictions",
      header: [
        "CrossLight against", "times the FPS/W, SONIC paper", "times the FPS/W, CrossLight paper",
        "times less energy a bit, SONIC paper", "times less energy a bit, CrossLight paper",
      ],
      rows: ratios.compactMap { ratio in
        guard ratio.accelerator != "CrossLight",
          let row = rows.first(where: { $0.accelerator == ratio.accelerator })
        else { return nil }
        return [
          ratio.accelerator, figure(number(ratio.efficiency) / number(sonic.efficiency)),
          figure(number(own.efficiency) / number(row.efficiency)),
          figure(number(ratio.energyPerBit) / number(sonic.energyPerBit)),
          figure(number(row.energyPerBit) / number(own.energyPerBit)),
        ]
      })
  }
}
