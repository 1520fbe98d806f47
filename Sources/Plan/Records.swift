public import Graph
public import Hardware
public import ISA
import OrderedCollections
import Support
public import Tensor

// The fields of a plan's entities as records of the ISA kit, from which their text derives.

extension VDUKind: Keyword {}
extension Dataflow: Keyword {}
extension Geometry.Layout: Keyword {}

/// An element type as a byte in a record.
public struct ElementCode: Keyword {
  public let type: ElementType

  public init(_ type: ElementType) { self.type = type }

  public init?(rawValue: UInt8) {
    guard rawValue < ElementType.allCases.count else { return nil }
    type = ElementType.allCases[Int(rawValue)]
  }

  public var rawValue: UInt8 { UInt8(ElementType.allCases.firstIndex(of: type)!) }
  public var keyword: String { type.rawValue }
  public static let allCases = ElementType.allCases.map { ElementCode($0) }
}

/// What a layer's weights were; see ``WeightSpread`` for what the fields mean.
extension WeightSpread: Record {
  public static let mnemonic = "spread"
  public static let summary = "what a layer's weights were before they got few values"

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.list(
      &counts, of: .integer(), "counts", "weights that are not zero in equal parts of their range")
    try visitor.float(&reach, "reach", "its bound, over the codebook's largest magnitude")
    try visitor.float(&noise, "noise", "energy of what clustering changed, over that of weights")
  }
}

/// The geometry of a layer; see ``Geometry`` for what the fields mean.
extension Geometry: Record {
  public static let mnemonic = "geometry"
  public static let summary = "how a layer's vectors lie in its buffers"

  public init() { self.init(layout: .planes, channels: 1, kernels: 1) }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.keyword(&layout, "layout", "how activations lie in memory")
    try visitor.size(&images, "images", "images in the buffers")
    try visitor.size(&groups, "groups", "groups of channels and kernels")
    try visitor.size(&channels, "channels", "input channels of a group")
    try visitor.size(&kernels, "kernels", "kernels of a group")
    try visitor.size(&inHeight, "in-height", "rows of the input")
    try visitor.size(&inWidth, "in-width", "columns of the input")
    try visitor.size(&kernelHeight, "kernel-height", "rows of a kernel")
    try visitor.size(&kernelWidth, "kernel-width", "columns of a kernel")
    try visitor.size(&strideY, "stride-y", "rows between positions")
    try visitor.size(&strideX, "stride-x", "columns between positions")
    try visitor.size(&dilationY, "dilation-y", "rows between elements")
    try visitor.size(&dilationX, "dilation-x", "columns between elements")
    try visitor.size(&padTop, "pad-top", "rows of zeros above the input")
    try visitor.size(&padLeft, "pad-left", "columns of zeros before the input")
    try visitor.size(&outHeight, "out-height", "rows of the output")
    try visitor.size(&outWidth, "out-width", "columns of the output")
  }
}

extension OperandVisitor {
  /// A number that is not negative and fits 32 bits.
  fileprivate mutating func size(_ value: inout Int, _ name: String, _ meaning: String)
    throws(Problem)
  {
    var narrow = UInt32(value)
    try integer(&narrow, name, meaning)
    value = Int(narrow)
  }

  /// A range of numbers that fit 32 bits.
  fileprivate mutating func run(
    _ value: inout Range<Int>, _ prefix: String, _ name: String, _ meaning: String
  ) throws(Problem) {
    var narrow = UInt32(value.lowerBound)..<UInt32(value.upperBound)
    try range(&narrow, prefix, count: UInt32.self, name, meaning)
    value = Int(narrow.lowerBound)..<Int(narrow.upperBound)
  }

  /// A clamp as two floats; infinite bounds where there is none.
  fileprivate mutating func clamp(_ clamp: inout Clamp?) throws(Problem) {
    var bounds = clamp ?? Clamp(lower: -.infinity, upper: .infinity)
    try float(&bounds.lower, "lower", "the least value of the first output")
    try float(&bounds.upper, "upper", "the largest value of the first output")
    clamp = bounds.lower == -.infinity && bounds.upper == .infinity ? nil : bounds
  }
}

extension Buffer: Record {
  public static let mnemonic = ".buffer"
  public static let summary = "a tensor in the accelerator's memory"

  private enum Place: UInt8, Keyword {
    case open, sram, dram
  }

  public init() { self.init("", TensorType(.float, [])) }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    var element = ElementCode(type.element)
    var sizes = type.shape.sizes.map(UInt64.init)
    var fraction = format.map { Int8($0.fraction) }
    var (place, address): (Place, UInt64) =
      switch location {
      case nil: (.open, 0)
      case .sram(let address)?: (.sram, UInt64(address))
      case .dram?: (.dram, 0)
      }
    try visitor.text(&name, "name", "the model's value that it holds")
    try visitor.keyword(&element, "element", "the type of its elements")
    try visitor.list(&sizes, of: .integer(), "shape", "its sizes, outermost first")
    try visitor.optional(&fraction, of: .integer(), "fraction", "fraction bits, if it holds codes")
    try visitor.float(&density, "density", "the expected fraction of nonzero elements")
    try visitor.optional(&peak, of: .float, "peak", "the largest magnitude seen")
    try visitor.keyword(&place, "place", "where it lies")
    try visitor.integer(&address, "address", "where in the SRAM")
    type = TensorType(element.type, Shape(checking: sizes.map { Int(clamping: $0) }) ?? [0])
    format = fraction.map { FixedPoint(fraction: Int($0)) }
    location =
      switch place {
      case .open: nil
      case .sram: .sram(Int(clamping: address))
      case .dram: .dram
      }
  }
}

