public import Foundation
public import Hardware
import Kernels
import Plan
import Simulation
import Support

/// Time and energy of a run as people and scripts read it; Docs/CostModel.md defines each figure and
/// Docs/report.schema.json the JSON.
public struct Report: Encodable, Sendable {
  public struct Component: Encodable, Sendable {
    public var name: String
    public var energyFemtojoules: Int
    public var isMemory: Bool
    /// The machine's figures that it is computed from beside time and counts, by path.
    public var figures: [String]
  }

  public struct Resource: Encodable, Sendable {
    public var name: String
    public var busyPicoseconds: Int
    /// Busy time over latency, 0 to 1.
    public var utilization: Double
  }

  public struct Step: Encodable, Sendable {
    public var name: String
    /// `conv` or `fc` for a layer on VDUs, else the operator's name.
    public var kind: String
    public var dataflow: String?
    public var origins: [String]
    public var startPicoseconds: Int
    public var endPicoseconds: Int
    public var energyFemtojoules: Int
    /// In the order of ``Report/components``; none of what stands.
    public var componentFemtojoules: [Int]
    public var dmaPicoseconds: Int
    public var ecuPicoseconds: Int
    public var vduPicoseconds: Int
    public var weights: Int
    public var survivors: Int
    public var imprints: Int
    public var vectors: Int
    public var products: Int
    public var lit: Int
    /// Bytes moved to and from main memory.
    public var trafficBytes: Int
    /// What it waited for most: `DMA`, `ECU` or `VDU`.
    public var bound: String
  }

  /// Where the run stands against the machine's limits, in products a second.
  public struct Roofline: Encodable, Sendable {
    /// Products for each byte moved to or from main memory.
    public var productsPerByte: Double
    /// What all VDUs could do at their pace.
    public var peak: Double
    /// What main memory could feed at this intensity.
    public var memoryBound: Double
    public var achieved: Double
  }

  public let format = "sonic-report"
  public let version = 1
  public var model: String
  public var machine: String
  public var machineSummary: String
  public var samples: Int
  public var latencyPicoseconds: Int
  public var framesPerSecond: Double
  public var energyFemtojoules: Int
  public var energyWithoutMemoryFemtojoules: Int
  public var averagePowerWatts: Double
  public var peakPowerWatts: Double
  public var framesPerSecondPerWatt: Double
  /// Elements streamed past microrings, at the bits of their DAC.
  public var bits: Int
  public var energyPerBitPicojoules: Double
  public var energyPerBitWithoutMemoryPicojoules: Double
  public var trafficBytes: Int
  public var components: [Component]
  public var resources: [Resource]
  public var steps: [Step]
  public var roofline: Roofline
  /// Nil where only an outline is known.
  public var bottleneck: Bottleneck?
  public var basis: Basis

  /// What a sample is expected to take.
  public init(estimating runnable: Runnable) {
    self.init(runnable, Execution.estimate(runnable), .expected, samples: 1)
  }

  /// - Parameters:
  ///   - runnable: the program.
  ///   - account: of all samples together.
  ///   - counts: whether it is of a run or an estimate.
  ///   - samples: how many there were.
  public init(_ runnable: Runnable, _ account: Account, _ counts: Basis.Counts, samples: Int) {
    self.init(runnable.outline, account, counts, samples: samples)
    let expected = counts == .expected ? account : runnable.outline.estimate()
    bottleneck = Bottleneck(runnable, account, expected: expected)
  }

