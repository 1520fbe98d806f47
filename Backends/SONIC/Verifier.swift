import Foundation
import Graph
import Hardware
import OrderedCollections
import Plan
import Support
import Tensor

/// Checks that a program can be executed safely. Its laws:
///
/// Tables
/// - The format version is this compiler's.
/// - Every reference names something that is there.
/// - A buffer's shape is a shape; with the others it fits main memory; at its address it fits the
///   SRAM; codes have 32-bit float elements and a fraction in range; constants lie among the constants
///   and hold no codes.
/// - A layer's input and output hold codes and as many elements as its geometry says; its sizes are
///   positive, and no padded plane exceeds its input by more than the kernel.
/// - Its kernels lie in the kernel table and their weights among the weights; every survivor is an
///   element of the patch and its code in the codebook, which has at most 64 values.
/// - No product of a vector and no partial sum can exceed 32 bits (``Numerics``); where patches stay
///   on the rings, all kernels have one gain.
/// - An operation's operator exists, accepts its attributes, and gives its outputs' types.
///
/// Instructions
/// - The program ends with its only `halt`; units, tokens and ranges are there, ranges are not empty.
/// - Buffers are read after they are written, and written once; every output is written.
/// - A `fire` follows the `tune` of its unit, of the kind that the layer's dataflow asks for; kernels
///   are loaded before; one layer is collected before the next is tuned.
/// - A layer's tiles cover each kernel's positions once, in ascending order, before its only `collect`.
/// - A `wait` follows as many signals of its token as it waits for, so no unit waits for ever.
struct Verifier {
  let program: Program
  var diagnostics = Diagnostics()
  private(set) var types: [TensorType] = []
  private(set) var operations: [Runnable.ResolvedOperation] = []

  static let mostCentroids = 64

  init(_ program: Program) {
    self.program = program
  }

  mutating func verify() throws(Failure) {
    if program.header.format != Program.format {
      throw .data(
        at: Place(.named("program")),
        "format: found \(program.header.format), expected \(Program.format)")
    }
    verifyBuffers()
    try diagnostics.check()
    verifyHeader()
    verifyKernelTable()
    try diagnostics.check()
    for id in program.operations.ids { verifyOperation(id) }
    try diagnostics.check()
    var stream = StreamVerifier(program)
    stream.verify()
    try stream.diagnostics.check()
  }

  // MARK: Buffers

  private mutating func verifyBuffers() {
    var total = 0
    for (index, buffer) in program.buffers.elements.enumerated() {
      let place = Place(.named("buffer b\(index)"))
      guard buffer.sizes.allSatisfy({ $0 < 1 << 40 }),
        let shape = Shape(checking: buffer.sizes.map { Int($0) })
      else {
        diagnostics.error(at: place, "its sizes make no shape")
        types.append(TensorType(.float, []))
        continue
      }
      let type = TensorType(buffer.element.type, shape)
      types.append(type)
      let (sum, overflow) = total.addingReportingOverflow(buffer.bytes(shape))
      total = sum
      if overflow || total > program.machine.memory.dram.capacity {
        diagnostics.error(at: place, "the buffers up to here do not fit main memory")
        return
      }
      verify(buffer, type, at: place)
    }
  }

  private mutating func verify(_ buffer: BufferRecord, _ type: TensorType, at place: Place) {
    let size = buffer.bytes(type.shape)
    let capacity = program.machine.memory.sram.capacity
    if let address = buffer.address, address > capacity || Int(address) + size > capacity {
      diagnostics.error(at: place, "its address \(address) leaves the SRAM of \(capacity) bytes")
    }
    if let fraction = buffer.fraction {
      if !FixedPoint.fractions.contains(Int(fraction)) {
        diagnostics.error(at: place, "fraction: found \(fraction), expected -40 to 40")
      }
      if !type.element.isFloatingPoint || buffer.constant != nil {
        diagnostics.error(at: place, "codes stand for activations of a floating-point type only")
      }
    }
    if !(buffer.density >= 0 && buffer.density <= 1) {
      diagnostics.error(at: place, "density: found \(buffer.density), expected 0 to 1")
    }
    if let constant = buffer.constant {
      let bytes = type.shape.count * type.element.size
      if constant > program.constants.count || bytes > program.constants.count - Int(constant) {
        diagnostics.error(at: place, "its contents reach beyond the constants")
      }
    }
  }

