import Compiler
import Foundation
import Graph
import Hardware
import ISA
import Plan
import SONICBackend
import Support
import Tensor
import TestKit
import Testing

/// Every law of programs, broken: what is said of it.
@Suite struct VerifierTests {
  typealias Change = (name: String, change: @Sendable (inout Program) -> Void)

  /// A convolution, then a matrix product, then Softmax, with one dataflow.
  private static func program(_ dataflow: Options.Dataflow) throws -> Program {
    var builder = GraphBuilder("laws")
    let x = builder.input("x", [1, 2, 4, 4])
    let kernels = (0..<54).map { Float($0 % 7) - 3 }
    let conv = builder.node(
      "Conv", "conv", [x, builder.constant("kernels", [3, 2, 3, 3], kernels)],
      ["pads": .ints([1, 1, 1, 1])])
    let rows = builder.node(
      "Reshape", "rows", [conv, builder.constant("shape", [1, 48])])
    let weights = (0..<96).map { Float($0 % 5) - 2 }
    let dense = builder.node("MatMul", "dense", [rows, builder.constant("w", [48, 2], weights)])
    builder.output(builder.node("Softmax", "y", [dense]))
    var options = Options()
    options.dataflow = dataflow
    options.samples = [builder.graph.randomInputs(seed: 1)]
    return try Compiled(builder.graph, options: options).program
  }

  /// What is said of a good program after each change.
  func report(_ program: Program, _ changes: [Change]) throws -> String {
    _ = try Runnable(program)
    return changes.map { name, change in
      var broken = program
      change(&broken)
      do throws(Failure) {
        _ = try Runnable(broken)
        Issue.record("\(name): nothing is said of it")
        return ""
      } catch {
        #expect(error.code == .data)
        return "\(name)\n" + error.diagnostics.map { "  \($0)\n" }.joined()
      }
    }.joined()
  }

  @Test func lawsOfTables() throws {
    Golden.check(
      try report(
        Self.program(.kernel),
        Self.headers + Self.buffers + Self.layers + Self.kernels + Self.operations),
      "error/program-tables.txt")
  }

  @Test func lawsOfInstructions() throws {
    Golden.check(
      try report(Self.program(.kernel), Self.instructions), "error/program-instructions.txt")
  }

  @Test func lawsOfPatches() throws {
    Golden.check(try report(Self.program(.patch), Self.patches), "error/program-patches.txt")
  }

  @Test func lawsOfOrder() throws {
    Golden.check(
      try report(Self.program(.kernel), Self.order) + report(Self.program(.patch), Self.squeezing),
      "error/program-order.txt")
  }

  // MARK: Tables

  private static let headers: [Change] = [
    ("format", { $0.header.format = 99 }),
    ("tokens", { $0.header.tokens = .max }),
    ("unknown input", { $0.header.inputs = [ID(77)] }),
    ("same output twice", { $0.header.outputs += $0.header.outputs }),
    ("constant input", { $0.header.inputs.append($0.constant) }),
    ("open batch without inputs", { ($0.header.isBatchOpen, $0.header.inputs) = (true, []) }),
    (
      "input names",
      {
        $0.buffers.append($0.buffers[$0.header.inputs[0]])
        $0.header.inputs.append(ID($0.buffers.count - 1))
      }
    ),
  ]

  private static let buffers: [Change] = [
    ("sizes overflow", { $0.buffers[ID(0)].sizes = [.max, .max] }),
    ("too many elements", { $0.buffers[ID(0)].sizes = [1 << 28, 2] }),
    ("main memory", { $0.buffers.elements += [BufferRecord](repeating: .large, count: 5) }),
    ("SRAM", { $0.buffers[$0.layers[ID(0)].output].address = 4 << 20 }),
    ("SRAM overflow", { $0.buffers[$0.layers[ID(0)].output].address = .max }),
    ("fraction", { $0.buffers[$0.layers[ID(0)].output].fraction = 41 }),
    ("codes of integers", { $0.buffers[$0.layers[ID(0)].output].element = ElementCode(.int8) }),
    ("codes of a constant", { $0.buffers[$0.constant].fraction = 1 }),
    ("density", { $0.buffers[ID(0)].density = .nan }),
    ("constants end", { $0.buffers[$0.constant].constant = 1 }),
    ("constant overflow", { $0.buffers[$0.constant].constant = .max }),
    ("nonzeros of no constant", { $0.buffers[ID(0)].nonzeros = 0 }),
    ("more nonzeros than elements", { $0.buffers[$0.constant].nonzeros = .max }),
    (
      "nonzeros end",
      { ($0.buffers[$0.constant].constant, $0.buffers[$0.constant].nonzeros) = (8, 1) }
    ),
    ("nonzeros out of range", { $0.list([2], 1) }),
    ("nonzeros out of order", { $0.list([1, 0], 2) }),
    (
      "few nonzeros",
      {
        $0.constants.append(Data(count: 16)); $0.buffers.append(.unfolding(1 << 24))
      }
    ),
    ("constants overlap", { $0.buffers.append($0.buffers[$0.constant]) }),
  ]

