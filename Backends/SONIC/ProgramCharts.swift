public import Charts
import Foundation

extension View {
  /// Pictures of the whole program.
  public var charts: [any Chart] {
    [schedule, utilization, latency, energyByComponent, energyByStep, roofline]
  }

  // MARK: Time

  private var schedule: GanttChart {
    let steps = inspection.steps
    let scale = TimeScale(report.latencyPicoseconds)
    var step = 0
    let bars = timeline.instruction.indices.compactMap { event -> GanttChart.Bar? in
      let instruction = timeline.instruction[event]
      while step < steps.count, instruction >= steps[step].end { step += 1 }
      guard timeline.duration[event] > 0 else { return nil }
      let isInside = step < steps.count && instruction >= steps[step].firstInstruction
      return GanttChart.Bar(
        row: timeline.row[event], start: scale.value(timeline.start[event]),
        end: scale.value(timeline.start[event] + timeline.duration[event]),
        name: isInside ? steps[step].name : "transfers")
    }
    return GanttChart(
      name: "schedule", title: "\(title): \(Words.time(inspection.schedule.latencyPicoseconds))",
      unit: scale.unit, rows: timeline.rows, bars: bars)
  }

  private var utilization: LineChart {
    let latency = inspection.schedule.latencyPicoseconds
    let scale = TimeScale(latency)
    return LineChart(
      name: "utilization", title: "\(title): busy resources",
      x: .init("time, \(scale.unit)", range: 0...max(scale.value(latency), 1e-9)),
      y: .init("busy, %", range: 0...100),
      series: inspection.schedule.groups.map { group in
        LineChart.Series(
          group.name,
          group.profile.enumerated().map { bin, share in
            let middle = (Double(bin) + 0.5) / Double(group.profile.count)
            // Sums of shares may pass one in the last digit.
            return (scale.value(latency) * middle, 100 * min(share, 1))
          })
      })
  }

  private var latency: StackedBarChart {
    let parts = report.bottleneck?.parts ?? []
    let scale = TimeScale(report.latencyPicoseconds)
    return StackedBarChart(
      name: "latency", title: "\(title): what the latency consists of", unit: scale.unit,
      groups: ["critical path"],
      series: parts.map { ($0.name, [scale.value($0.picoseconds)]) })
  }

  // MARK: Energy

  private var energyByComponent: StackedBarChart {
    let parts = report.components.filter { $0.energyFemtojoules > 0 }
      .sorted { $0.energyFemtojoules > $1.energyFemtojoules }
    return StackedBarChart(
      name: "energy-by-component", title: "\(title): energy of a sample", unit: "uJ",
      groups: parts.map(\.name),
      series: [("energy", parts.map { microjoules($0.energyFemtojoules) / samples })])
  }

  /// Steps and components that are shown: the largest.
  private static let (mostSteps, mostComponents) = (48, 7)

  var energyByStep: StackedBarChart {
    let steps = report.steps.indices.sorted {
      (report.steps[$1].energyFemtojoules, $0) < (report.steps[$0].energyFemtojoules, $1)
    }.prefix(Self.mostSteps).sorted()
    let components = report.components.indices.sorted {
      (report.components[$1].energyFemtojoules, $0)
        < (report.components[$0].energyFemtojoules, $1)
    }.filter { component in
      report.steps.contains { $0.componentFemtojoules[component] > 0 }
    }
    let (shown, others) = (
      components.prefix(Self.mostComponents), components.dropFirst(Self.mostComponents)
    )
    func values(_ components: some Sequence<Int>) -> [Double] {
      steps.map { step in
        microjoules(components.reduce(0) { $0 + report.steps[step].componentFemtojoules[$1] })
          / samples
      }
    }
    var series = shown.map { (report.components[$0].name, values([$0])) }
    if !others.isEmpty { series.append(("others", values(others))) }
    let isCut = steps.count < report.steps.count
    return StackedBarChart(
      name: "energy-by-step",
      title: "\(title): energy of a sample by step"
        + (isCut ? ", the \(steps.count) largest" : ""),
      unit: "uJ", groups: steps.map { report.steps[$0].name }, series: series)
  }

  private var samples: Double { Double(max(report.samples, 1)) }

  private func microjoules(_ femtojoules: Int) -> Double { Double(femtojoules) * 1e-9 }

  // MARK: Limits

  var roofline: LineChart {
    let steps = report.steps.filter {
      $0.products > 0 && $0.trafficBytes > 0 && $0.endPicoseconds > $0.startPicoseconds
    }
    let points = steps.map { step in
      let seconds = Double(step.endPicoseconds - step.startPicoseconds) * 1e-12
      let products = Double(step.products)
      return (products / Double(step.trafficBytes), products / seconds * 1e-9)
    }
    let roof = report.roofline
    let whole = (roof.productsPerByte, roof.achieved * 1e-9)
    let all = (points + [whole]).map(\.0).filter { $0 > 0 }
    let (low, high) = ((all.min() ?? 1) / 2, (all.max() ?? 1) * 2)
    // What a byte may cost in time: where the memory's line meets the peak.
    let slope = roof.productsPerByte > 0 ? roof.memoryBound / roof.productsPerByte : 0
    let ridge = slope > 0 ? roof.peak / slope : low
    let xs = [low] + (ridge > low && ridge < high ? [ridge] : []) + [high]
    return LineChart(
      name: "roofline", title: "\(title): roofline",
      x: .init("products for each byte of main memory", .logarithmic),
      y: .init("Gproducts/s", .logarithmic),
      series: [
        .init(
          "limit of the machine",
          xs.map { ($0, min(roof.peak, slope > 0 ? slope * $0 : roof.peak) * 1e-9) }),
        .init("layers", style: .points, points), .init("network", style: .points, [whole]),
      ])
  }
}

extension Inspection.Step {
  /// The instruction after its last one.
  fileprivate var end: Int { firstInstruction + instructionCount }
}

/// The unit that times up to some length are shown in.
private struct TimeScale {
  let unit: String
  private let picoseconds: Double

  init(_ longest: Int) {
    (unit, picoseconds) =
      longest >= 2_000_000_000 ? ("ms", 1e9) : longest >= 2_000_000 ? ("us", 1e6) : ("ns", 1e3)
  }

  func value(_ time: Int) -> Double { Double(time) / picoseconds }
}
