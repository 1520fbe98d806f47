import Foundation
import Graph
public import Plan
import Hardware
import Simulation
import Support
import Tensor

extension Inspection {
  /// What a layer holds on VDUs and streams past.
  public struct Layer: Encodable, Sendable {
    public var geometry: Geometry
    /// Elements of a kernel's slices that vectors may not reach beyond; 0 where they may.
    public var slice: Int
    /// The buffer that gives its weights, if they are activations; survivors then are all of them.
    public var weightsFrom: String?
    /// Bytes of its weights and kernels in parameter memory.
    public var parameterBytes: Int
    /// The least and the largest value that it writes.
    public var lower: Double
    public var upper: Double
    /// By code: 1, 2, ...
    public var codebook: [Centroid]
    /// What clustering did to its weights; absent where they kept their values.
    public var clustering: Clustering?
    /// For each kernel, what its weights are multiplied by; 1 is the largest magnitude.
    public var gains: [Double]
    /// For each kernel, the weights that are not zero.
    public var survivors: [Int]
    /// For each kernel, the vectors that its survivors are cut into.
    public var vectors: [Int]
    /// Groups of tiles whose kernels are loaded together.
    public var waves: Int
    public var tiles: [Tile]
    /// For each VDU of the layer's kind, the time that it is busy with it.
    public var busyPicoseconds: [Int]
  }

  /// A value that weights take.
  public struct Centroid: Encodable, Sendable {
    /// The code book's integer.
    public var code: Int
    /// The weight that it stands for in a kernel whose gain is 1.
    public var value: Double
    /// Weights that take it.
    public var uses: Int
  }

  /// What weights were before they got few values.
  public struct Clustering: Encodable, Sendable {
    /// How many weights that are not zero lay in each of equal parts of the range.
    public var counts: [Int]
    /// The range, on both sides of zero, of weights at gain 1.
    public var reach: Double
    /// Energy of weights at gain 1 over that of what clustering changed in them, in decibels.
    public var signalToNoiseDecibels: Double
  }

  /// Kernels at positions, on a VDU.
  public struct Tile: Encodable, Sendable {
    public var unit: Int
    public var firstKernel: Int
    public var kernels: Int
    public var firstPosition: Int
    public var positions: Int

    init(_ unit: Unit, kernels: Range<UInt32>, positions: Range<UInt32>) {
      self.unit = Int(unit.number)
      firstKernel = Int(kernels.lowerBound)
      self.kernels = kernels.count
      firstPosition = Int(positions.lowerBound)
      self.positions = positions.count
    }
  }
}

extension Inspection.Layer {
  /// - Parameter events: what the layer's instructions did, when.
  init(
    _ runnable: Runnable, _ id: ID<LayerRecord>, _ step: StepRecord,
    events: some Sequence<Account.Event>
  ) {
    let program = runnable.program
    let record = program.layers[id]
    let shape = LayerShape(runnable.outline, id)
    let output = runnable.format(record.output)!
    geometry = record.geometry
    slice = Int(record.slice)
    weightsFrom = record.weightSource.map { program.buffers[$0].name }
    parameterBytes = program.parameterBytes(id, 0..<record.geometry.allKernels)
    lower = Double(output.decode(record.lower))
    upper = Double(output.decode(record.upper))
    survivors = (0..<record.geometry.allKernels).map { shape.survivors[$0] }
    vectors = (0..<record.geometry.allKernels).map { shape.vectors[$0] }
    let steps = runnable.weightSteps(of: id)
    let largest = steps.reduce(0) { max($0, $1.magnitude) }
    gains = steps.map { largest > 0 ? $0 / largest : 0 }
    codebook = zip(record.codebook, runnable.uses(of: id)).map {
      Inspection.Centroid(code: Int($0), value: Double($0) * largest, uses: $1)
    }
    if !record.spread.counts.isEmpty, record.spread.noise > 0 {
      let top = codebook.reduce(0) { max($0, $1.value.magnitude) }
      clustering = Inspection.Clustering(
        counts: record.spread.counts.map { Int($0) }, reach: Double(record.spread.reach) * top,
        signalToNoiseDecibels: -10 * log10(Double(record.spread.noise)))
    }
    (tiles, waves) = program.tiles(of: step)
    let firstRow = program.machine.firstRow(of: record.kind)
    busyPicoseconds = [Int](repeating: 0, count: program.machine.array(record.kind).units)
    for event in events where busyPicoseconds.indices.contains(event.row - firstRow) {
      busyPicoseconds[event.row - firstRow] += event.span.duration.count
    }
  }
}

extension Runnable {
  /// For each kernel of a layer, the real weight that a code book's 1 stands for: `collect` turns the
  /// sum of `(code * activation * gain) / 2^32` into `sum * multiplier / 2^shift`, and activations
  /// and results are in steps of their formats.
  fileprivate func weightSteps(of id: ID<LayerRecord>) -> [Double] {
    let record = program.layers[id]
    let fraction = format(record.input)!.fraction - format(record.output)!.fraction
    return program.kernels(of: id).map { kernel in
      let exponent = fraction - 32 - Int(kernel.shift)
      return Double(kernel.gain) * Double(kernel.multiplier)
        * Double(sign: .plus, exponent: exponent, significand: 1)
    }
  }

  /// How many of a layer's weights take each value of its codebook.
  fileprivate func uses(of id: ID<LayerRecord>) -> [Int] {
    var uses = [Int](repeating: 0, count: program.layers[id].codebook.count)
    for kernel in 0..<program.layers[id].geometry.allKernels {
      forEachSurvivor(of: id, kernel: kernel) { _, code in uses[Int(code) - 1] += 1 }
    }
    return uses
  }
}

extension Program {
  /// The tiles that a step fires, in order, and the number of waves that they come in: those of a
  /// wave give the same token.
  fileprivate func tiles(of step: StepRecord) -> (tiles: [Inspection.Tile], waves: Int) {
    var held: [Unit: Range<UInt32>] = [:]
    var tiles: [Inspection.Tile] = []
    var waves: Set<ID<Token>> = []
    for index in step.instructions {
      switch instructions[Int(index)] {
      case .tuneKernel(let i): held[i.unit] = i.kernels
      case .tunePatch(let i): held[i.unit] = i.positions
      case .firePatch(let i):
        guard let kernels = held[i.unit] else { continue }
        tiles.append(Inspection.Tile(i.unit, kernels: kernels, positions: i.positions))
        waves.insert(i.token)
      case .fireKernel(let i):
        guard let positions = held[i.unit] else { continue }
        tiles.append(Inspection.Tile(i.unit, kernels: i.kernels, positions: positions))
        waves.insert(i.token)
      default: continue
      }
    }
    return (tiles, waves.count)
  }
}
