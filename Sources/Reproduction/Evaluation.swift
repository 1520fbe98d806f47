import Hardware
import SONICBackend
import Support

/// All that is compiled and run for the page.
struct Evaluation: Sendable {
  /// A layout of a network, counted.
  struct Counted: Sendable {
    let network: PaperNetwork
    let layout: PaperNetwork.Layout
    let counts: NetworkCounts
  }

  /// One layout of a network on the machine of one reading.
  struct Result: Sendable {
    let network: String
    let layout: String
    let reading: String
    /// Whether it is the likeliest layout, which means are of.
    let isFirst: Bool
    let report: Report
  }

  let readings: [Variant]
  let parts: [Variant]
  private(set) var counted: [Counted] = []
  private(set) var results: [Result] = []
  /// For each network, a report of each part.
  private(set) var worth: [[Report]] = []
  private(set) var comparison: Comparison

  /// - Parameter progress: called after every layout.
  init(_ networks: [PaperNetwork], threads: Int, progress: () -> Void) throws(Failure) {
    (readings, parts) = (try Variant.readings(), try Variant.parts())
    comparison = Comparison(accelerators: try Accelerator.all())
    for network in networks {
      for (place, layout) in network.layouts.enumerated() {
        try add(network, layout, isFirst: place == 0, threads: threads)
        progress()
      }
    }
  }

  private mutating func add(
    _ network: PaperNetwork, _ layout: PaperNetwork.Layout, isFirst: Bool, threads: Int
  ) throws(Failure) {
    let graph = try layout.read()
    counted.append(Counted(network: network, layout: layout, counts: NetworkCounts(graph)))
    let machine = readings[0].machine
    let prepared = try PreparedNetwork(
      graph, clusters: network.clusters, machine, threads: threads)
    var reports: [Report] = []
    for reading in readings { reports.append(try prepared.report(on: reading)) }
    results += zip(readings, reports).map { reading, report in
      Result(
        network: network.data, layout: layout.name, reading: reading.name, isFirst: isFirst,
        report: report)
    }
    guard isFirst else { return }
    let dense = try PreparedNetwork(
      graph.withoutZeros, clusters: network.clusters, machine, threads: threads)
    var worth: [Report] = []
    for part in parts { worth.append(try (part.isDense ? dense : prepared).report(on: part)) }
    self.worth.append(worth)
    try compare(network.data, prepared, dense: dense, reports)
  }

  /// - Parameter reports: by reading.
  private mutating func compare(
    _ network: String, _ prepared: PreparedNetwork, dense: PreparedNetwork, _ reports: [Report]
  ) throws(Failure) {
    let work = prepared.workload(reports[0])
    var sonic: [Comparison.Setting: Outcome] = [:]
    for (reading, report) in zip(readings, reports) where !reading.hasFastMemory {
      let free = try prepared.report(on: reading.with(.free))
      for (memory, report) in [(MemoryCost.counted, report), (.free, free)] {
        sonic[Comparison.Setting(reading: reading.name, memory: memory)] = Outcome(
          report, on: reading.machine, work, memory)
      }
    }
    var others: [[MemoryCost: Outcome]] = []
    for accelerator in comparison.accelerators {
      var outcomes: [MemoryCost: Outcome] = [:]
      for memory in MemoryCost.allCases {
        outcomes[memory] = try accelerator.outcome(work, dense: dense, memory)
      }
      others.append(outcomes)
    }
    comparison.entries.append(Comparison.Entry(network: network, sonic: sonic, others: others))
  }

  /// The data that the networks classify.
  var networks: [String] { comparison.entries.map(\.network) }

  /// Of each network's likeliest layout.
  func reports(of reading: Variant) -> [Report] {
    results.filter { $0.reading == reading.name && $0.isFirst }.map(\.report)
  }
}