  private mutating func verifyHeader() {
    let place = Place(.named("program"))
    for (what, list) in [("inputs", program.header.inputs), ("outputs", program.header.outputs)] {
      for id in list where Int(id.index) >= program.buffers.count {
        diagnostics.error(at: place, "\(what): there is no buffer b\(id.index)")
      }
      if Set(list).count != list.count { diagnostics.error(at: place, "\(what): one comes twice") }
    }
    for id in program.header.inputs
    where Int(id.index) < program.buffers.count && program.buffers[id].constant != nil {
      diagnostics.error(at: place, "inputs: b\(id.index) is a constant")
    }
    verifyBatch(at: place)
  }

  /// An open batch is run sample by sample, each one row of every input.
  private mutating func verifyBatch(at place: Place) {
    guard program.header.isBatchOpen else { return }
    let inputs = program.header.inputs.filter { Int($0.index) < program.buffers.count }
    if inputs.isEmpty { diagnostics.error(at: place, "an open batch without inputs") }
    for id in inputs where program.buffers[id].sizes.first != 1 {
      diagnostics.error(
        at: place, "inputs: b\(id.index) does not begin with size 1, as an open batch needs")
    }
  }

  // MARK: Layers

  private mutating func verifyKernelTable() {
    for (index, layer) in program.layers.elements.enumerated() {
      let place = Place(.named("layer l\(index)"))
      let before = diagnostics.all.count
      verifyGeometry(layer, at: place)
      guard diagnostics.all.count == before else { continue }
      var checker = LayerVerifier(program, ID(index))
      if let problem = checker.check() { diagnostics.error(at: place, problem) }
    }
  }

  private mutating func verifyGeometry(_ layer: LayerRecord, at place: Place) {
    let geometry = layer.geometry
    let sizes = [
      geometry.images, geometry.groups, geometry.channels, geometry.kernels, geometry.inHeight,
      geometry.inWidth, geometry.kernelHeight, geometry.kernelWidth, geometry.strideY,
      geometry.strideX, geometry.dilationY, geometry.dilationX, geometry.outHeight,
      geometry.outWidth,
    ]
    let isOneWide =
      geometry.layout == .planes
      || (geometry.images == 1 && geometry.groups == 1 && geometry.inWidth == 1
        && geometry.slice == 1 && geometry.outWidth == 1 && geometry.strideY == 1
        && geometry.strideX == 1 && geometry.padTop == 0 && geometry.padLeft == 0
        && geometry.inHeight == geometry.outHeight)
    guard sizes.allSatisfy({ (1..<1 << 31).contains($0) }), isOneWide,
      Self.product(sizes[0..<6]) != nil,
      Self.product([geometry.kernelHeight, geometry.kernelWidth, geometry.channels]) != nil
    else {
      diagnostics.error(at: place, "its geometry is none")
      return
    }
    // A padded plane holds no more than the input, the positions and the reach of a kernel.
    let reachY = Self.product([geometry.kernelHeight - 1, geometry.dilationY]) ?? Int.max
    let reachX = Self.product([geometry.kernelWidth - 1, geometry.dilationX]) ?? Int.max
    if reachY >= geometry.inHeight + 2 * geometry.padTop + 256
      || reachX >= geometry.inWidth + 2 * geometry.padLeft + 256
      || geometry.padTop > reachY + 256 || geometry.padLeft > reachX + 256
      || (geometry.outHeight - 1) * geometry.strideY > geometry.inHeight + 2 * reachY + 512
      || (geometry.outWidth - 1) * geometry.strideX > geometry.inWidth + 2 * reachX + 512
    {
      diagnostics.error(at: place, "its kernels reach far beyond the input")
    }
    verifyOperand(layer.input, "input", Self.product(sizes[0..<3] + sizes[4..<6]), at: place)
    let outputs = [
      geometry.images, geometry.outHeight, geometry.outWidth, geometry.groups, geometry.kernels,
    ]
    verifyOperand(layer.output, "output", Self.product(outputs[...]), at: place)
    if layer.lower > layer.upper || layer.lower == Int16.min {
      diagnostics.error(at: place, "bounds: found \(layer.lower) to \(layer.upper)")
    }
  }