  private static func geometry(
    _ name: String, _ change: @escaping @Sendable (inout Geometry) -> Void
  ) -> Change {
    (name, { change(&$0.layers[ID(0)].geometry) })
  }

  private static let layers: [Change] = [
    geometry("no images") { $0.images = 0 },
    geometry("sizes") { ($0.images, $0.groups, $0.channels) = (1 << 20, 1 << 20, 1 << 20) },
    geometry("wide rows") { $0.layout = .rows },
    geometry("stride") { $0.strideY = 1 << 30 },
    geometry("dilation") { ($0.dilationX, $0.dilationY) = (1 << 30, 1 << 30) },
    geometry("taps") { ($0.kernelHeight, $0.dilationY) = (1 << 31 - 1, 1 << 31 - 1) },
    geometry("outputs") { ($0.outHeight, $0.outWidth) = (1 << 30, 1 << 30) },
    geometry("weights") { $0.kernels = 1 << 29 },
    geometry("images") { $0.images = 2 },
    geometry("images of padding") { ($0.images, $0.kernelWidth) = (1 << 16, 1 << 16) },
    ("unknown input", { $0.layers[ID(0)].input = ID(99) }),
    ("output without codes", { $0.layers[ID(0)].output = $0.header.outputs[0] }),
    ("bounds", { ($0.layers[ID(0)].lower, $0.layers[ID(0)].upper) = (1, 0) }),
    ("least bound", { $0.layers[ID(0)].lower = .min }),
    ("codebook", { $0.layers[ID(0)].codebook = [Int16](repeating: 1, count: 65) }),
    ("spread", { $0.layers[ID(0)].spread.counts = [1, 2] }),
    ("spread", { $0.layers[ID(0)].spread.noise = .nan }),
    ("spread", { $0.layers[ID(0)].spread.reach = .infinity }),
    ("-32768", { $0.layers[ID(0)].codebook[0] = .min }),
    ("slice", { $0.layers[ID(0)].slice = 5 }),
    ("shared kernels", { $0.layers[ID(1)].firstKernel = 0 }),
    ("shared weights", { $0.layers[ID(1)].weights = 0 }),
  ]

  private static let kernels: [Change] = [
    ("kernel table", { $0.kernels.removeLast() }),
    ("pairs", { $0.kernels[4].pairs = .max }),
    ("shift", { $0.kernels[0].shift = 0 }),
    ("gain", { $0.kernels[0].gain = .max }),
    ("multiplier", { $0.kernels[0].multiplier = .min }),
    ("bias", { $0.kernels[0].bias = .min }),
    ("element", { $0.weights[0] = 200 }),
    ("code", { $0.weights[1] = 255 }),
    ("ADC", { $0.layers[ID(0)].codebook = $0.layers[ID(0)].codebook.map { _ in 32767 } }),
  ]

  private static let operations: [Change] = [
    ("operator", { $0.operations[$0.softmax].op = "Softmin" }),
    ("operands", { $0.operations[$0.softmax].inputs = [] }),
    ("bounds", { $0.operations[$0.softmax].lower = .nan }),
    ("unknown buffer", { $0.operations[$0.softmax].inputs = [ID(1 << 20)] }),
    ("left out", { $0.operations[$0.softmax].inputs = [nil] }),
    ("axis", { $0.operations[$0.softmax].attributes[0].ints = [5] }),
    ("kind", { $0.operations[$0.softmax].attributes[0].ints = [1, 1] }),
    ("attribute twice", { $0.operations[$0.softmax].attributes += [$0.axis] }),
    ("unknown attribute", { $0.operations[$0.softmax].attributes[0].name = "axes" }),
    ("type", { $0.operations[$0.softmax].outputs = [$0.layers[ID(0)].output] }),
  ]

  // MARK: Instructions