extension Tile: Record {
  public static let mnemonic = "tile"
  public static let summary = "a share of a layer for one VDU"

  public init() { self.init(unit: 0, kernels: 0..<0, positions: 0..<0) }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.size(&unit, "unit", "which VDU")
    try visitor.run(&kernels, "k", "kernels", "its kernels")
    try visitor.run(&positions, "p", "positions", "its positions")
  }
}

/// The tiles of a wave.
private struct Wave: Record {
  static let mnemonic = "wave"
  static let summary = "tiles whose parameters are loaded together"
  var tiles: [Tile] = []

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.list(&tiles, of: .record(), "tiles", "its tiles")
  }
}

extension Tiling: Record {
  public static let mnemonic = "tiling"
  public static let summary = "one way to spread a layer over its VDUs"

  public init() { self.init(dataflow: .kernel, waves: [], predicted: .zero) }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    var time = Int64(predicted.count)
    var list = waves.map { Wave(tiles: $0) }
    try visitor.keyword(&dataflow, "stays", "what stays on the rings")
    try visitor.integer(&time, "predicted", "its predicted time in ps")
    try visitor.list(&list, of: .record(), "waves", "its waves")
    predicted = Picoseconds(Int(time))
    waves = list.map(\.tiles)
  }
}

extension Layer: Record {
  public static let mnemonic = ".layer"
  public static let summary = "dot products of kernels with patches"

  public init() {
    self.init(
      name: "", origins: [], kind: .conv, input: ID(0), output: ID(0), geometry: Geometry(),
      codebook: [], gains: [], bias: [], clamp: nil, codes: [])
  }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the model's node")
    try visitor.list(&origins, of: .text, "origins", "the model's nodes that it stands for")
    try visitor.keyword(&kind, "kind", "the kind of VDU")
    try visitor.reference(&input, "b", as: UInt32.self, "input", "activations read")
    try visitor.reference(&output, "b", as: UInt32.self, "output", "activations written")
    try visitor.record(&geometry, "geometry", "how vectors lie in the buffers")
    try visitor.optional(
      &weightSource, of: .reference("b", as: UInt32.self), "weights-from",
      "what gives the weights, if they are activations")
    try visitor.list(&codebook, of: .float, "codebook", "what codes 1, 2, ... stand for")
    try visitor.record(&spread, "spread", "what the weights were before")
    try visitor.list(&gains, of: .float, "gains", "a factor for each kernel")
    try visitor.list(&bias, of: .float, "bias", "an addend for each kernel")
    try visitor.clamp(&clamp)
    try visitor.size(&slice, "slice", "elements that a vector may not reach beyond, or 0")
    try visitor.list(
      &nonzeros, of: .integer(), "nonzeros", "of each patch, how many elements are expected nonzero"
    )
    try visitor.list(&tilings, of: .record(), "tilings", "ways to spread it")
  }
}

extension ControlOperation: Record {
  public static let mnemonic = ".operation"
  public static let summary = "an operation of the electronic control unit"

  public init() {
    self.init(
      name: "", origins: [], op: Operator.all[0], attributes: Attributes(), inputs: [],
      outputs: [], clamp: nil, work: Work())
  }

  public mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    var opName = op.name
    var list = attributes.values.map { AttributeRecord($0.key, $0.value) }
    var counts = [
      work.adds, work.multiplies, work.divides, work.compares, work.functions, work.moves,
    ].map(Int64.init)
    try visitor.text(&name, "name", "the model's node")
    try visitor.list(&origins, of: .text, "origins", "the model's nodes that it stands for")
    try visitor.text(&opName, "op", "the operator")
    try visitor.list(&list, of: .record(), "attributes", "the operator's attributes")
    try visitor.list(
      &inputs, of: .optional(.reference("b", as: UInt32.self)), "inputs", "buffers read")
    try visitor.list(
      &outputs, of: .optional(.reference("b", as: UInt32.self)), "outputs", "buffers written")
    try visitor.clamp(&clamp)
    try visitor.list(
      &counts, of: .integer(), "work",
      "additions, multiplications, divisions, comparisons, functions and moves")
    op = Operator.named(opName) ?? op
    attributes = Attributes(records: list, for: op) ?? Attributes()
    counts += [Int64](repeating: 0, count: max(6 - counts.count, 0))
    work = Work(
      adds: Int(counts[0]), multiplies: Int(counts[1]), divides: Int(counts[2]),
      compares: Int(counts[3]), functions: Int(counts[4]), moves: Int(counts[5]))
  }
}

extension Attributes {
  /// Attributes from records, checked against an operator; nil if they are malformed.
  fileprivate init?(records: [AttributeRecord], for op: Operator) {
    var values: OrderedDictionary<String, Attribute> = [:]
    for record in records {
      guard let attribute = record.attribute else { return nil }
      values[record.name] = attribute
    }
    guard let checked = try? Attributes(values, specs: op.attributes) else { return nil }
    self = checked
  }
}
