public import Graph
public import Hardware
public import Support
public import Tensor

/// A network as work for the machine: layers of vector dot products for the VDUs, everything else as
/// operations of the control unit, and the buffers between them.
public struct Plan: Sendable, Equatable {
  public var name: String
  public var machine: Machine
  public var buffers: Table<Buffer>
  public var layers: Table<Layer>
  public var operations: Table<ControlOperation>
  /// All layers and operations, each after those whose results it reads.
  public var steps: [Step]
  public var inputs: [ID<Buffer>]
  public var outputs: [ID<Buffer>]
  /// Whether the leading axis of every input was open: then a run takes any batch, sample by sample.
  public var isBatchOpen: Bool

  public init(name: String, machine: Machine) {
    self.name = name
    self.machine = machine
    buffers = Table()
    layers = Table()
    operations = Table()
    steps = []
    inputs = []
    outputs = []
    isBatchOpen = false
  }
}

public enum Step: Sendable, Hashable {
  case layer(ID<Layer>)
  case operation(ID<ControlOperation>)
}

/// A tensor in the accelerator's memory.
public struct Buffer: Sendable, Equatable {
  /// Where it lies between steps.
  public enum Location: Sendable, Hashable {
    /// At this byte of the SRAM.
    case sram(Int)
    /// In main memory: every step that reads it has it streamed in.
    case dram
  }

  public var name: String
  public var type: TensorType
  /// 16-bit codes of this format; nil for 32-bit floats, or 64-bit integers.
  public var format: FixedPoint?
  /// The expected fraction of elements that are not zero.
  public var density: Float
  /// The largest magnitude that calibration saw, if it did.
  public var peak: Float?
  /// The contents, where they are known at compile time.
  public var constant: Tensor?
  /// Given by `place`.
  public var location: Location?

  public init(
    _ name: String, _ type: TensorType, format: FixedPoint? = nil, density: Float = 1,
    peak: Float? = nil, constant: Tensor? = nil
  ) {
    self.name = name
    self.type = type
    self.format = format
    self.density = density
    self.peak = peak
    self.constant = constant
  }

  /// Bytes of an element in the accelerator's memory.
  public var elementSize: Int {
    format != nil ? 2 : type.element.isFloatingPoint ? 4 : type.element.size
  }

  /// Bytes in the accelerator's memory.
  public var size: Int { type.shape.count * elementSize }
}

/// Dot products of kernels with patches, for the VDUs of one kind.
public struct Layer: Sendable, Equatable {
  public var name: String
  /// The model's nodes that it stands for.
  public var origins: [String]
  public var kind: VDUKind
  public var input: ID<Buffer>
  public var output: ID<Buffer>
  public var geometry: Geometry
  /// The values of codes 1, 2, ...
  public var codebook: [Float]
  /// What the weights were before they were given those.
  public var spread = WeightSpread()
  /// A factor for each kernel.
  public var gains: [Float]
  /// An addend for each kernel.
  public var bias: [Float]
  public var clamp: Clamp?
  /// Codes of all weights, kernel by kernel; empty once `compress` has run.
  public var codes: [UInt8]
  /// For weights that are activations themselves: what gives them while the program runs, as signed
  /// bytes, for each group element by element, kernel by kernel. The codebook then is that of
  /// ``RunTimeCodes``, and there are no codes or survivors.
  public var weightSource: ID<Buffer>?
  /// The survivors; empty until `compress` has run.
  public var kernels: CompressedKernels
  /// Elements of the slices that vectors may not cross; zero where they may (`--pack kernel`).
  public var slice: Int
  /// How many elements of each patch are expected not to be zero: group by group, position by
  /// position. Empty where only the density of the input is known.
  public var nonzeros: [UInt32]
  /// Ways to spread the layer, from `tile`; `schedule` leaves the one that it picks.
  public var tilings: [Tiling]

  public init(
    name: String, origins: [String], kind: VDUKind, input: ID<Buffer>, output: ID<Buffer>,
    geometry: Geometry, codebook: [Float], gains: [Float], bias: [Float], clamp: Clamp?,
    codes: [UInt8]
  ) {
    self.name = name
    self.origins = origins
    self.kind = kind
    self.input = input
    self.output = output
    self.geometry = geometry
    self.codebook = codebook
    self.gains = gains
    self.bias = bias
    self.clamp = clamp
    self.codes = codes
    weightSource = nil
    kernels = CompressedKernels(entries: [], starts: [0])
    slice = 0
    nonzeros = []
    tilings = []
  }

  /// Bytes that a kernel's gain, bias and scale take beside its weights.
  public static let parametersOfKernel = 24

  /// Bytes that the parameters of a run of kernels take in memory.
  public func parameterBytes(_ run: Range<Int>) -> Int {
    let weights = weightSource == nil ? kernels.bytes(run) : run.count * geometry.patch
    return weights + run.count * Self.parametersOfKernel
  }
}

/// Anything that is not dot products with known weights: it runs on the electronic control unit.
public struct ControlOperation: Sendable, Equatable {
  public var name: String
  public var origins: [String]
  public var op: Operator
  public var attributes: Attributes
  public var inputs: [ID<Buffer>?]
  public var outputs: [ID<Buffer>?]
  public var clamp: Clamp?
  public var work: Work

  public init(
    name: String, origins: [String], op: Operator, attributes: Attributes,
    inputs: [ID<Buffer>?], outputs: [ID<Buffer>?], clamp: Clamp?, work: Work
  ) {
    self.name = name
    self.origins = origins
    self.op = op
    self.attributes = attributes
    self.inputs = inputs
    self.outputs = outputs
    self.clamp = clamp
    self.work = work
  }
}