  private static let instructions: [Change] = [
    ("no halt", { $0.instructions.removeLast() }),
    ("early halt", { $0.instructions.insert(.halt(Halt()), at: 0) }),
    ("load of an unknown layer", { $0.first(LoadKernels.self) { $0.layer = ID(9) } }),
    ("load of unknown kernels", { $0.first(LoadKernels.self) { $0.kernels = 0..<9 } }),
    ("load of no kernels", { $0.first(LoadKernels.self) { $0.kernels = 1..<1 } }),
    ("load twice", { $0.double(LoadKernels.self) }),
    ("not loaded", { $0.remove(LoadKernels.self) }),
    ("unknown buffer", { $0.first(LoadBuffer.self) { $0.buffer = ID(99) } }),
    ("stored early", { $0.instructions.insert(.storeBuffer($0.store), at: 0) }),
    ("unknown unit", { $0.first(TuneKernel.self) { $0.unit.number = 50 } }),
    ("kind of unit", { $0.first(TuneKernel.self) { $0.unit.resource = .fc } }),
    ("tune of unknown kernels", { $0.first(TuneKernel.self) { $0.kernels = 0..<9 } }),
    ("tune of an unknown layer", { $0.first(TuneKernel.self) { $0.layer = ID(9) } }),
    ("not tuned", { $0.remove(TuneKernel.self) }),
    ("unknown positions", { $0.first(FirePatch.self) { $0.positions = 0..<17 } }),
    ("positions twice", { $0.double(FirePatch.self) }),
    ("fire of the other kind", { $0.replace(FirePatch.self, .fireKernel(FireKernel())) }),
    ("positions left out", { $0.remove(FirePatch.self) }),
    ("tune of the other kind", { $0.replace(TuneKernel.self, .tunePatch($0.tunePatch)) }),
    ("no collect", { $0.remove(Collect.self) }),
    ("never collected", { $0.stopBeforeLastCollect() }),
    ("collected twice", { $0.double(Collect.self) }),
    ("collect of an unknown layer", { $0.first(Collect.self) { $0.layer = ID(9) } }),
    ("squeeze of an unknown layer", { $0.replace(Collect.self, .squeeze($0.squeeze)) }),
    ("unknown operation", { $0.first(Operate.self) { $0.operation = ID(9) } }),
    ("operated twice", { $0.double(Operate.self) }),
    ("never written", { $0.remove(Operate.self, last: true) }),
    ("unknown token", { $0.first(Signal.self) { $0.token = ID(1 << 20) } }),
    ("no unit signals", { $0.first(Signal.self) { $0.unit.number = 1 } }),
    ("wait for an unknown token", { $0.first(Wait.self) { $0.token = ID(1 << 20) } }),
    ("wait for ever", { $0.first(Wait.self) { $0.count = .max } }),
    ("no unit waits", { $0.first(Wait.self) { ($0.unit.resource, $0.unit.number) = (.conv, 99) } }),
    ("step", { $0.steps[0].instructions = 0..<UInt32($0.instructions.count + 1) }),
    ("steps out of order", { $0.steps.reverse() }),
    ("layer of a step", { $0.steps[0].layer = ID(9) }),
  ]

  private static let patches: [Change] = [
    ("unknown positions", { $0.first(TunePatch.self) { $0.positions = 0..<17 } }),
    ("unknown kernels", { $0.first(FireKernel.self) { $0.kernels = 0..<9 } }),
    ("kernels twice", { $0.double(FireKernel.self) }),
    ("not tuned", { $0.remove(TunePatch.self) }),
    ("fire of the other kind", { $0.replace(FireKernel.self, .firePatch(FirePatch())) }),
    ("ADC", { $0.layers[ID(0)].codebook = $0.layers[ID(0)].codebook.map { _ in 32767 } }),
    ("gains", { $0.kernels[1].gain += 1 }),
  ]

  // MARK: Order

  private static let order: [Change] = [
    (
      "input early",
      {
        // The kernels are loaded after it.
        $0.loosen(.conv, before: TuneKernel.self)
      }
    ),
    ("input not loaded", { $0.remove(LoadBuffer.self) }),
    ("kernels early", { $0.loosen(.conv, before: TuneKernel.self, to: 1) }),
    ("collected early", { $0.loosen(.ecu, before: Collect.self) }),
    ("operand early", { $0.loosen(.ecu, before: Operate.self) }),
    ("layer early", { $0.loosen(.fc, before: Halt.self, isFirst: true) }),
    ("stored early", { $0.loosen(.dma, before: StoreBuffer.self) }),
    ("output not stored", { $0.remove(StoreBuffer.self) }),
    ("input stored early", { $0.instructions.insert(.storeBuffer($0.storeOfInput), at: 0) }),
    ("loaded early", { $0.replace(StoreBuffer.self, .loadBuffer($0.loadOfOutput)) }),
    ("main memory not loaded", { $0.buffers[$0.layers[ID(0)].output].address = nil }),
  ]