  private mutating func verifyOperand(
    _ id: ID<BufferRecord>, _ what: String, _ count: Int?, at place: Place
  ) {
    guard Int(id.index) < program.buffers.count else {
      diagnostics.error(at: place, "\(what): there is no buffer b\(id.index)")
      return
    }
    if program.buffers[id].fraction == nil {
      diagnostics.error(at: place, "\(what): b\(id.index) holds no codes")
    }
    let found = types[Int(id.index)].shape.count
    if found != count {
      diagnostics.error(
        at: place,
        "\(what): b\(id.index) holds \(found) elements, expected \(count.map(String.init) ?? "?")")
    }
  }

  /// The product of sizes; nil beyond 2^40.
  private static func product(_ sizes: some Sequence<Int>) -> Int? {
    var product = 1
    for size in sizes {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow, next < 1 << 40 else { return nil }
      product = next
    }
    return product
  }

  // MARK: Operations

  private mutating func verifyOperation(_ id: ID<OperationRecord>) {
    let record = program.operations[id]
    let place = Place(.named("operation e\(id.index) \"\(record.name)\""))
    guard let op = Operator.named(record.op) else {
      diagnostics.error(at: place, "there is no operator \(record.op)")
      return
    }
    guard op.inputs.contains(record.inputs.count), op.outputs.contains(record.outputs.count),
      !(record.lower.isNaN || record.upper.isNaN || record.lower > record.upper)
    else {
      diagnostics.error(at: place, "\(op.name) does not take so many operands, or such bounds")
      return
    }
    for buffer in (record.inputs + record.outputs).compactMap({ $0 })
    where Int(buffer.index) >= program.buffers.count {
      diagnostics.error(at: place, "there is no buffer b\(buffer.index)")
      return
    }
    do {
      operations.append(try resolve(record, op))
    } catch {
      diagnostics.error(at: place, "\(op.name): \(error.message)")
    }
  }

  private func resolve(
    _ record: OperationRecord, _ op: Operator
  ) throws(OperatorError) -> Runnable.ResolvedOperation {
    var attributes: OrderedDictionary<String, Attribute> = [:]
    for attribute in record.attributes {
      guard let value = attribute.attribute, attributes[attribute.name] == nil else {
        throw OperatorError("attribute \(attribute.name) is malformed")
      }
      attributes[attribute.name] = value
    }
    let checked = try Attributes(attributes, specs: op.attributes)
    let operands = Operator.Types(
      inputs: record.inputs.map { $0.map { types[Int($0.index)] } },
      known: record.inputs.map { $0.flatMap { program.constant($0, type: types[Int($0.index)]) } },
      attributes: checked, outputCount: record.outputs.count)
    let outputs = try op.infer(operands)
    for (output, type) in zip(record.outputs, outputs) {
      guard let output else { continue }
      let expected = types[Int(output.index)]
      if type != expected { throw OperatorError("gives \(type), expected \(expected)") }
    }
    return Runnable.ResolvedOperation(
      op: op, attributes: checked, work: op.work(operands, outputs))
  }
}

extension BufferRecord {
  /// Bytes in the accelerator's memory.
  func bytes(_ shape: Shape) -> Int {
    shape.count * (fraction != nil ? 2 : element.type.isFloatingPoint ? 4 : element.type.size)
  }
}

extension Program {
  /// The contents of a constant buffer, verified to be there; nil for another buffer.
  func constant(_ id: ID<BufferRecord>, type: TensorType) -> Tensor? {
    guard let offset = buffers[id].constant else { return nil }
    let start = constants.startIndex + Int(offset)
    let bytes = constants[start..<start + type.shape.count * type.element.size]
    return Tensor(decoding: bytes, as: type.element, shape: type.shape)
  }
}
