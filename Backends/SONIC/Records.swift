public import Graph
public import Hardware
public import ISA
public import Plan
public import Support
import Tensor

/// The tables of a program, each a list of records; the ISA kit derives their binary and text forms.

/// What a program is about.
public struct ProgramRecord: Record {
  public static let mnemonic = ".program"
  public static let summary = "what the program is and what goes in and out"
  public var format: UInt32 = Program.format
  public var compiler = ""
  public var model = ""
  /// FNV-1a of the model file, in hexadecimal; empty if unknown.
  public var modelHash = ""
  public var isBatchOpen = false
  public var tokens: UInt32 = 0
  public var inputs: [ID<BufferRecord>] = []
  public var outputs: [ID<BufferRecord>] = []

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.integer(&format, "format", "version of the program format")
    try visitor.text(&compiler, "compiler", "the compiler and its version")
    try visitor.text(&model, "model", "the model's name")
    try visitor.text(&modelHash, "hash", "FNV-1a of the model file, mebibyte by mebibyte")
    try visitor.flag(&isBatchOpen, "batch", "whether a run takes any batch, sample by sample")
    try visitor.integer(&tokens, "tokens", "how many tokens there are")
    try visitor.list(
      &inputs, of: .reference("b", as: UInt32.self), "inputs", "what the user supplies")
    try visitor.list(
      &outputs, of: .reference("b", as: UInt32.self), "outputs", "what the user gets")
  }
}

/// A tensor in memory.
public struct BufferRecord: Record {
  public static let mnemonic = ".buffer"
  public static let summary = "a tensor in the accelerator's memory"
  public var name = ""
  public var element = ElementCode(.float)
  public var sizes: [UInt64] = []
  /// Fraction bits where it holds 16-bit codes.
  public var fraction: Int8?
  public var density: Float = 1
  /// Where it lies in the SRAM; nil for main memory.
  public var address: UInt64?
  /// Where its contents start in the constants, if they are known.
  public var constant: UInt64?
  /// How many elements the contents list, where they list only those that are not zero.
  public var nonzeros: UInt64?

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the model's value that it holds")
    try visitor.keyword(&element, "element", "the type of its elements")
    try visitor.list(&sizes, of: .integer(), "shape", "its sizes, outermost first")
    try visitor.optional(
      &fraction, of: .integer(), "fraction", "fraction bits, where it holds 16-bit codes")
    try visitor.float(&density, "density", "the expected fraction of elements that are not zero")
    try visitor.optional(
      &address, of: .integer(), "sram", "its address in the SRAM, unless in main memory")
    try visitor.optional(
      &constant, of: .integer(), "constant", "the offset of its contents, if known")
    try visitor.optional(
      &nonzeros, of: .integer(), "nonzeros", "how many elements its contents list, if not all")
  }
}

/// A layer of vector dot products.
public struct LayerRecord: Record {
  public static let mnemonic = ".layer"
  public static let summary = "a layer of vector dot products"
  public var name = ""
  public var kind = VDUKind.conv
  public var dataflow = Dataflow.kernel
  public var input = ID<BufferRecord>(0)
  public var output = ID<BufferRecord>(0)
  public var geometry = Geometry()
  /// Elements of the slices that vectors may not cross; zero where they may.
  public var slice: UInt32 = 0
  /// The bounds of the codes that `collect` writes.
  public var lower: Int16 = -32767
  public var upper: Int16 = 32767
  /// What gives the weights, if they are activations: signed bytes, for each group element by element,
  /// kernel by kernel, of which the program then has no pairs.
  public var weightSource: ID<BufferRecord>?
  /// The values of codes 1, 2, ...
  public var codebook: [Int16] = []
  /// What the weights were before they were given those.
  public var spread = WeightSpread()
  /// The first of its kernels in the table of kernels.
  public var firstKernel: UInt32 = 0
  /// Where its weights start among the weights, in bytes.
  public var weights: UInt64 = 0
  /// The model's nodes that it stands for.
  public var origins: [String] = []

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the model's node")
    try visitor.keyword(&kind, "kind", "the kind of VDU")
    try visitor.keyword(&dataflow, "dataflow", "what stays on the rings")
    try visitor.reference(&input, "b", as: UInt32.self, "input", "activations read")
    try visitor.reference(&output, "b", as: UInt32.self, "output", "activations written")
    try visitor.record(&geometry, "geometry", "how vectors lie in the buffers")
    try visitor.integer(&slice, "slice", "elements that a vector may not reach beyond, or 0")
    try visitor.integer(&lower, "lower", "the least code written")
    try visitor.integer(&upper, "upper", "the largest code written")
    try visitor.optional(
      &weightSource, of: .reference("b", as: UInt32.self), "weights-from",
      "what gives the weights, as signed bytes, if they are activations")
    try visitor.list(
      &codebook, of: .integer(), "codebook", "the weights that codes 1, 2, ... stand for")
    try visitor.record(&spread, "spread", "what the weights were before they were clustered")
    try visitor.integer(&firstKernel, "first-kernel", "its first kernel in the kernel table")
    try visitor.integer(&weights, "weights", "where its weights start, in bytes")
    try visitor.list(&origins, of: .text, "origins", "the model's nodes that it stands for")
  }
}