  private static let squeezing: [Change] = [
    ("squeezed early", { $0.loosen(.ecu, before: Squeeze.self) }),
    ("not squeezed", { $0.remove(Squeeze.self) }),
    ("patches early", { $0.loosen(.conv, before: TunePatch.self) }),
    ("kernels of patches early", { $0.loosen(.conv, before: TunePatch.self, to: 1) }),
  ]
}

extension BufferRecord {
  /// So many floats of which the one at the start of the constants is listed.
  fileprivate static func unfolding(_ count: UInt64) -> BufferRecord {
    var buffer = BufferRecord()
    (buffer.sizes, buffer.constant, buffer.nonzeros) = ([count], 16, 1)
    return buffer
  }

  /// A GiB of floats.
  fileprivate static var large: BufferRecord {
    var buffer = BufferRecord()
    buffer.sizes = [1 << 28]
    return buffer
  }
}

extension Program {
  fileprivate var constant: ID<BufferRecord> {
    ID(buffers.elements.firstIndex { $0.constant != nil }!)
  }

  /// Makes the constant, of two integers, list elements at these positions.
  fileprivate mutating func list(_ positions: [UInt8], _ nonzeros: UInt64) {
    constants = Data(positions.flatMap { [$0, 0, 0, 0] }) + Data(count: 64)
    buffers[constant].nonzeros = nonzeros
  }

  fileprivate var softmax: ID<OperationRecord> {
    ID(operations.elements.firstIndex { $0.op == "Softmax" }!)
  }

  fileprivate var axis: AttributeRecord { operations[softmax].attributes[0] }

  /// A store of the network's output.
  fileprivate var store: StoreBuffer {
    var store = StoreBuffer()
    store.buffer = header.outputs[0]
    return store
  }

  fileprivate var storeOfInput: StoreBuffer {
    var store = StoreBuffer()
    store.buffer = header.inputs[0]
    return store
  }

  fileprivate var loadOfOutput: LoadBuffer {
    var load = LoadBuffer()
    load.buffer = header.outputs[0]
    return load
  }

  fileprivate var tunePatch: TunePatch {
    var tune = TunePatch()
    tune.unit.resource = .conv
    tune.positions = 0..<1
    return tune
  }

  fileprivate var squeeze: Squeeze {
    var squeeze = Squeeze()
    squeeze.layer = ID(9)
    return squeeze
  }

  /// Leaves out what comes between the last layer's tiles and the end.
  fileprivate mutating func stopBeforeLastCollect() {
    instructions.removeSubrange(indices(Collect.self).last!..<instructions.count - 1)
  }

  private func indices<I: Instruction>(_: I.Type) -> [Int] {
    instructions.indices.filter { instructions[$0].header.opcode == I.opcode }
  }

  /// Changes the first instruction of a kind.
  fileprivate mutating func first<I: Instruction>(_ kind: I.Type, _ change: (inout I) -> Void) {
    withoutActuallyEscaping(change) { change in
      var changer = Changer { (instruction: inout I) in change(&instruction) }
      instructions[indices(kind)[0]].walk(&changer)
    }
  }

  fileprivate mutating func double<I: Instruction>(_ kind: I.Type) {
    let index = indices(kind)[0]
    instructions.insert(instructions[index], at: index)
  }

  fileprivate mutating func remove<I: Instruction>(_ kind: I.Type, last: Bool = false) {
    let found = indices(kind)
    instructions.remove(at: last ? found[found.count - 1] : found[0])
  }

  /// Lets a wait wait for fewer signals, or none: the last of a resource before the first instruction of
  /// a kind, or the resource's first.
  fileprivate mutating func loosen<I: Instruction>(
    _ resource: Resource, before kind: I.Type, to count: UInt16 = 0, isFirst: Bool = false
  ) {
    let waits = indices(Wait.self).filter { index in
      guard case .wait(let wait) = instructions[index] else { return false }
      return wait.unit.resource == resource && index < indices(kind)[0]
    }
    loosen(at: isFirst ? waits[0] : waits[waits.count - 1], to: count)
  }

  fileprivate mutating func replace<I: Instruction>(_ kind: I.Type, _ other: SONICInstruction) {
    instructions[indices(kind)[0]] = other
  }
}

/// Changes an instruction whose type is known.
private struct Changer<Wanted: Instruction>: InstructionVisitor {
  typealias Problem = Never
  let change: (inout Wanted) -> Void

  init(_ change: @escaping (inout Wanted) -> Void) {
    self.change = change
  }

  mutating func instruction<I: Instruction>(_ instruction: inout I) {
    guard var wanted = instruction as? Wanted else { return }
    change(&wanted)
    if let changed = wanted as? I { instruction = changed }
  }
}
