import Foundation
import Graph
import Hardware
import ISA
public import Support
import Tensor

extension Plan {
  private static let sections = [
    "plan", "machine", "buffers", "layers", "operations", "steps", "constants", "weights",
  ]

  /// The text form, a section a table. Constants and weights are left out unless `isFull`; then it
  /// parses back to the same plan.
  public func text(isFull: Bool) -> String {
    var header = PlanRecord()
    header.name = name
    header.isBatchOpen = isBatchOpen
    header.inputs = inputs
    header.outputs = outputs
    let tables = [
      ("plan", PlanRecord.print([header])),
      ("machine", isFull ? SectionedText.verbatim(machine.text) : "# \(machine.name)\n"),
      ("buffers", Buffer.print(buffers.elements)), ("layers", Layer.print(layers.elements)),
      ("operations", ControlOperation.print(operations.elements)),
      ("steps", StepText.print(steps.map(StepText.init))),
      ("constants", isFull ? ConstantText.print(constants) : "# left out\n"),
      ("weights", isFull ? WeightsText.print(weights) : "# left out\n"),
    ]
    return tables.map { SectionedText.print($0.0, $0.1) }.joined()
  }

  private var constants: [ConstantText] {
    buffers.ids.compactMap { id in
      buffers[id].constant.map { ConstantText(id, $0.encoded()) }
    }
  }

  private var weights: [WeightsText] {
    layers.ids.map { id in
      let kernels = layers[id].kernels
      return WeightsText(id, codes: layers[id].codes, kernels: kernels)
    }
  }

  /// Reads the full text form.
  ///
  /// - Throws: exit code 65 with line and column of what is wrong. What is read may still break laws:
  ///   ``verify()`` checks them.
  public init(parsing text: String) throws(Failure) {
    let text = try SectionedText(parsing: text, names: Self.sections)
    func wrong(_ section: String, _ message: String) -> Failure {
      .data(at: Place(.line(text[section].firstLine, column: 1)), message)
    }
    let headers: [PlanRecord] = try text.table("plan")
    guard headers.count == 1 else {
      throw wrong("plan", "found \(headers.count) records, expected one .plan")
    }
    let machine = try Machine(yaml: Data(text.verbatim("machine").utf8), file: "section machine")
    self.init(name: headers[0].name, machine: machine)
    isBatchOpen = headers[0].isBatchOpen
    inputs = headers[0].inputs
    outputs = headers[0].outputs
    buffers = Table(try text.table("buffers"))
    layers = Table(try text.table("layers"))
    operations = Table(try text.table("operations"))
    for step in try text.table("steps", of: StepText.self) {
      guard let step = step.step else { throw wrong("steps", "expected a layer or an operation") }
      steps.append(step)
    }
    for constant in try text.table("constants", of: ConstantText.self) {
      guard Int(constant.buffer.index) < buffers.count,
        let data = Data(base64Encoded: constant.data),
        let tensor = Tensor(
          decoding: data, as: buffers[constant.buffer].type.element,
          shape: buffers[constant.buffer].type.shape)
      else { throw wrong("constants", "the contents of b\(constant.buffer.index) do not fit it") }
      buffers[constant.buffer].constant = tensor
    }
    for weights in try text.table("weights", of: WeightsText.self) {
      guard Int(weights.layer.index) < layers.count, let kernels = weights.kernels,
        let codes = Data(base64Encoded: weights.codes)
      else { throw wrong("weights", "the weights of l\(weights.layer.index) are malformed") }
      layers[weights.layer].codes = Array(codes)
      layers[weights.layer].kernels = kernels
    }
  }
}

/// What a plan is about.
private struct PlanRecord: Record {
  static let mnemonic = ".plan"
  static let summary = "what the plan is and what goes in and out"
  var name = ""
  var isBatchOpen = false
  var inputs: [ID<Buffer>] = []
  var outputs: [ID<Buffer>] = []

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.text(&name, "name", "the model's name")
    try visitor.flag(&isBatchOpen, "batch", "whether it runs sample by sample")
    try visitor.list(&inputs, of: .reference("b", as: UInt32.self), "inputs", "what goes in")
    try visitor.list(&outputs, of: .reference("b", as: UInt32.self), "outputs", "what comes out")
  }
}

private struct StepText: Record {
  static let mnemonic = ".step"
  static let summary = "a layer or an operation, in the order in which they run"
  var layer: ID<Layer>?
  var operation: ID<ControlOperation>?

  init() {}

  init(_ step: Step) {
    switch step {
    case .layer(let id): layer = id
    case .operation(let id): operation = id
    }
  }

  var step: Step? {
    switch (layer, operation) {
    case (let id?, nil): .layer(id)
    case (nil, let id?): .operation(id)
    default: nil
    }
  }

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.optional(
      &layer, of: .reference("l", as: UInt32.self), "layer", "the layer, if it is one")
    try visitor.optional(
      &operation, of: .reference("e", as: UInt32.self), "operation", "the operation, if it is one")
  }
}

private struct ConstantText: Record {
  static let mnemonic = ".constant"
  static let summary = "the contents of a buffer"
  var buffer = ID<Buffer>(0)
  var data = ""

  init() {}

  init(_ buffer: ID<Buffer>, _ bytes: Data) {
    self.buffer = buffer
    data = bytes.base64EncodedString()
  }

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.reference(&buffer, "b", as: UInt32.self, "buffer", "the buffer")
    try visitor.text(&data, "data", "its elements, little-endian, in base64")
  }
}

private struct WeightsText: Record {
  static let mnemonic = ".weights"
  static let summary = "the weights of a layer"
  var layer = ID<Layer>(0)
  var codes = ""
  private var entries = ""
  private var starts: [UInt64] = []

  init() {}

  init(_ layer: ID<Layer>, codes: [UInt8], kernels: CompressedKernels) {
    self.layer = layer
    self.codes = Data(codes).base64EncodedString()
    entries = Data(kernels.entries).base64EncodedString()
    starts = kernels.starts.map(UInt64.init)
  }

  /// The survivors; nil where the starts do not ascend within the entries.
  var kernels: CompressedKernels? {
    let starts = self.starts.map { Int(clamping: $0) }
    guard let data = Data(base64Encoded: entries), starts.first == 0,
      starts.last == data.count / 2, data.count % 2 == 0,
      zip(starts, starts.dropFirst()).allSatisfy(<=)
    else { return nil }
    return CompressedKernels(entries: Array(data), starts: starts)
  }

  mutating func walk<V: OperandVisitor>(_ visitor: inout V) throws(V.Problem) {
    try visitor.reference(&layer, "l", as: UInt32.self, "layer", "the layer")
    try visitor.text(&codes, "codes", "codes of all weights, before compress, in base64")
    try visitor.text(&entries, "entries", "pairs of skip and code, after compress, in base64")
    try visitor.list(&starts, of: .integer(), "starts", "where each kernel's pairs start")
  }
}
