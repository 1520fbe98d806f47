import Foundation
import Graph
import Hardware
import Kernels
import OrderedCollections
import Plan
import Support
import Tensor

/// Checks that a program can be executed safely. Its laws:
///
/// Tables
/// - The format version is this compiler's; there are no more tokens than instructions.
/// - Every reference names something that is there.
/// - Inputs are no constants and have names of their own; where the batch is open their first size
///   is 1.
/// - A buffer's shape is a shape of at most 2^28 elements; with the others it fits main memory; at its
///   address it fits the SRAM; codes stand for floats and have a fraction in range; constants lie
///   among the constants, do not overlap, and hold no codes; where they list only some elements, these
///   lie in the tensor, ascending, and all together unfold to no more than ``UnfoldingLimit`` admits.
/// - A layer's input and output hold codes and as many elements as its geometry says; its sizes are
///   positive; it has at most 2^30 weights and 2^46 products, and lays out no padding to speak of.
/// - Its kernels follow those of the layer before it in the kernel table, and their weights among the
///   weights; every survivor is an element of the patch and its code in the codebook, which has at
///   most 64 values.
/// - A layer whose weights are activations has the source for it: signed bytes in main memory, one for each
///   weight; it is for FC VDUs that the machine lets take them, keeps patches on the rings, and has the
///   codebook of ``RunTimeCodes`` and no pairs.
/// - No product of a vector and no partial sum can exceed 32 bits (``Numerics``); where patches stay
///   on the rings, all kernels have one gain.
/// - An operation's operator exists, accepts its attributes, and gives its outputs' types.
///
/// Instructions
/// - The program ends with its only `halt`; units, tokens and ranges are there, ranges are not empty.
/// - Buffers are read after they are written, and written once; every output is written; no
///   operation runs twice.
/// - A `fire` follows the `tune` of its unit, of the kind that the layer's dataflow asks for; kernels
///   are loaded before, once; one layer is collected before the next is tuned.
/// - A layer's tiles cover each kernel's positions once, in ascending order, before its only `collect`.
/// - A `wait` follows as many signals of its token as it waits for, so no unit waits for ever.
///
/// Order: what must happen before what by `signal` and `wait`, as ``Order`` defines it, since a time
/// is true only of a program that waits for what it reads
/// - What lives in the SRAM is read after it is written, an input of the network after its last
///   `load.buffer`.
/// - What lives in main memory is read after its last `load.buffer`, which, unless it is an input or a
///   constant, comes after a `store.buffer`, which happens after it is written; every output is
///   stored.
/// - Kernels whose weights are activations are loaded after these are stored.
/// - What an operation looks up in main memory is loaded after its indices are there, and the operation
///   runs after that.
/// - A `fire` happens after its kernels are loaded, and after its layer's last `squeeze` where patches
///   stay on the rings, or its layer's input is there where kernels do.
/// - A `collect` happens after every `fire` of its layer.
///
/// No law says that memory is free when it is written to again: not the parameter memory, in which the
/// compiler lets `load.kernels` wait for the tiles before the last, and not addresses of the SRAM.
struct Verifier {
  let program: Program
  var diagnostics = Diagnostics()
  private(set) var types: [TensorType] = []
  private(set) var operations: [ResolvedOperation] = []
  /// Of each layer: where each kernel's pairs start, and where the last one's end.
  private(set) var starts: [[Int]] = []
  /// Of each layer, what is known of each kernel.
  private(set) var surveys: [[KernelSurvey]] = []
  private let threads: Int

  static let mostCentroids = 64
  /// What the fast executor's vectors make a multiple of.
  private static let lanes = Int(SONIC_LANES)
  /// Weights of a layer, zeros included, with each group's kernels rounded up to whole lanes.
  private static let mostWeights = 1 << 30
  /// Products of a layer, zeros included: small enough that no count over a program overflows.
  private static let mostProducts = 1 << 46
  /// What an image may take once it is padded: so many elements and eight times what it has.
  private static let mostPadding = 1 << 25

  /// What a thread takes at a time: enough to make up for handing it out.
  private static let (bytesTogether, kernelsTogether) = (1 << 17, 1 << 11)

  init(_ program: Program, threads: Int) {
    self.program = program
    self.threads = threads
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
    var order = OrderVerifier(program)
    order.verify()
    try order.diagnostics.check()
  }

  // MARK: Buffers