extension LayerRecord {
  /// The buffers that the layer reads.
  var reads: [ID<BufferRecord>] { [input] + (weightSource.map { [$0] } ?? []) }

  /// The weights that the program knows, zeros too.
  public var weightCount: Int { weightSource == nil ? geometry.allKernels * geometry.patch : 0 }
}

/// The parameters of one kernel beside its weights.
public struct KernelRecord: Record {
  public static let mnemonic = ".kernel"
  public static let summary = "a kernel's gain, scale, bias and size"
  /// In 1/65536: of the broadband microring where kernels stay on the rings, of the amplifier, and
  /// the same for all kernels, where patches do.
  public var gain: Int32 = 65536
  public var multiplier: Int32 = 1
  public var bias: Int64 = 0
  public var shift: UInt32 = 1
  /// Pairs of skip and code.
  public var pairs: UInt32 = 0

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.integer(&gain, "gain", "gain before the ADC, in 1/65536")
    try visitor.integer(&multiplier, "multiplier", "what a partial sum is multiplied by")
    try visitor.integer(&bias, "bias", "what is added then")
    try visitor.integer(&shift, "shift", "bits shifted out then, with rounding")
    try visitor.integer(&pairs, "pairs", "pairs of skip and code among the weights")
  }
}

/// An operation of the electronic control unit.
public struct OperationRecord: Record {
  public static let mnemonic = ".operation"
  public static let summary = "an operation of the electronic control unit"
  public var name = ""
  public var op = ""
  public var inputs: [ID<BufferRecord>?] = []
  public var outputs: [ID<BufferRecord>?] = []
  public var attributes: [AttributeRecord] = []
  public var lower: Float = -.infinity
  public var upper: Float = .infinity
  public var origins: [String] = []

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the model's node")
    try visitor.text(&op, "op", "the operator")
    try visitor.list(
      &inputs, of: .optional(.reference("b", as: UInt32.self)), "inputs", "buffers read")
    try visitor.list(
      &outputs, of: .optional(.reference("b", as: UInt32.self)), "outputs", "buffers written")
    try visitor.list(&attributes, of: .record(), "attributes", "the operator's attributes")
    try visitor.float(&lower, "lower", "the least value of the first output")
    try visitor.float(&upper, "upper", "the largest value of the first output")
    try visitor.list(&origins, of: .text, "origins", "the model's nodes that it stands for")
  }
}

/// Which instructions a step of the network became.
public struct StepRecord: Record {
  public static let mnemonic = ".step"
  public static let summary = "the instructions that a layer or operation became"
  public var instructions: Range<UInt32> = 0..<0
  /// Exactly one of the two is there; neither for transfers at the start and end.
  public var layer: ID<LayerRecord>?
  public var operation: ID<OperationRecord>?

  public init() {}

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.range(&instructions, "i", count: UInt32.self, "instructions", "where it lies")
    try visitor.optional(
      &layer, of: .reference("l", as: UInt16.self), "layer", "the layer, if it is one")
    try visitor.optional(
      &operation, of: .reference("e", as: UInt32.self), "operation", "the operation, if it is one")
  }
}