  /// - Parameters:
  ///   - outline: of the program.
  ///   - account: of all samples together.
  ///   - counts: whether it is of a run or an estimate.
  ///   - samples: how many there were.
  public init(_ outline: Outline, _ account: Account, _ counts: Basis.Counts, samples: Int) {
    let program = outline.program
    let energy = account.energy
    let seconds = account.latency.seconds
    let total = energy.total
    let memory = SONICBackend.Component.allCases.filter(\.isMemory).reduce(Femtojoules.zero) {
      $0 + energy[$1]
    }
    func ratio(_ a: Double, _ b: Double) -> Double { b > 0 ? a / b : 0 }
    model = program.header.model
    machine = program.machine.name
    machineSummary = program.machine.summary
    self.samples = samples
    latencyPicoseconds = account.latency.count
    framesPerSecond = ratio(Double(samples), seconds)
    energyFemtojoules = total.count
    energyWithoutMemoryFemtojoules = (total - memory).count
    averagePowerWatts = ratio(total.joules, seconds)
    peakPowerWatts = account.peakPower
    framesPerSecondPerWatt = ratio(Double(samples), total.joules)
    let devices = program.machine.devices
    bits = zip(program.steps, account.steps).reduce(0) { sum, pair in
      guard let layer = pair.0.layer else { return sum }
      let isActivation = program.layers[layer].dataflow == .kernel
      return sum + pair.1.streamed * (isActivation ? devices.activationBits : devices.weightBits)
    }
    energyPerBitPicojoules = ratio(total.joules * 1e12, Double(bits))
    energyPerBitWithoutMemoryPicojoules = ratio((total - memory).joules * 1e12, Double(bits))
    trafficBytes = account.traffic
    components = SONICBackend.Component.allCases.map {
      Component(
        name: $0.name, energyFemtojoules: energy[$0].count, isMemory: $0.isMemory,
        figures: $0.figures)
    }
    basis = Basis(counts, components, on: program.machine)
    resources = zip(program.machine.resourceNames, account.busy).map { name, busy in
      Resource(
        name: name, busyPicoseconds: busy.count, utilization: ratio(busy.seconds, seconds))
    }
    steps = zip(program.steps, account.steps).map { Step($0, $1, outline) }
    roofline = Roofline(program.machine, account)
  }

  /// The JSON form: integers in the unit that the key names, so that sums are exact.
  public var json: Data { Words.json(self) }
}

extension Report.Roofline {
  fileprivate init(_ machine: Machine, _ account: Account) {
    let products = account.steps.reduce(0) { $0 + $1.streamed }
    let arrays = [(machine.conv, VDUKind.conv), (machine.fc, VDUKind.fc)]
    peak = arrays.reduce(0) {
      let pace = machine.timing($1.1, .kernel).pace.seconds
      return $0 + Double($1.0.units * $1.0.length * $1.0.rows) / pace
    }
    productsPerByte = account.traffic > 0 ? Double(products) / Double(account.traffic) : 0
    memoryBound = productsPerByte * Double(machine.memory.dram.bandwidth) * 1e6
    achieved = account.latency.count > 0 ? Double(products) / account.latency.seconds : 0
  }
}

extension Report.Step {
  fileprivate init(_ record: StepRecord, _ step: Account.Step, _ outline: Outline) {
    let program = outline.program
    name = program.name(of: record)
    startPicoseconds = step.span?.start.count ?? 0
    endPicoseconds = step.span?.end.count ?? 0
    energyFemtojoules = step.energy.total.count
    componentFemtojoules = SONICBackend.Component.allCases.map { step.energy[$0].count }
    dmaPicoseconds = step.dma.count
    ecuPicoseconds = step.ecu.count
    vduPicoseconds = step.vdus.count
    imprints = step.imprints
    vectors = step.vectors
    products = step.streamed
    lit = step.lit
    trafficBytes = step.traffic
    weights = 0
    survivors = 0
    var units = 1
    if let id = record.layer {
      let layer = program.layers[id]
      kind = layer.kind.name
      dataflow = layer.dataflow.name
      origins = layer.origins
      weights = layer.weightCount
      survivors = outline.survivors(of: id)
      units = program.machine.array(layer.kind).units
    } else if let id = record.operation {
      kind = program.operations[id].op
      origins = program.operations[id].origins
    } else {
      kind = "transfer"
      origins = []
    }
    let times = [
      ("DMA", step.dma.count), ("ECU", step.ecu.count), ("VDU", step.vdus.count / units),
    ]
    bound = times.max { $0.1 < $1.1 }!.0
  }
}

extension Runnable {
  /// The weights that are not zero.
  public var survivorCount: Int {
    program.layers.ids.reduce(0) { $0 + outline.survivors(of: $1) }
  }
}

extension Machine {
  /// Names of the rows of timelines: DMA, ECU, CONV VDUs, FC VDUs.
  public var resourceNames: [String] {
    ["DMA", "ECU"] + (0..<conv.units).map { "CONV VDU \($0)" }
      + (0..<fc.units).map { "FC VDU \($0)" }
  }

  /// What there is of each kind of resource, with its rows.
  var resourceGroups: [(name: String, rows: Range<Int>)] {
    let (conv, fc) = (firstRow(of: .conv), firstRow(of: .fc))
    return [
      ("DMA", 0..<1), ("ECU", 1..<2), ("CONV VDUs", conv..<fc),
      ("FC VDUs", fc..<fc + self.fc.units),
    ]
  }

  /// The row of the first VDU of a kind.
  func firstRow(of kind: VDUKind) -> Int { kind == .conv ? 2 : 2 + conv.units }
}