  private mutating func verifyBuffers() {
    var total = 0
    for (index, buffer) in program.buffers.elements.enumerated() {
      let place = Place(.named("buffer b\(index)"))
      guard let shape = Shape(checking: buffer.sizes.map { Int(clamping: $0) }),
        shape.extent <= Operator.maximumElements
      else {
        diagnostics.error(
          at: place, "its sizes make no shape of at most \(Operator.maximumElements) elements")
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
    verifyConstants()
    if !diagnostics.hasErrors { verifyNonzeros() }
  }

  /// Constants that share bytes could be any multiple of what is there.
  private mutating func verifyConstants() {
    let starts = program.buffers.elements.enumerated().compactMap { index, buffer in
      buffer.constant.map { (start: $0, index: index) }
    }
    var end: UInt64 = 0
    for (start, index) in starts.sorted(by: { $0 < $1 }) {
      if start < end {
        diagnostics.error(
          at: Place(.named("buffer b\(index)")), "its contents overlap those of another constant")
      }
      let bytes = program.buffers.elements[index].contentBytes(types[index])
      end = start.addingReportingOverflow(UInt64(bytes)).partialValue
    }
  }

  /// Looks at the positions of listed elements, whose number and bytes are known to be there.
  private mutating func verifyNonzeros() {
    var unfolding = UnfoldingLimit()
    for id in program.buffers.ids {
      let shape = types[Int(id.index)].shape
      guard let positions = program.positions(id, in: shape) else { continue }
      let place = Place(.named("buffer b\(id.index)"))
      if let problem = SparseTensor.problem(positions, in: shape) {
        diagnostics.error(at: place, "nonzeros: \(problem)")
      }
      if !unfolding.admits(shape, values: positions.count) {
        diagnostics.error(
          at: place,
          "nonzeros: found \(positions.count) of \(shape.count) elements, expected at least one in 1024"
        )
      }
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
    if let nonzeros = buffer.nonzeros, nonzeros > type.shape.count || buffer.constant == nil {
      diagnostics.error(
        at: place,
        "nonzeros: found \(nonzeros), expected at most \(type.shape.count), of a constant only")
    }
    if let constant = buffer.constant {
      let bytes = buffer.contentBytes(type)
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
    let tokens = Int(program.header.tokens)
    if tokens > program.instructions.count {
      diagnostics.error(
        at: place,
        "tokens: found \(tokens), expected at most one for each of \(program.instructions.count) "
          + "instructions")
    }
    guard !diagnostics.hasErrors else { return }
    let inputs = program.header.inputs.map { program.buffers[$0] }
    for (id, input) in zip(program.header.inputs, inputs) where input.constant != nil {
      diagnostics.error(at: place, "inputs: b\(id.index) is a constant")
    }
    if Set(inputs.map(\.name)).count != inputs.count {
      diagnostics.error(at: place, "inputs: two have the same name")
    }
    if program.header.isBatchOpen,
      inputs.isEmpty || !inputs.allSatisfy({ $0.sizes.first == 1 })
    {
      diagnostics.error(at: place, "batch: expected inputs whose first size is 1")
    }
  }

  // MARK: Layers

  /// What is wrong with a kernel comes before what is wrong with the kernels and layers after it.
  private mutating func verifyKernelTable() {
    let before = diagnostics
    let layers = locateKernels()
    let runs = runs(of: layers)
    let found = parallelMap(count: runs.count, threads: threads) { run in
      layers[runs[run].layer].survey(runs[run].kernels)
    }
    starts = layers.map(\.starts)
    surveys = layers.map { _ in [] }
    for (run, found) in zip(runs, found) {
      if let problem = found.problem {
        diagnostics = before
        diagnostics.error(at: Place(.named("layer l\(run.layer)")), problem)
        return
      }
      surveys[run.layer] += found.surveys
    }
  }

  /// Layers up to the first with whose place in the kernel table something is wrong.
  private mutating func locateKernels() -> [LayerVerifier] {
    var layers: [LayerVerifier] = []
    var (kernels, weights) = (0, 0)
    for (index, layer) in program.layers.elements.enumerated() {
      let place = Place(.named("layer l\(index)"))
      let before = diagnostics.all.count
      verifyGeometry(layer, at: place)
      // Layers that shared kernels could take any multiple of the time and memory of what is there.
      if layer.firstKernel != kernels || layer.weights != weights {
        diagnostics.error(
          at: place,
          "found its kernels from k\(layer.firstKernel) and its weights from byte "
            + "\(layer.weights), expected k\(kernels) and byte \(weights), where those of the "
            + "layer before it end")
      }
      guard diagnostics.all.count == before else { break }
      var located = LayerVerifier(program, ID(index))
      let problem = located.locate()
      layers.append(located)
      if let problem {
        diagnostics.error(at: place, problem)
        break
      }
      kernels += layer.geometry.allKernels
      weights = located.starts.last!
    }
    return layers
  }

  /// Runs of kernels that are worth handing to a thread each.
  private func runs(of layers: [LayerVerifier]) -> [(layer: Int, kernels: Range<Int>)] {
    var runs: [(layer: Int, kernels: Range<Int>)] = []
    for (layer, starts) in layers.map(\.starts).enumerated() {
      var first = 0
      for end in starts.indices.dropFirst()
      where end == starts.count - 1 || starts[end] - starts[first] >= Self.bytesTogether
        || end - first >= Self.kernelsTogether
      {
        runs.append((layer, first..<end))
        first = end
      }
    }
    return runs
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
      || (geometry.images == 1 && (geometry.groups == 1 || layer.dataflow == .patch)
        && geometry.inWidth == 1
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
    verifySize(of: geometry, at: place)
    verifyOperand(layer.input, "input", Self.product(sizes[0..<3] + sizes[4..<6]), at: place)
    let outputs = [
      geometry.images, geometry.outHeight, geometry.outWidth, geometry.groups, geometry.kernels,
    ]
    verifyOperand(layer.output, "output", Self.product(outputs[...]), at: place)
    if layer.lower > layer.upper || layer.lower == Int16.min {
      diagnostics.error(at: place, "bounds: found \(layer.lower) to \(layer.upper)")
    }
  }

  /// Bounds what a layer of few bytes can make the executor do.
  private mutating func verifySize(of geometry: Geometry, at place: Place) {
    let height = Self.extent(
      geometry.outHeight, geometry.strideY, geometry.kernelHeight, geometry.dilationY)
    let width = Self.extent(
      geometry.outWidth, geometry.strideX, geometry.kernelWidth, geometry.dilationX)
    let input = geometry.groups * geometry.channels * geometry.inHeight * geometry.inWidth
    let padded = height.flatMap { height in
      width.flatMap { Self.product([geometry.groups, geometry.channels, height, $0]) }
    }
    let all = padded.flatMap { Self.product([geometry.images, $0]) }
    // Each phase of each channel takes whole vectors, however small it is.
    let phases = Self.product([
      geometry.groups, geometry.channels, geometry.strideY, geometry.strideX, Self.lanes,
    ])
    if max(padded ?? .max, phases ?? .max) > min(Self.mostPadding + 8 * input, 1 << 29)
      || (all ?? .max) > Self.mostPadding + 8 * geometry.images * input
    {
      diagnostics.error(at: place, "its kernels reach far beyond the input")
    }
    let lanes = (geometry.kernels + Self.lanes - 1) / Self.lanes * Self.lanes
    let weights = Self.product([geometry.groups, lanes, geometry.patch])
    let positions = Self.product([geometry.images, geometry.outHeight, geometry.outWidth])
    if (weights ?? .max) > Self.mostWeights {
      diagnostics.error(at: place, "it has more than \(Self.mostWeights) weights")
    } else if (positions ?? .max) > Self.mostProducts / weights! {
      diagnostics.error(at: place, "it has more than \(Self.mostProducts) products")
    }
  }

  /// The rows or columns that all positions' patches reach over; nil beyond 2^40.
  private static func extent(_ outputs: Int, _ stride: Int, _ taps: Int, _ dilation: Int) -> Int? {
    guard let start = product([outputs - 1, stride]), let reach = product([taps - 1, dilation])
    else { return nil }
    return start + reach + 1
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
  ) throws(OperatorError) -> ResolvedOperation {
    var attributes: OrderedDictionary<String, Attribute> = [:]
    for attribute in record.attributes {
      guard let value = attribute.attribute, attributes[attribute.name] == nil else {
        throw OperatorError("attribute \(attribute.name) is malformed")
      }
      attributes[attribute.name] = value
    }
    let checked = try Attributes(attributes, specs: op.attributes)
    // An operation may name a constant any number of times; it is decoded once.
    var constants: [ID<BufferRecord>: Tensor] = [:]
    for id in record.inputs.compactMap({ $0 }) where constants[id] == nil {
      constants[id] = program.constant(id, type: types[Int(id.index)])
    }
    let operands = Operator.Types(
      inputs: record.inputs.map { $0.map { types[Int($0.index)] } },
      known: record.inputs.map { $0.flatMap { constants[$0] } },
      attributes: checked, outputCount: record.outputs.count)
    let outputs = try op.infer(operands)
    guard outputs.count == record.outputs.count else {
      throw OperatorError("gives \(outputs.count) outputs, expected \(record.outputs.count)")
    }
    if record.isBounded, !outputs[0].element.isFloatingPoint {
      throw OperatorError("found bounds on \(outputs[0].element.rawValue), expected floats")
    }
    for (output, type) in zip(record.outputs, outputs) {
      guard let output else { continue }
      let expected = types[Int(output.index)]
      if type != expected { throw OperatorError("gives \(type), expected \(expected)") }
    }
    return ResolvedOperation(
      op: op, attributes: checked, work: op.work(operands, outputs))
  }
}

extension OperationRecord {
  /// Whether its first output is clamped.
  var isBounded: Bool { lower > -.infinity || upper < .infinity }
}

extension BufferRecord {
  /// Bytes in the accelerator's memory.
  func bytes(_ shape: Shape) -> Int {
    shape.count * (fraction != nil ? 2 : element.type.isFloatingPoint ? 4 : element.type.size)
  }
}
